import { describe, expect, it } from 'vitest'
import { nextAttemptSeconds } from './next-attempt.js'

const now = Date.parse('2026-01-01T00:00:00Z')
const middle = () => 0.5
const next = (tries: number, retryAfter?: string) => nextAttemptSeconds(tries, retryAfter, now, middle)

describe('nextAttemptSeconds', () => {
  it('follows the schedule, ten attempts in all', () => {
    const delays = Array.from({ length: 11 }, (_, tries) => next(tries))
    expect(delays).toEqual([0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, undefined])
  })

  it('is a tenth more or less', () => {
    expect(nextAttemptSeconds(2, undefined, now, () => 0)).toBeCloseTo(270)
    expect(nextAttemptSeconds(2, undefined, now, () => 1)).toBeCloseTo(330)
  })

  it.each([
    ['20', 20],
    ['2', 5],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 5],
    ['9999999999', 86_400],
    ['-5', 5],
    ['soon', 5],
    ['', 5],
  ])('waits as long as Retry-After: %s asks, within bounds', (header, seconds) => {
    expect(next(1, header)).toBe(seconds)
  })
})
