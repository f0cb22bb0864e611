/**
 * How far somebody has read the log. Everything of transactions before `low` has been read; and, within those before
 * `high`, everything up to `position`. Transactions from `low` on have no position up to `floor`.
 *
 * Changes are read in rounds. A round takes the transactions that have ended for everybody, from `low` up to the oldest that
 * is still running (`high`), and gives their changes by position. The position alone is no order: a transaction may commit
 * long after it took one. The transaction id alone is none either: one that began first may change a record last. Within a
 * round positions rise with each record, since its row was locked when it was taken, and a transaction that waited for
 * another cannot be in an earlier round. See docs/decisions/0018.
 */
export interface ChangeCursor {
  readonly low: number
  readonly floor: number
  /** Undefined between two rounds. */
  readonly high?: number
  readonly position?: number
}

/** Short, for sealing. */
export const writeCursor = ({ low, floor, high, position }: ChangeCursor): string =>
  (high === undefined ? [low, floor] : [low, floor, high, position!]).map((part) => part.toString(36)).join('.')

export function readCursor(text: string): ChangeCursor | undefined {
  const parts = text.split('.').map((part) => Number.parseInt(part, 36))
  if (parts.some((part) => !Number.isSafeInteger(part))) return undefined
  const [low, floor, high, position] = parts
  if (parts.length === 2) return { low: low!, floor: floor! }
  return parts.length === 4 ? { low: low!, floor: floor!, high: high!, position: position! } : undefined
}

/** The last position that need not be read again. */
export const readUpTo = ({ floor, position }: ChangeCursor): number => Math.max(floor, position ?? 0)
