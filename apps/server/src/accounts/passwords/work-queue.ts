import { AppError } from '../../lib/index.js'

/** How many tasks run at a time, and how many may wait. */
export interface QueueLimits {
  readonly concurrency: number
  /** While more than `crowd` wait: what then runs leaves a processor to others. */
  readonly crowdedConcurrency: number
  readonly crowd: number
  readonly maxWaiting: number
}

/** Runs so many tasks at a time and lets so many wait; the rest are sent away at once. */
export class WorkQueue {
  private readonly waiting: (() => void)[] = []
  private running = 0

  constructor(private readonly limits: QueueLimits) {}

  /** @throws unavailable when the queue is full */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.enter()
    try {
      return await task()
    } finally {
      this.running -= 1
      this.admit()
    }
  }

  private get places(): number {
    const { concurrency, crowdedConcurrency, crowd } = this.limits
    return this.waiting.length > crowd ? crowdedConcurrency : concurrency
  }

  private enter(): Promise<void> | undefined {
    if (this.waiting.length === 0 && this.running < this.places) {
      this.running += 1
      return undefined
    }
    if (this.waiting.length >= this.limits.maxWaiting)
      throw new AppError('unavailable', 'Too many people sign in right now', { headers: { 'Retry-After': '2' } })
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** Who waits longest comes first. */
  private admit(): void {
    while (this.waiting.length > 0 && this.running < this.places) {
      this.running += 1
      this.waiting.shift()!()
    }
  }
}
