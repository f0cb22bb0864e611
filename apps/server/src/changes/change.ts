import type { Json } from '@holdfast/contract'
import type { ChangeCursor } from './change-cursor.js'

/** A record as answers give it, by the names its fields have now; lists of to-many relations where they changed with it. */
export type RecordImage = { readonly [field: string]: Json }

/** What happened to one record in one transaction step, as it was committed. */
export interface Change {
  /** Unique, and rising for each record. */
  readonly position: number
  /** The id of its transaction. */
  readonly tx: number
  /** Of the collection; it may have been dropped since. */
  readonly collectionId: string
  readonly recordId: string
  readonly action: 'create' | 'update' | 'delete'
  /** Null for a create, and where the collection logs keys only. */
  readonly before: RecordImage | null
  /** Null for a delete, and where the collection logs keys only. */
  readonly after: RecordImage | null
  /** Who did it: null for nobody signed in, and for what did not come through the API. */
  readonly userId: string | null
  readonly requestId: string | null
  /** When its transaction began, ISO 8601. */
  readonly at: string
  /** Where to go on after it. */
  readonly cursor: ChangeCursor
}

/** Committed changes in their order, and where to go on. */
export interface ChangePage {
  readonly changes: readonly Change[]
  readonly next: ChangeCursor
  /** There was nothing more when it was read. */
  readonly end: boolean
  /**
   * Changes between the cursor and this page are lost: they were trimmed, or the database was set back. The page goes on at
   * the end of the log; whoever keeps a state must build it anew.
   */
  readonly broken: boolean
}
