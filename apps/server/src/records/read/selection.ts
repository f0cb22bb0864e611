import type { Field } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import type { Condition, FieldShape, Measure, SearchCondition } from '../../query/index.js'

/** What an answer holds of each record: checked against what the caller may read. */
export interface Selection {
  readonly scope: RowScope
  readonly fields: readonly SelectedField[]
  readonly expand: readonly Expansion[]
  /** What stands under `matchMeta`; undefined where nothing measures records. */
  readonly match?: Match
}

/** How well a record fits the query. */
export interface Match {
  readonly measures: readonly Measure[]
  readonly highlight: readonly Highlight[]
}

/** A field in which to show what searches found. */
export interface Highlight {
  readonly field: string
  readonly searches: readonly SearchCondition[]
}

export interface SelectedField {
  readonly field: Field
  /** The rows in which the field is shown; in the others it is absent. */
  readonly mask: Condition
}

/** A relation whose records stand under `expand`. */
export interface Expansion {
  readonly relation: FieldShape
  /** The rows in which the relation may be followed. */
  readonly mask: Condition
  /** Undefined where the caller may read nothing behind the relation: then it expands to nothing. */
  readonly target: ExpansionTarget | undefined
  /** Asked for with `count` or `cursor`: what stands about it under `expandMeta`. */
  readonly meta: ExpansionMeta | undefined
}

export interface ExpansionMeta {
  readonly count: Count
  /** What its cursors are good for, beside the caller and the record it belongs to. */
  readonly key: string
}

export interface ExpansionTarget {
  readonly selection: Selection
  readonly filter: Condition
  /** None: the order of the list itself. */
  readonly sort: readonly SortKey[]
  readonly limit: number
  /** Only what lies beyond. */
  readonly position: Position | undefined
}

export type CursorValue = string | number | boolean | null

/** A place in an ordered list, next to the record with these values of the sort keys. */
export interface Position {
  /** Which side of the place is wanted. */
  readonly direction: 'after' | 'before'
  /** The record at the place is wanted too. */
  readonly inclusive: boolean
  /** One per sort key. They are what the caller may read: a sort key has no value where its field is closed. */
  readonly values: readonly CursorValue[]
}

export type SortKey = FieldSortKey | MeasureSortKey

/** By how well a record fits: `$distance`, `$rank`. */
export interface MeasureSortKey {
  readonly measure: Measure
  readonly descending: boolean
}

export interface FieldSortKey {
  /** To-one relations to follow, each with the scope of the records it leads to. */
  readonly hops: readonly { readonly relation: FieldShape; readonly scope: RowScope; readonly mask: Condition }[]
  readonly field: FieldShape
  readonly mask: Condition
  readonly descending: boolean
}

/** A list query whose every name and value is checked. The page of it that is wanted, the cursor says. */
export interface ListQuery {
  readonly selection: Selection
  readonly filter: Condition
  /** Ends with `id`, so that the order is total. */
  readonly sort: readonly SortKey[]
  readonly limit: number
  readonly offset: number | undefined
  readonly count: Count
  /** The answer says how PostgreSQL runs the query: `explain=plan`. For admins. */
  readonly explained: boolean
}

export type Count = { readonly mode: 'none' | 'exact' | 'estimated' } | { readonly mode: 'upTo'; readonly max: number }

export const isMeasured = (key: SortKey): key is MeasureSortKey => 'measure' in key

/** The name of a key in `sort`, without its direction. */
export const sortKeyName = (key: SortKey): string =>
  isMeasured(key) ? `$${key.measure.name}` : [...key.hops.map((hop) => hop.relation.name), key.field.name].join('.')
