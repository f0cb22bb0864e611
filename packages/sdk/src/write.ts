import type { AnyQuery } from './encode-query.js'
import type {
  CreateOf,
  FieldKind,
  FieldName,
  FieldOfKind,
  IsToMany,
  IsUntyped,
  RelationName,
  RelationTarget,
  SchemaShape,
  UpdateOf,
} from './schema.js'
import type { CallOptions } from './transport.js'

/** Takes the value away. */
export interface UnsetOperator {
  $unset: true
}

/** Adds to the value that is there, or keeps the smaller or larger one. Safe when many do it at once. */
export type NumberOperators<V> = { $inc: V } | { $min: V } | { $max: V } | UnsetOperator

/** Puts items at the end of the list, or takes them out. */
export type ItemOperators<Item> = { $push: Item | readonly Item[] } | { $pull: Item | readonly Item[] } | UnsetOperator

type OperatorsOf<Kind, V> = Kind extends 'integer' | 'number' | 'decimal'
  ? NumberOperators<V>
  : Kind extends 'date' | 'datetime'
    ? { $min: V } | { $max: V } | UnsetOperator
    : V extends readonly (infer Item)[]
      ? ItemOperators<Item>
      : UnsetOperator

/** Parts of json fields: `'facts.airports.city': 'Berlin'` sets one, `'facts.airports.count': { $inc: 1 }` changes what is there. */
type WithParts<S extends SchemaShape<S>, C extends keyof S> = {
  [P in `${FieldOfKind<S, C, 'json'>}.${string}`]?: unknown
}

type WithOperators<S extends SchemaShape<S>, C extends keyof S> = {
  [F in keyof UpdateOf<S, C>]: UpdateOf<S, C>[F] | OperatorsOf<FieldKind<S, C, F>, NonNullable<UpdateOf<S, C>[F]>>
}

/** Inverse relations: those that are no fields of the record. */
type ChildName<S extends SchemaShape<S>, C extends keyof S> = {
  [R in RelationName<S, C>]: IsToMany<S, C, R> extends true ? (R extends FieldName<S, C> ? never : R) : never
}[RelationName<S, C>]

/** Records that are written together with the one they point at. */
type NestedCreates<S extends SchemaShape<S>, C extends keyof S> = {
  [R in ChildName<S, C>]?: readonly Partial<CreateOf<S, RelationTarget<S, C, R>>>[]
}

type NestedUpdates<S extends SchemaShape<S>, C extends keyof S> = {
  [R in ChildName<S, C>]?:
    | readonly Partial<CreateOf<S, RelationTarget<S, C, R>>>[]
    | {
        create?: readonly Partial<CreateOf<S, RelationTarget<S, C, R>>>[]
        update?: readonly (UpdateOf<S, RelationTarget<S, C, R>> & { id: string })[]
        delete?: readonly string[]
      }
}

/** The body of a create: fields, and records of inverse relations that are made with it. */
export type CreateInput<S extends SchemaShape<S>, C extends keyof S> =
  IsUntyped<S, C> extends true ? CreateOf<S, C> : CreateOf<S, C> & NestedCreates<S, C>

/** The body of an update: values, operators such as `{ $inc: 1 }`, parts of json fields, and records of inverse relations. */
export type UpdateInput<S extends SchemaShape<S>, C extends keyof S> =
  IsUntyped<S, C> extends true ? UpdateOf<S, C> : WithOperators<S, C> & WithParts<S, C> & NestedUpdates<S, C>

/** A write as callers ask for it, whatever the collection. */
export interface AnyWrite extends CallOptions, AnyQuery {
  readonly ifVersion?: number
  readonly minimal?: boolean
  readonly idempotencyKey?: string
}

export const writeHeaders = ({ ifVersion, minimal, idempotencyKey }: AnyWrite): Record<string, string> => ({
  ...(ifVersion !== undefined && { 'if-match': `"v${ifVersion}"` }),
  ...(minimal && { prefer: 'return=minimal' }),
  ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
})
