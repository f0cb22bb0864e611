import { Places } from './places.js'
import { databaseErrorOf } from './postgres-errors.js'

/** How long one waits for a lock whose turn it is not to wait: then it is undone. */
export const shortLockWaitMs = 50
const lockNotAvailable = '55P03'

/** It was undone because it would have had to wait for a lock. */
export const isUndone = (error: unknown): boolean => databaseErrorOf(error)?.code === lockNotAvailable

/** How something is to run. */
export interface LockTurn {
  /** Since when it waits to run. */
  readonly sinceMs: number
  /** It is not its turn to wait for locks: it sets `lock_timeout` to {@link shortLockWaitMs}. */
  readonly impatient: boolean
}

/**
 * Who may wait for locks on a connection of its own. As long as they are few, everybody may; beyond that one is undone when it
 * would have to wait for long, and done again once it is its turn. So one locked row leaves connections to the others, however
 * many want that row.
 */
export class LockTurns {
  private readonly turns: Places

  constructor(count: number, maxWaitMs: number) {
    this.turns = new Places(count, maxWaitMs)
  }

  /** Does what may have to wait for locks: a second time where it was undone. */
  async run<T>(attempt: (turn: LockTurn) => Promise<T>): Promise<T> {
    const sinceMs = performance.now()
    if (this.turns.tryTake()) return this.inTurn(attempt, sinceMs)
    try {
      return await attempt({ sinceMs, impatient: true })
    } catch (error) {
      if (!isUndone(error)) throw error
      return this.wait(attempt)
    }
  }

  /** Does what was undone, when it is its turn. @throws unavailable when that takes too long */
  async wait<T>(attempt: (turn: LockTurn) => Promise<T>): Promise<T> {
    const sinceMs = performance.now()
    await this.turns.take()
    return this.inTurn(attempt, sinceMs)
  }

  /** Sends away who has waited too long. To be called again and again. */
  sweep(): void {
    this.turns.sweep()
  }

  private inTurn<T>(attempt: (turn: LockTurn) => Promise<T>, sinceMs: number): Promise<T> {
    return attempt({ sinceMs, impatient: false }).finally(() => this.turns.giveBack())
  }
}
