import type { FieldShape, RecordShape } from './shape.js'
import type { RowSource } from './sql-context.js'
import { ALWAYS, type Condition } from './tree.js'

/** What one caller may name in a query on one collection, and which rows and fields stand behind the names. */
export interface Reader {
  readonly collection: RecordShape
  /** The rows the caller may read. */
  readonly condition: Condition
  /** Where the records come from, unless from their table. */
  readonly source?: RowSource | undefined
  /** The field, with the rows in which the caller may read it; undefined when in none: like a name that does not exist. */
  readable(name: string): ReadableField | undefined
  /** What the caller may name behind a relation field; undefined when nothing. */
  related(relation: FieldShape): Reader | undefined
}

export interface ReadableField {
  readonly shape: FieldShape
  readonly mask: Condition
}

/** Names everything, for conditions that admins write: rules. Not for queries of callers. */
export function readEverything(collection: RecordShape): Reader {
  return {
    collection,
    condition: ALWAYS,
    readable: (name) => {
      const shape = collection.field(name)
      return shape && { shape, mask: ALWAYS }
    },
    related: (relation) => relation.relation && readEverything(relation.relation.target()),
  }
}
