import type { Json } from './definition.js'

/** One version of a record, as the caller may read it today. */
export interface RecordVersion {
  /** The number of the version; it goes up with each change. */
  version: number
  action: 'create' | 'update' | 'delete'
  /** ISO 8601. */
  at: string
  /** Who did it; null for nobody signed in, and for what did not come through the API. */
  user: string | null
  /** What the change did to the fields the caller may read: null where there was no value. */
  changes: { [field: string]: { from: Json; to: Json } }
  /** The whole record after it (of a delete: before it), when asked for with `fields`. */
  record?: { [field: string]: Json }
}

/** A deleted record that can be restored. */
export interface TrashedRecord {
  id: string
  deletedAt: string
  /** Who deleted it. */
  deletedBy: string | null
  /** Until when it can be restored. */
  expiresAt: string
  record: { [field: string]: Json }
  /** Records of other collections that were deleted with it and come back with it. */
  cascade: { collection: string; count: number }[]
}

/** Answer to a restore from the trash. */
export interface RestoreResult {
  restored: { collection: string; count: number }[]
}
