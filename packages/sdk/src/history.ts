import type { RecordVersion } from '@holdfast/contract'
import type { NoExpand, Result } from './query.js'
import type { FieldName, RecordOf, SchemaShape } from './schema.js'
import type { CallOptions, PageOptions } from './transport.js'

/** Which versions of a record, and what of each. */
export interface VersionsQuery<F> extends PageOptions {
  /** These fields come along under `record`, as they were. */
  fields?: readonly F[]
}

/** What of a version comes along. */
export interface VersionQuery<F> extends CallOptions {
  /** Only these fields under `record`. */
  fields?: readonly F[]
}

/** A version as the caller may read it: what it changed and, where fields were asked for, those of the record. */
export type Version<S extends SchemaShape<S>, C extends keyof S, F extends FieldName<S, C> = never> = Omit<
  RecordVersion<RecordOf<S, C>>,
  'record'
> &
  ([F] extends [never] ? unknown : { record: Result<S, C, F, NoExpand> })
