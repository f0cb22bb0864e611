import type { FieldDefinition, FieldOperator, Json } from '@holdfast/contract'
import type { Comparison, FieldShape, Operand } from '../../query/index.js'
import type { Report, SqlValue } from '../collection.js'

export type DefinitionKey = keyof FieldDefinition
export type JsonSchema = { readonly [key: string]: unknown }

/** Checks one value of a body, never null → SQL parameter, or a report and undefined. */
export type ParseValue = (value: Json, path: string, report: Report) => SqlValue | undefined

/** How values of a field are named in conditions. */
export interface ValueShape {
  readonly comparison: Comparison
  readonly sqlType: string
  readonly operators: ReadonlySet<FieldOperator>
  /** @throws invalid_value */
  parseOperand(value: Json, path: string): Operand
  /** JSON: the place in the values that keys lead to; undefined where the schema has none. */
  inside?(field: FieldShape, keys: readonly string[]): FieldShape | undefined
}

/** Everything the server knows of one field type. One file per type gives one of these. */
export interface FieldKind {
  /** Definition keys that fit, besides `id`, `name`, `type`, `description` and `hidden`. */
  readonly keys: readonly DefinitionKey[]
  /** Reports what is wrong with the definition beyond unfit keys; paths are keys of the field: `maxLength`. */
  checkDefinition?(definition: FieldDefinition, report: Report): void
  shape(definition: FieldDefinition): ValueShape
  /** PostgreSQL type of the column; empty where there is none. */
  columnType(definition: FieldDefinition): string
  /** SQL that gives the value as it belongs in JSON. Left out: the column itself. */
  select?(column: string, definition: FieldDefinition): string
  /** Called once per schema version: what is costly (patterns, sets) is made here. */
  parser(definition: FieldDefinition): ParseValue
  jsonSchema(definition: FieldDefinition): JsonSchema
  /** TypeScript type of a value that is not null. */
  tsType(definition: FieldDefinition): string
  /** Index method and operator class where it is not a B-tree. */
  readonly indexMethod?: { readonly method: string; readonly operatorClass?: string }
}
