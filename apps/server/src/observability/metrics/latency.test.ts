import { describe, expect, it } from 'vitest'
import { addSparse, bucketCount, bucketOf, middleOf, percentile, toSparse } from './latency.js'

describe('latency buckets', () => {
  it('are off by 7 % at most, from 10 microseconds to half an hour', () => {
    for (let ms = 0.01; ms < 1_800_000; ms *= 1.01) {
      const bucket = bucketOf(ms)
      expect(bucket).toBeLessThan(bucketCount)
      expect(Math.abs(middleOf(bucket) - ms) / ms).toBeLessThan(0.07)
    }
    expect(bucketOf(1e12)).toBeLessThan(bucketCount)
    expect(bucketOf(0)).toBe(0)
  })

  it('give percentiles, also after they were written down and read', () => {
    const counted = new Uint32Array(bucketCount)
    for (let ms = 1; ms <= 1000; ms += 1) counted[bucketOf(ms)]! += 1
    const read = new Uint32Array(bucketCount)
    addSparse(read, toSparse(counted))
    expect(percentile(read, 0.5)).toBeGreaterThan(465)
    expect(percentile(read, 0.5)).toBeLessThan(535)
    expect(percentile(read, 0.99)).toBeGreaterThan(920)
    expect(percentile(new Uint32Array(bucketCount), 0.5)).toBeUndefined()
  })
})
