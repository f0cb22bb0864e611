import { expect, it } from 'vitest'
import { EstimateCache } from './estimate-cache.js'

it('asks once for the same statement and values, and always for what is too long to keep', async () => {
  const cache = new EstimateCache<number>()
  let asked = 0
  const count = async (): Promise<number> => ++asked
  const get = (value: string): Promise<number> => cache.get('select', [value], count)
  expect([await get('a'), await get('a'), await get('b')]).toEqual([1, 1, 2])
  const long = 'x'.repeat(5000)
  expect([await get(long), await get(long)]).toEqual([3, 4])
})
