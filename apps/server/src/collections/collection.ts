import type { CollectionDefinition, FieldDefinition, Json, UpdateOperator } from '@holdfast/contract'
import type { FieldShape, RecordShape } from '../query/index.js'

/** A value as it is bound to a SQL parameter. */
export type SqlValue = string | number | boolean | null | readonly string[]

/** Collects what is wrong with a body; `path` is dotted. */
export type Report = (path: string, code: string, message: string) => void

/** A served collection: frozen, compiled once per schema version. */
export interface Collection extends RecordShape {
  readonly id: string
  readonly name: string
  readonly definition: CollectionDefinition
  /** System fields first, then the defined ones, in order. Inverse relations are not among them. */
  readonly fields: ReadonlyMap<string, Field>
  /** Inverse relations, by the name this collection sees them under. */
  readonly inverses: ReadonlyMap<string, FieldShape>
  field(name: string): Field | FieldShape | undefined
}

/** A stored (or computed) field of a collection. */
export interface Field extends FieldShape {
  readonly definition: FieldDefinition
  /** id, createdAt, updatedAt, createdBy, version. */
  readonly system: boolean
  readonly hidden: boolean
  /** False for system fields other than `id` at create, and for computed fields. */
  readonly writable: boolean
  /** A computed field: the fields it reads. Who may not read one of them may not read it. Else empty. */
  readonly inputs: readonly string[]
  /** PostgreSQL type of the column and of the parameter written to it: `text`, `text[]`, `numeric(18,6)`. Empty for `many`. */
  readonly columnType: string
  /** SQL expression that gives the value as it belongs in the JSON answer. `row` is a table alias. */
  select(row: string): string
  /** SQL expression that turns the parameter (`$3`) into the column's value. */
  toColumn(parameter: string): string
  /** A value of a request body, never null → SQL parameter. Reports what is wrong under `path`; then the result is undefined. */
  parseValue(value: Json, path: string, report: Report): SqlValue | undefined
  /** Operators a change of the field may use, each with what reads its operand as {@link parseValue} reads a value. */
  readonly changes: ReadonlyMap<UpdateOperator, Field['parseValue']>
}

/** Everything a request may see of the schema: one frozen snapshot per version. */
export interface Schema {
  readonly version: number
  readonly collections: ReadonlyMap<string, Collection>
}
