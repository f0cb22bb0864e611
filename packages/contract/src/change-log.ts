import type { Json } from './definition.js'

/** A part of the change log. */
export interface ChangeLogSegment {
  name: string
  bytes: number
  /** Its last position; null for the one that is written to. */
  upTo: number | null
  closedAt: string | null
}

/** Who reads all of the log: it is not trimmed beyond what they have read, unless they have not read for a week. */
export interface ChangeLogConsumer {
  name: string
  /** Everything up to here has been read. */
  position: number
  /** Positions it has not read. */
  behind: number
  readAt: string
}

/** How large the change log is, as `GET /api/v1/admin/changes` tells. Times are ISO 8601 UTC. */
export interface ChangeLogState {
  /** The oldest first. */
  segments: ChangeLogSegment[]
  bytes: number
  /** What history and trash keep beside it, by their own days. */
  keptBytes: number
  /** When the oldest change happened; null while there is none. */
  oldest: string | null
  /** Changes up to here are gone: clients that were away since before are told to read anew. */
  trimmedTo: number
  consumers: ChangeLogConsumer[]
}

/** One change of one record, as it was committed. */
export interface LoggedChange {
  /** Unique, and rising for each record. */
  position: number
  collection: string
  record: string
  action: 'create' | 'update' | 'delete'
  /** Null for nobody signed in, and for what did not come through the API. */
  user: string | null
  requestId: string | null
  at: string
  /** The record before and after, by the fields the collection has now. Null for what was not there, and where the collection logs no more than ids. */
  before: { [field: string]: Json } | null
  after: { [field: string]: Json } | null
}

/** Changes that were committed since the one asked before, as `GET /api/v1/admin/changes/tail` tells. */
export interface ChangeTail {
  /** In the order in which they were committed. */
  changes: LoggedChange[]
  /** Where to go on. */
  cursor: string
  /** There was more than one answer holds: it can be asked for at once. */
  more: boolean
  /** Changes before these are lost: they were trimmed, or the database was set back. */
  broken: boolean
}
