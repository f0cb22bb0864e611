import type { FieldOperator, Json, SearchWeight, VectorMetric } from '@holdfast/contract'

/** What the condition language must know of a collection. `collections/` builds it. */
export interface RecordShape {
  readonly name: string
  /** Qualified and quoted: `"public"."posts"`. */
  readonly table: string
  /** A field or inverse relation by its exact name. */
  field(name: string): FieldShape | undefined
  /** Names of its fields and inverse relations. */
  readonly names: readonly string[]
  /** Names of the fields that a search looks through. */
  readonly searchable?: readonly string[]
}

/** How values of a field compare, in SQL and in memory alike. */
export type Comparison =
  | 'text'
  | 'number'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'duration'
  | 'uuid'
  | 'list'
  | 'json'
  | 'geo'
  | 'vector'

/** A checked operand, ready to be bound as a parameter. Dates are ISO 8601 text, decimals are text. */
export type Operand = string | number | boolean

export interface FieldShape {
  readonly name: string
  readonly comparison: Comparison
  /** PostgreSQL type an operand is cast to: `text`, `int8`, `timestamptz`. For lists, the type of an item. */
  readonly sqlType: string
  readonly operators: ReadonlySet<FieldOperator>
  /** Quoted column; empty for a relation that has none (`many`, inverse). */
  readonly column: string
  /** True where the stored value may be null. */
  readonly nullable: boolean
  /** An untrusted value to compare with → operand. @throws invalid_value, naming `path` */
  parseOperand(value: Json, path: string): Operand
  readonly relation?: RelationShape
  /** How it is searched; undefined where it is not searchable. */
  readonly search?: SearchShape
  /** What its vectors are. */
  readonly vector?: VectorShape
  /** JSON fields: the place in their values that keys lead to, as a field of its own; undefined where the schema has none. */
  inside?(field: FieldShape, keys: readonly string[]): FieldShape | undefined
  /** A place in the values of a JSON field; `column` is that of the field. Use `fieldToSql`. */
  readonly path?: JsonPath
  /** Where values may be of several types: the shape that compares with operands like this. @throws invalid_value */
  narrow?(operator: FieldOperator, sample: Json, at: string): FieldShape
  /** What a text of a URL means where the type does not tell. */
  fromText?(text: string, operator: FieldOperator): Json
}

/** Where a search looks for the words of a field. Each gives SQL over the record that `row` names. */
export interface SearchShape {
  readonly weight: SearchWeight
  /** The text search configuration of its language, as SQL. */
  readonly configuration: string
  /** Its words, as tsvector with their weight; an index serves it. */
  words(row: string): string
  /** Its text as people read it. */
  text(row: string): string
  /** How words of it are found that are spelt a little differently; undefined where the database has no extensions for it. */
  readonly fuzzy: FuzzyShape | undefined
}

export interface FuzzyShape {
  /** The schemas of pg_trgm and fuzzystrmatch, quoted. */
  readonly trigrams: string
  readonly distances: string
  /** The beginning of the text, without accents; an index of trigrams serves it. */
  text(row: string): string
  /** Its words in small letters, as array. */
  words(row: string): string
}

export interface VectorShape {
  readonly dimensions: number
  readonly metric: VectorMetric
  /** The schema of pgvector, quoted; undefined where the database does not have it. */
  readonly pgvector: string | undefined
}

export interface JsonPath {
  readonly field: FieldShape
  /** Keys of objects, places of lists. */
  readonly keys: readonly string[]
}

/**
 * How a relation field reaches the other collection.
 * - `one`: `column` holds the id of one target record.
 * - `many`: `linkTable` has `source`, `target` (uuid) and `position` (integer).
 * - `inverse`: the records of `target` whose relation field `via` (one or many) points here.
 */
export type RelationShape =
  | { readonly kind: 'one'; readonly target: () => RecordShape }
  | { readonly kind: 'many'; readonly target: () => RecordShape; readonly linkTable: string }
  | { readonly kind: 'inverse'; readonly target: () => RecordShape; readonly via: () => FieldShape }
