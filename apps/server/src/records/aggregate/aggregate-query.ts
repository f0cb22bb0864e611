import type { GroupBucket } from '@holdfast/contract'
import type { RowScope } from '../../permissions/index.js'
import type { Condition, FieldShape } from '../../query/index.js'

export const aggregateFunctions = ['count', 'countDistinct', 'sum', 'avg', 'min', 'max', 'percentile'] as const
export type AggregateFunction = (typeof aggregateFunctions)[number]

export const bucketUnits = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type BucketUnit = NonNullable<GroupBucket['bucket']>

/** A field, reached through to-one relations. Where a mask or a scope on the way closes it, its value is null. */
export interface FieldPath {
  /** `author.team` */
  readonly name: string
  readonly hops: readonly Hop[]
  readonly field: FieldShape
  /** The rows, of the collection the last hop leads to, in which the field is open. */
  readonly mask: Condition
}

/** One to-one relation to follow. */
export interface Hop {
  /** The path up to here: equal paths are followed once. */
  readonly name: string
  readonly relation: FieldShape
  /** The rows in which the relation may be followed. */
  readonly mask: Condition
  /** The records it leads to, as far as the caller may read them. */
  readonly scope: RowScope
}

/** What records are grouped by. */
export interface Group {
  /** In the answer and in `sort`. */
  readonly name: string
  /** In SQL: `"g1"`. */
  readonly column: string
  readonly path: FieldPath
  readonly bucket: Bucket | undefined
}

export interface Bucket {
  readonly unit: BucketUnit
  readonly timezone: string
}

export interface AggregateColumn {
  readonly name: string
  readonly function: AggregateFunction
  /** Undefined for the count of records. */
  readonly path: FieldPath | undefined
  /** Of a percentile: 0 to 1. */
  readonly at: number | undefined
  /** The result as `having` compares it; its column in SQL is `"a1"`. */
  readonly result: FieldShape
}

export interface ColumnOrder {
  readonly column: string
  readonly descending: boolean
}

/** An aggregate query whose every name and value is checked. */
export interface CheckedAggregate {
  readonly scope: RowScope
  readonly filter: Condition
  readonly groups: readonly Group[]
  readonly aggregates: readonly AggregateColumn[]
  readonly having: Condition
  /** Ends with all groups, so that the order is total. */
  readonly sort: readonly ColumnOrder[]
  readonly limit: number
}
