import { AppError } from '../../lib/index.js'

/** Runs so many tasks at a time and lets so many wait; the rest are sent away at once. */
export class WorkQueue {
  private readonly waiting: (() => void)[] = []
  private running = 0

  constructor(
    private readonly concurrency: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws unavailable when the queue is full */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.enter()
    try {
      return await task()
    } finally {
      this.leave()
    }
  }

  private enter(): Promise<void> | undefined {
    if (this.running < this.concurrency) {
      this.running += 1
      return undefined
    }
    if (this.waiting.length >= this.maxWaiting)
      throw new AppError('unavailable', 'Too many people sign in right now', { headers: { 'Retry-After': '2' } })
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** The place goes straight to who waits longest, so `running` stays as it is. */
  private leave(): void {
    const next = this.waiting.shift()
    if (next) next()
    else this.running -= 1
  }
}
