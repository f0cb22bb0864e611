import type { Json } from './definition.js'

/** One version of a record, as the caller may read it today. */
export interface RecordVersion<T = { [field: string]: Json }> {
  /** The number of the version; it goes up with each change. A delete bears the number of the version it deleted. */
  version: number
  /** `base`: the record as it was when its history began. */
  action: 'create' | 'update' | 'delete' | 'base'
  /** ISO 8601. */
  at: string
  /** Who did it; null for nobody signed in, and for what did not come through the API. Absent where you may not read `createdBy`. */
  user?: string | null
  /** What the change did to fields you may read before and after it: null where there was no value. */
  changes: { [F in keyof T]?: FieldChange<Exclude<T[F], undefined>> }
  /** The record after it (of a delete: before it): in a list, the `fields` that are asked for. */
  record?: T
}

/** What a change did to a field. */
export interface FieldChange<V = Json> {
  from: V | null
  to: V | null
}

/** A deleted record that can be restored. */
export interface TrashedRecord<T = { [field: string]: Json }> {
  id: string
  deletedAt: string
  /** Who deleted it. Absent where you may not read `createdBy`. */
  deletedBy?: string | null
  /** Until when it can be restored. */
  expiresAt: string
  record: T
  /** Records that were deleted with it and come back with it, as far as you may read them. */
  cascade: { collection: string; count: number }[]
}

/** Answer to a restore from the trash: how many records came back, as far as you may read them. */
export interface RestoreResult {
  restored: { collection: string; count: number }[]
}
