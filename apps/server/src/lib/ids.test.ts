import { describe, expect, it } from 'vitest'
import { newId } from './ids.js'

describe('newId', () => {
  it('gives UUIDs of version 7 that sort as they were made, also within a millisecond', () => {
    const ids = Array.from({ length: 3000 }, () => newId(1_700_000_000_000))
    expect(ids.every((id) => /^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
    expect([...ids].sort()).toEqual(ids)
    expect(newId(1_700_000_000_001) > ids.at(-1)!).toBe(true)
  })

  it('never gives one twice, also where there are more in a millisecond than are counted', () => {
    expect(new Set(Array.from({ length: 20_000 }, () => newId(1))).size).toBe(20_000)
  })
})
