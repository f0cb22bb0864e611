import { describe, expect, it } from 'vitest'
import { retryDelaySeconds } from './retry-delay.js'

describe('retryDelaySeconds', () => {
  it('doubles up to the most', () => {
    const backoff = { firstSeconds: 5, maxSeconds: 60 }
    expect([1, 2, 3, 4, 5, 6, 100].map((attempt) => retryDelaySeconds(backoff, attempt, 0))).toEqual([
      5, 10, 20, 40, 60, 60, 60,
    ])
  })

  it('follows a list and repeats its end', () => {
    expect([1, 2, 3].map((attempt) => retryDelaySeconds([5, 300], attempt, 0))).toEqual([5, 300, 300])
  })

  it('is up to a fifth longer by chance', () => {
    expect(retryDelaySeconds([100], 1, 1)).toBe(120)
    for (let n = 0; n < 100; n++) {
      const delay = retryDelaySeconds([100], 1)
      expect(delay).toBeGreaterThanOrEqual(100)
      expect(delay).toBeLessThan(120)
    }
  })
})
