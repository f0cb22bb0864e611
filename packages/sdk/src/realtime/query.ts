import type { HoldfastError } from '../errors.js'
import type { Filter } from '../filter.js'
import type { ExpandInput, NoExpand, RecordQuery, SortKey } from '../query.js'
import type { FieldName, SchemaShape } from '../schema.js'

/** Which records to keep current. */
export interface LiveQuery<
  S extends SchemaShape<S>,
  C extends keyof S,
  F extends FieldName<S, C> = FieldName<S, C>,
  E = ExpandInput<S, C> & NoExpand,
> extends RecordQuery<S, C, F, E> {
  filter?: Filter<S, C>
  sort?: SortKey<S, C> | readonly SortKey<S, C>[]
  limit?: number
  /** The server ended the subscription, or refused it. Left out: the error is thrown where nobody catches it. */
  onError?(error: HoldfastError): void
}

/** Which records to be told of, and what of them. */
export interface SubscribeQuery<
  S extends SchemaShape<S>,
  C extends keyof S,
  F extends FieldName<S, C> = FieldName<S, C>,
  E = ExpandInput<S, C> & NoExpand,
> extends LiveQuery<S, C, F, E> {
  /** Only this record. */
  record?: string
  /** First tell the records there are (`snapshot`, then `ready`): `limit` of them (1000), in the order of `sort`. */
  snapshot?: boolean
  /** The `id` of an event: goes on after it. */
  since?: string
}
