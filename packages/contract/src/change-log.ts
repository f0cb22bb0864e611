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
