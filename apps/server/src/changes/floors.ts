import type { Horizon } from './change-cursor.js'

/** When the transaction `tx` got its id, `floor` was a position that had been taken: those after it only take higher ones. */
interface Checkpoint {
  readonly tx: number
  readonly floor: number
}

const maxCheckpoints = 1000
/** A checkpoint costs a transaction id. */
const pauseMs = 50

/**
 * Remembers which positions had been taken when, to know where the changes of a transaction can be that has not ended. What
 * a snapshot calls its `xmax` does not tell: it is the one after the last that has ended, and others may run behind it.
 */
export class Floors {
  private checkpoints: Checkpoint[] = []
  private last = 0
  private notBeforeMs = 0

  /** The last position that is known to be taken. */
  get lastPosition(): number {
    return this.last
  }

  /** Whether a transaction id should be taken now, to note that positions have been taken since the last one. */
  wantsCheckpoint(): boolean {
    const due = this.last > (this.checkpoints.at(-1)?.floor ?? -1) && performance.now() >= this.notBeforeMs
    if (due) this.notBeforeMs = performance.now() + pauseMs
    return due
  }

  /** `before` was the last position known before the id was asked for, if it was. */
  remember(lastPosition: number, tx: number | null, before: number): void {
    this.last = Math.max(this.last, lastPosition)
    if (tx === null) return
    this.checkpoints.push({ tx, floor: before })
    if (this.checkpoints.length > maxCheckpoints) this.checkpoints = this.checkpoints.slice(-maxCheckpoints / 2)
  }

  /** This transaction, and those after it, have no position up to this one. Undefined: it may be older than this node. */
  of(tx: number): number | undefined {
    return this.checkpoints.findLast((checkpoint) => checkpoint.tx < tx)?.floor
  }

  /** What a snapshot leaves to read for who had read up to `since`. Nothing that runs has a position up to `least`. */
  horizonOf(snapshot: string, since: Horizon, least: number): Horizon {
    const { xmax, running } = parseSnapshot(snapshot)
    const known = new Map(since.running)
    const floorOf = (tx: number): number => Math.max(known.get(tx) ?? since.floor, this.of(tx) ?? 0, least)
    return { xmax, floor: floorOf(xmax), running: running.map((tx) => [tx, floorOf(tx)]) }
  }
}

/** The text of a `pg_snapshot`: `xmin:xmax:running,running`. */
export function parseSnapshot(snapshot: string): { readonly xmax: number; readonly running: readonly number[] } {
  const [, xmax, running] = snapshot.split(':')
  return { xmax: Number(xmax), running: running ? running.split(',').map(Number) : [] }
}

export const writeSnapshot = ({ xmax, running }: Horizon): string =>
  `${running[0]?.[0] ?? xmax}:${xmax}:${running.map(([tx]) => tx).join(',')}`
