/** A part of the log that is no longer written to. */
export interface Segment {
  readonly name: string
  readonly bytes: number
  /** Its last position. */
  readonly upTo: number
  /** Since it was closed; all of its changes are older. */
  readonly ageHours: number
}

export interface TrimLimits {
  readonly hours: number
  readonly bytes: number
  /** Somebody must still read what is after this position; undefined: nobody must. */
  readonly neededFrom: number | undefined
}

export interface TrimPlan {
  /** The oldest first. */
  readonly drop: readonly Segment[]
  /** Would go, but somebody has not read it. */
  readonly heldBack: boolean
}

/** Which segments go: those that are too old, and the oldest while there is too much; never what somebody must still read. */
export function planTrim(segments: readonly Segment[], headBytes: number, limits: TrimLimits): TrimPlan {
  const drop: Segment[] = []
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, headBytes)
  for (const segment of [...segments].sort((a, b) => a.upTo - b.upTo)) {
    if (segment.ageHours < limits.hours && bytes <= limits.bytes) break
    if (limits.neededFrom !== undefined && segment.upTo > limits.neededFrom) return { drop, heldBack: true }
    drop.push(segment)
    bytes -= segment.bytes
  }
  return { drop, heldBack: false }
}

/** So many segments make up the whole log, so that little more than what must go does. */
const parts = 8

/** Is it time for a new head? */
export const isFull = (head: { bytes: number; ageHours: number }, limits: { hours: number; bytes: number }): boolean =>
  head.bytes >= limits.bytes / parts || head.ageHours >= limits.hours / parts
