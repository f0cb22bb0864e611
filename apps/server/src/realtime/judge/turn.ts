import { setImmediate as nextTurn } from 'node:timers/promises'

/** So long may work go on before others get their turn. */
const turnMs = 15

/** Keeps long work from holding up everything else this process does. */
export class Turn {
  private sinceMs = performance.now()

  /** Cheap; waits for one turn of the event loop now and then. */
  give(): Promise<void> | undefined {
    if (performance.now() - this.sinceMs < turnMs) return undefined
    return nextTurn().then(() => {
      this.sinceMs = performance.now()
    })
  }
}
