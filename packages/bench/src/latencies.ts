const stepMs = 0.01
const steps = 1_000_000

/** A histogram of latencies up to 10 s in steps of 10 µs: adding costs one increment. */
export class Latencies {
  count = 0
  private readonly buckets = new Uint32Array(steps)

  add(latencyMs: number): void {
    this.count += 1
    const step = Math.min(steps - 1, Math.max(0, Math.floor(latencyMs / stepMs)))
    this.buckets[step]! += 1
  }

  /** The latency in milliseconds that `percent` of all stay within; 0 when there are none. */
  percentile(percent: number): number {
    let left = (this.count * percent) / 100
    if (left === 0) return 0
    for (let step = 0; step < steps; step += 1) {
      left -= this.buckets[step]!
      if (left <= 0) return (step + 1) * stepMs
    }
    return steps * stepMs
  }
}
