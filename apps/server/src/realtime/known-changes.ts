import { type Change, type ChangeCursor, hasRead } from '../changes/index.js'

/** Changes that a subscription knew of when it became live, though the feed may bring them again. */
export interface KnownChanges {
  has(change: Change): boolean
  /** Of transactions from this one on none is known: what is read by a snapshot that ends behind it is none of these. */
  readonly xmax: number
}

export const nothingKnown: KnownChanges = { has: () => false, xmax: 0 }

/** Those that were read up to a cursor, and others. */
export const readUpTo = (cursor: ChangeCursor, others: KnownChanges): KnownChanges => ({
  has: (change) => hasRead(cursor, change) || others.has(change),
  xmax: Math.max(cursor.since.xmax, others.xmax),
})
