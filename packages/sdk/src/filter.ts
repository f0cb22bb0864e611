import type { VectorMetric } from '@holdfast/contract'
import type {
  FieldKind,
  FieldName,
  FieldOfKind,
  GeoPoint,
  IsToMany,
  IsUntyped,
  RecordOf,
  RelationName,
  RelationTarget,
  SchemaShape,
} from './schema.js'

/** What every stored value can be asked. */
export interface NullOperator {
  /** true: has no value; false: has one. */
  $null?: boolean
}

export interface EqualityOperators<V> extends NullOperator {
  $eq?: V | null
  $ne?: V | null
  $in?: readonly V[]
  $nin?: readonly V[]
}

export interface OrderOperators<V> extends EqualityOperators<V> {
  $gt?: V
  $gte?: V
  $lt?: V
  $lte?: V
  /** From the first to the second, both included. */
  $between?: readonly [V, V]
}

export interface TextOperators<V> extends OrderOperators<V> {
  /** `%` stands for any text, `_` for one character, `\` before them for themselves. */
  $like?: string
  /** Like `$like`, in upper or lower case. */
  $ilike?: string
  /** This text anywhere in the value. */
  $contains?: string
  $startsWith?: string
  $endsWith?: string
}

export interface ListOperators<V> extends NullOperator {
  /** The list has this value. */
  $has?: V
  $hasAny?: readonly V[]
  $hasAll?: readonly V[]
}

/** Conditions on the records a relation leads to, of which those count that the caller may read. */
export interface RelationOperators<F> {
  $some?: F
  $none?: F
  $every?: F
}

/** Conditions combined. */
/** A place within reach, nearest first. `km` is the greatest distance. */
export interface Near {
  lat: number
  lon: number
  km?: number
}

/** An area: a box in degrees, a polygon of at least three corners, or a circle. */
export type Area =
  | { box: { south: number; west: number; north: number; east: number } }
  | { polygon: readonly GeoPoint[] }
  | { circle: { lat: number; lon: number; km: number } }

export interface GeoOperators extends NullOperator {
  /** At most so far away; the nearest come first unless a sort is given. */
  $near?: Near
  $within?: Area
}

/** The vectors most like one: `k` of them, or all within a distance; the nearest come first unless a sort is given. */
export interface Nearest {
  to: readonly number[]
  /** How distance is measured. Default: as the field says. */
  metric?: VectorMetric
  k?: number
  within?: number
}

export interface VectorOperators extends NullOperator {
  $nearest?: Nearest
}

/** For fields that are searchable. */
export interface SearchOperator {
  /** Words in any form and order, with small typos; `"exact words"`, `-without`, `this or that`. */
  $search?: string
}

export interface LogicalOperators<F> {
  /** Words anywhere in the searchable fields, the best first unless a sort is given. */
  $search?: string
  $and?: readonly F[]
  $or?: readonly F[]
  $not?: F
}

/**
 * A condition on the records of collection `C`: fields with a value or operators, relations, paths through relations
 * (`'author.name'`), `$and`, `$or`, `$not`. All entries of one object must hold.
 *
 * @example
 * const filter: Filter<Schema, 'posts'> = {
 *   status: 'published',
 *   views: { $gte: 10, $lt: 100 },
 *   'author.email': { $endsWith: '@example.com' },
 *   comments: { $some: { createdAt: { $gt: '2024-01-01T00:00:00Z' } } },
 *   $or: [{ title: { $contains: 'tea' } }, { tags: { $has: 'tea' } }],
 * }
 */
export type Filter<S extends SchemaShape<S>, C extends keyof S> =
  IsUntyped<S, C> extends true ? { readonly [key: string]: unknown } : TypedFilter<S, C>

type TypedFilter<S extends SchemaShape<S>, C extends keyof S> = FieldConditions<S, C> &
  RelationConditions<S, C> &
  PathConditions<S, C> &
  JsonConditions<S, C> &
  LogicalOperators<Filter<S, C>>

type FieldConditions<S extends SchemaShape<S>, C extends keyof S> = {
  [F in keyof RecordOf<S, C>]?: Condition<S, C, F>
}

type RelationConditions<S extends SchemaShape<S>, C extends keyof S> = {
  [R in RelationName<S, C> as IsToMany<S, C, R> extends true ? R : never]?: RelationOperators<
    Filter<S, RelationTarget<S, C, R>>
  >
}

type PathConditions<S extends SchemaShape<S>, C extends keyof S> = {
  [P in FieldPath<S, C>]?: PathCondition<S, C, P>
}

/** Paths into JSON: `'meta.address.city'`. */
type JsonConditions<S extends SchemaShape<S>, C extends keyof S> = {
  [P in `${FieldOfKind<S, C, 'json'>}.${string}`]?: unknown
}

/** `author.name` and `author.team.name`; a filter nested in `$some` goes further. */
type FieldPath<S extends SchemaShape<S>, C extends keyof S> = {
  [R in RelationName<S, C>]:
    | `${R}.${FieldName<S, RelationTarget<S, C, R>>}`
    | `${R}.${ShortPath<S, RelationTarget<S, C, R>>}`
}[RelationName<S, C>]

type ShortPath<S extends SchemaShape<S>, C extends keyof S> = {
  [R in RelationName<S, C>]: `${R}.${FieldName<S, RelationTarget<S, C, R>>}`
}[RelationName<S, C>]

type PathCondition<S extends SchemaShape<S>, C extends keyof S, P> = P extends `${infer R}.${infer Rest}`
  ? PathCondition<S, RelationTarget<S, C, R>, Rest>
  : Condition<S, C, P>

type Condition<S extends SchemaShape<S>, C extends keyof S, F> = F extends keyof RecordOf<S, C>
  ? ValueCondition<FieldKind<S, C, F>, NonNullable<RecordOf<S, C>[F]>>
  : never

type TextKind = 'text' | 'richtext' | 'email' | 'url' | 'slug'
type OrderedKind = 'uuid' | 'integer' | 'number' | 'decimal' | 'date' | 'datetime' | 'duration'

/** What may be asked of a value, by the type of its field. */
type ValueCondition<Kind, V> = Kind extends TextKind
  ? V | null | (TextOperators<V> & SearchOperator)
  : Kind extends 'select'
    ? V | null | (EqualityOperators<V> & SearchOperator)
    : Kind extends OrderedKind
      ? V | null | OrderOperators<V>
      : Kind extends 'boolean'
        ? V | null | EqualityOperators<V>
        : Kind extends 'json'
          ? null | EqualityOperators<unknown>
          : Kind extends 'geopoint'
            ? null | GeoOperators
            : Kind extends 'vector'
              ? null | VectorOperators
              : V extends readonly (infer Item)[]
                ? null | (ListOperators<Item> & (Kind extends 'relation' ? unknown : SearchOperator))
                : Kind extends 'relation'
                  ? V | null | EqualityOperators<V>
                  : V | null | TextOperators<V>
