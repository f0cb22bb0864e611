import type { FieldOperator, Json } from '@holdfast/contract'

/** What the condition language must know of a collection. `collections/` builds it. */
export interface RecordShape {
  readonly name: string
  /** Qualified and quoted: `"public"."posts"`. */
  readonly table: string
  /** A field or inverse relation by its exact name. */
  field(name: string): FieldShape | undefined
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
