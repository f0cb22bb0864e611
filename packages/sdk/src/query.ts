import type { CountMode, ExportFormat } from '@holdfast/contract'
import type { Filter } from './filter.js'
import type {
  FieldKind,
  FieldName,
  FieldOfKind,
  IsToMany,
  IsUntyped,
  RecordOf,
  RelationName,
  RelationTarget,
  SchemaShape,
} from './schema.js'
import type { CallOptions } from './transport.js'

type UnsortableKind = 'json' | 'geopoint' | 'vector' | 'multiselect' | 'tags'

type SortableField<S extends SchemaShape<S>, C extends keyof S> = {
  [F in FieldName<S, C>]: FieldKind<S, C, F> extends UnsortableKind
    ? never
    : NonNullable<RecordOf<S, C>[F]> extends readonly unknown[]
      ? never
      : F
}[FieldName<S, C>]

type SortPath<S extends SchemaShape<S>, C extends keyof S> = {
  [R in RelationName<S, C>]: IsToMany<S, C, R> extends true
    ? never
    : `${R}.${SortableField<S, RelationTarget<S, C, R>>}`
}[RelationName<S, C>]

/** By how well a record fits the filter: `$rank` of a search, `$distance` of `$near` and `$nearest`. */
type MeasureKey = '$rank' | '$distance'

/** A path into JSON: `meta.rank`. */
type JsonPath<S extends SchemaShape<S>, C extends keyof S> = `${FieldOfKind<S, C, 'json'>}.${string}`

type AscendingKey<S extends SchemaShape<S>, C extends keyof S> =
  | SortableField<S, C>
  | SortPath<S, C>
  | JsonPath<S, C>
  | MeasureKey

/** A field to sort by, or one of a to-one relation (`author.name`); with `-` in front, the largest first. */
export type SortKey<S extends SchemaShape<S>, C extends keyof S> =
  IsUntyped<S, C> extends true ? string : AscendingKey<S, C> | `-${AscendingKey<S, C>}`

/** How a relation is expanded. To-one relations take `fields` and `expand`. */
export interface ExpandOptions<S extends SchemaShape<S>, C extends keyof S> {
  readonly fields?: readonly FieldName<S, C>[]
  readonly expand?: ExpandInput<S, C>
}

/** How a to-many relation is expanded. */
export interface ExpandManyOptions<S extends SchemaShape<S>, C extends keyof S> extends ExpandOptions<S, C> {
  readonly filter?: Filter<S, C>
  readonly sort?: SortKey<S, C> | readonly SortKey<S, C>[]
  /** At most so many records. */
  readonly limit?: number
  /** How many there are: `expandMetaOf(record)` tells. */
  readonly count?: CountMode
  /** `nextCursor` of `expandMetaOf(record)`, when one record is read. */
  readonly cursor?: string
}

/** Which relations come with each record: `true`, or options. */
export type ExpandInput<S extends SchemaShape<S>, C extends keyof S> = {
  readonly [R in RelationName<S, C>]?:
    | true
    | (IsToMany<S, C, R> extends false
        ? ExpandOptions<S, RelationTarget<S, C, R>>
        : ExpandManyOptions<S, RelationTarget<S, C, R>>)
}

/** No relation. */
export type NoExpand = Record<never, never>

/** Turns keys of an inferred `expand` that mean nothing into errors. */
export type ExactExpand<S extends SchemaShape<S>, C extends keyof S, E> = {
  readonly [R in keyof E]: R extends RelationName<S, C>
    ? E[R] extends true
      ? true
      : ExactExpandOptions<S, RelationTarget<S, C, R>, E[R]>
    : never
}

type ExactExpandOptions<S extends SchemaShape<S>, C extends keyof S, O> = {
  readonly [K in keyof O]: K extends 'expand'
    ? ExactExpand<S, C, O[K]>
    : K extends 'filter'
      ? { readonly [F in keyof O[K]]: F extends keyof Filter<S, C> ? Filter<S, C>[F] : never }
      : K extends keyof ExpandManyOptions<S, C>
        ? unknown
        : never
}

/** What a record looks like in the answer. */
export interface RecordQuery<S extends SchemaShape<S>, C extends keyof S, F extends FieldName<S, C>, E>
  extends CallOptions {
  /** Only these fields. */
  fields?: readonly F[]
  /** Related records that come along, under `expand`. */
  expand?: E & ExactExpand<S, C, E>
}

/** What every write takes. */
export interface WriteOptions extends CallOptions {
  /**
   * Names this write, so that sending it again has no further effect: the server answers as it did the first time, for a
   * day. A client with `retries` makes one up for every write.
   */
  idempotencyKey?: string
}

/** A write that answers nothing: the cheapest, and the one for who may write but not read. */
export interface MinimalWrite extends WriteOptions {
  minimal: true
}

/** What the answer of a write looks like, and which version it may change. */
export interface WriteQuery<S extends SchemaShape<S>, C extends keyof S, F extends FieldName<S, C>, E>
  extends RecordQuery<S, C, F, E>,
    WriteOptions {
  /** The `version` the record must still have. */
  ifVersion?: number
}

/** Reads what was, in collections with `history`. */
export interface PastQuery {
  /** The state at this time. Related records, and conditions through them, are as of today. */
  asOf?: string | Date
}

/** What a record looks like, and when. */
export interface GetQuery<S extends SchemaShape<S>, C extends keyof S, F extends FieldName<S, C>, E>
  extends RecordQuery<S, C, F, E>,
    PastQuery {}

/** Which record comes first. */
export interface FirstQuery<S extends SchemaShape<S>, C extends keyof S, F extends FieldName<S, C>, E>
  extends GetQuery<S, C, F, E> {
  /** Words to find in the searchable fields, in any form and with small typos; the best come first. */
  search?: string
  /** What matched, marked: `matchOf(record)` has it. `true`, or the fields. */
  highlight?: boolean | readonly FieldName<S, C>[]
  filter?: Filter<S, C>
  sort?: SortKey<S, C> | readonly SortKey<S, C>[]
}

/** Which records, in which order, how many. */
export interface ListQuery<S extends SchemaShape<S>, C extends keyof S, F extends FieldName<S, C>, E>
  extends FirstQuery<S, C, F, E> {
  /** Records per page: 30 unless told, at most 1000. */
  limit?: number
  /** `meta.nextCursor` of the page before, or `meta.previousCursor` of the one after. */
  cursor?: string
  /** Leaves out so many; slower than `cursor` the further it goes. */
  offset?: number
  /** Asks for `meta.total`. */
  count?: CountMode
}

/** A record as a query answers it. */
export type Result<S extends SchemaShape<S>, C extends keyof S, F, E> =
  IsUntyped<S, C> extends true ? RecordOf<S, C> : ChosenFields<S, C, F> & ExpandPart<S, C, E>

type ChosenFields<S extends SchemaShape<S>, C extends keyof S, F> = [FieldName<S, C>] extends [F]
  ? RecordOf<S, C>
  : Pick<RecordOf<S, C>, Extract<F, keyof RecordOf<S, C>>>

type ExpandPart<S extends SchemaShape<S>, C extends keyof S, E> = [keyof E] extends [never]
  ? unknown
  : { expand: { [R in keyof E]: Expanded<S, C, R, E[R]> } }

type Expanded<S extends SchemaShape<S>, C extends keyof S, R, O> =
  IsToMany<S, C, R> extends true
    ? Result<S, RelationTarget<S, C, R>, ExpandedFields<S, RelationTarget<S, C, R>, O>, ExpandedExpand<O>>[]
    : Result<S, RelationTarget<S, C, R>, ExpandedFields<S, RelationTarget<S, C, R>, O>, ExpandedExpand<O>> | null

type ExpandedFields<S extends SchemaShape<S>, C extends keyof S, O> = O extends { fields: readonly (infer F)[] }
  ? F
  : FieldName<S, C>

type ExpandedExpand<O> = O extends { expand: infer E } ? E : NoExpand

/** Which records a file is to hold, and how it looks. */
export interface ExportQuery<S extends SchemaShape<S>, C extends keyof S> extends CallOptions {
  format: ExportFormat
  filter?: Filter<S, C>
  search?: string
  sort?: SortKey<S, C> | readonly SortKey<S, C>[]
  /** Only these fields, as columns in this order. */
  fields?: readonly FieldName<S, C>[]
  /** Related records that come along; not in CSV. */
  expand?: ExpandInput<S, C>
  /** CSV: `keep` writes texts that a spreadsheet would calculate as they are. Default `escape`. */
  formulas?: 'escape' | 'keep'
}
