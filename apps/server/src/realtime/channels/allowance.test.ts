import { expect, it } from 'vitest'
import { Allowance } from './allowance.js'

it('allows so much at once, and more with time', () => {
  const allowance = new Allowance(3, 2, 0)
  expect([0, 0, 0, 0].map((at) => allowance.spend(at))).toEqual([true, true, true, false])
  expect([499, 500, 500, 1000].map((at) => allowance.spend(at))).toEqual([false, true, false, true])
  expect([60_000, 60_000, 60_000, 60_000].map((at) => allowance.spend(at))).toEqual([true, true, true, false])
  expect(allowance.spend(0)).toBe(false)
})
