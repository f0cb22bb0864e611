import { describe, expect, it } from 'vitest'
import { Latencies } from './latencies.js'

describe('Latencies', () => {
  it('gives the latency within which a share of all answers stays', () => {
    const latencies = new Latencies()
    for (let ms = 1; ms <= 100; ms += 1) latencies.add(ms)
    expect(latencies.percentile(50)).toBeCloseTo(50, 1)
    expect(latencies.percentile(99)).toBeCloseTo(99, 1)
    expect(latencies.count).toBe(100)
  })

  it('counts what is slower than its range as its end', () => {
    const latencies = new Latencies()
    latencies.add(60_000)
    expect(latencies.percentile(50)).toBeCloseTo(10_000, 0)
  })

  it('is zero when nothing was added', () => {
    expect(new Latencies().percentile(99)).toBe(0)
  })
})
