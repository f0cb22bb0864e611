import { AppError } from '../../lib/index.js'

/** Somebody who waits for an answer, over a connection that may be closed. A request is one. */
export interface Waiting {
  readonly socket: { readonly destroyed: boolean }
}

interface InQueue {
  readonly waiting: Waiting | undefined
  readonly sinceMs: number
  enter(): void
  refuse(error: Error): void
}

/** A number of places, taken in the order in which they are asked for. Nobody waits longer than `maxWaitMs`. */
export class Places {
  private readonly queue = new Set<InQueue>()

  constructor(
    private free: number,
    private readonly maxWaitMs: number,
  ) {}

  /** Somebody waits for a place. */
  get areAwaited(): boolean {
    return this.queue.size > 0
  }

  /** Takes a place when one is free. Whoever has one gives it back. */
  tryTake(): boolean {
    if (this.free === 0) return false
    this.free -= 1
    return true
  }

  /** Waits for a place, or goes on waiting since `sinceMs`. @throws unavailable when none gets free in time */
  take(waiting?: Waiting, sinceMs = performance.now()): Promise<void> {
    if (this.tryTake()) return Promise.resolve()
    return new Promise((enter, refuse) => {
      this.queue.add({ waiting, sinceMs, enter, refuse })
    })
  }

  giveBack(): void {
    const [next] = this.queue
    if (!next) {
      this.free += 1
      return
    }
    this.queue.delete(next)
    next.enter()
  }

  /** Sends away who has waited too long, or is gone. To be called again and again. */
  sweep(): void {
    const nowMs = performance.now()
    for (const entry of this.queue) {
      const gone = entry.waiting?.socket.destroyed
      if (!gone && nowMs - entry.sinceMs < this.maxWaitMs) continue
      this.queue.delete(entry)
      entry.refuse(gone ? clientGone() : busy())
    }
  }
}

/** Nobody reads this answer; the log does. */
export const clientGone = (): AppError =>
  new AppError('request_timeout', 'The client closed the connection before the answer')

const busy = (): AppError =>
  new AppError('unavailable', 'The database is busy', { hint: 'Try again.', headers: { 'retry-after': '1' } })
