import type { FieldTypeName } from '@holdfast/contract'

/** A place on earth, in degrees. */
export interface GeoPoint {
  lat: number
  lon: number
}

/** Fields every record has. */
export interface SystemFields {
  /** UUIDv7. */
  id: string
  createdAt: string
  updatedAt: string
  /** The user who made it; null when nobody was signed in. */
  createdBy: string | null
  /** One more with each update. */
  version: number
}

/**
 * What a client knows of one collection. `holdfast types` writes these from a running server.
 *
 * A field marked `?` in `record` is one that some callers may read the record without: it is absent for them, never
 * null.
 */
export interface CollectionTypes {
  /** As the server answers it. */
  record: object
  /** What a create takes. */
  create: object
  /** What an update takes. */
  update: object
  /** Relations that can be expanded, by name: the collection's name, or `'name'[]` where there are many. */
  expand: object
  /** The type of each field, so that filters offer the operators that fit. */
  types?: object
}

/** The constraint on a schema: an interface with one {@link CollectionTypes} per collection. */
export type SchemaShape<S> = { [C in keyof S]: CollectionTypes }

/** Names of the collections of a schema. */
export type CollectionName<S> = keyof S & string

/** Fields of an unknown schema. */
export interface UntypedFields {
  // biome-ignore lint/suspicious/noExplicitAny: without a schema the caller knows the fields, and says so by naming no schema
  [field: string]: any
}

/** A record of an unknown schema. */
export interface UntypedRecord extends SystemFields, UntypedFields {}

/** The schema of a client that is given none: every collection, every field. */
export interface UntypedSchema {
  [collection: string]: {
    record: UntypedRecord
    create: UntypedFields
    update: UntypedFields
    expand: { [relation: string]: string }
  }
}

/** A record of collection `C`. */
export type RecordOf<S extends SchemaShape<S>, C extends keyof S> = S[C]['record']

/** The body of a create in collection `C`. */
export type CreateOf<S extends SchemaShape<S>, C extends keyof S> = S[C]['create']

/** The body of an update in collection `C`. */
export type UpdateOf<S extends SchemaShape<S>, C extends keyof S> = S[C]['update']

export type FieldName<S extends SchemaShape<S>, C extends keyof S> = keyof RecordOf<S, C> & string

export type RelationName<S extends SchemaShape<S>, C extends keyof S> = keyof S[C]['expand'] & string

/** The collection a relation leads to. */
export type RelationTarget<S extends SchemaShape<S>, C extends keyof S, R> = R extends keyof S[C]['expand']
  ? S[C]['expand'][R] extends infer Target
    ? Extract<Target extends readonly (infer Name)[] ? Name : Target, keyof S>
    : never
  : never

/** Whether a relation leads to a list of records; `boolean` where nothing is known. */
export type IsToMany<S extends SchemaShape<S>, C extends keyof S, R> =
  IsUntyped<S, C> extends true
    ? boolean
    : R extends keyof S[C]['expand']
      ? S[C]['expand'][R] extends readonly unknown[]
        ? true
        : false
      : never

/** The type of a field as the definition names it; `unknown` in a schema without `types`. */
export type FieldKind<S extends SchemaShape<S>, C extends keyof S, F> = S[C] extends { types: infer Types }
  ? F extends keyof Types
    ? Extract<Types[F], FieldTypeName>
    : 'unknown'
  : 'unknown'

/** Names of the fields of one type. */
export type FieldOfKind<S extends SchemaShape<S>, C extends keyof S, Kind extends FieldTypeName> = {
  [F in FieldName<S, C>]: FieldKind<S, C, F> extends Kind ? F : never
}[FieldName<S, C>]

/** Whether nothing is known of a collection's fields. */
export type IsUntyped<S extends SchemaShape<S>, C extends keyof S> = string extends keyof RecordOf<S, C> ? true : false
