import type { Aggregate, AggregateQuery, GroupBucket, Json } from '@holdfast/contract'
import type { Filter } from './filter.js'
import type { FieldName, IsUntyped, SchemaShape } from './schema.js'
import type { CallOptions } from './transport.js'

/** What is computed of which records, in which groups. */
export interface AggregateInput<S extends SchemaShape<S>, C extends keyof S, A, G>
  extends CallOptions,
    Pick<AggregateQuery, 'search' | 'having' | 'sort' | 'limit'> {
  filter?: Filter<S, C>
  /** Fields, paths through to-one relations (`author.team`), and periods of dates. */
  groupBy?: readonly (G | GroupBucket)[]
  /** By the names they have in the answer: `{ n: { count: '*' }, total: { sum: 'views' } }`. */
  aggregates: { readonly [N in keyof A]: Aggregate }
}

/** Fields, and paths that begin with one. */
export type GroupName<S extends SchemaShape<S>, C extends keyof S> =
  IsUntyped<S, C> extends true ? string : FieldName<S, C> | `${FieldName<S, C>}.${string}`

/** One group: its values by name, and its aggregates. Decimals and their sums are texts. */
export type AggregateRow<A, G> = { [N in keyof A]: Json } & { [N in G & string]: Json } & { [name: string]: Json }
