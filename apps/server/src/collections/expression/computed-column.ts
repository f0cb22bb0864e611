import type { FieldDefinition, FieldTypeName } from '@holdfast/contract'
import { decimalType } from '../fields/decimal.field.js'
import { expressionToSql, type FieldLookup } from './expression-to-sql.js'
import type { Typed, ValueType } from './functions.js'
import { fieldsOfExpression, parseExpression } from './parse-expression.js'
import { ExpressionError } from './tokens.js'

/** What fields are inside an expression. Whole numbers become `numeric`, so that they neither overflow nor divide to whole numbers. */
const inputs: Readonly<Partial<Record<FieldTypeName, { type: ValueType; cast?: string }>>> = {
  text: { type: 'text' },
  richtext: { type: 'text' },
  email: { type: 'text' },
  url: { type: 'text' },
  slug: { type: 'text' },
  select: { type: 'text' },
  integer: { type: 'number', cast: 'numeric' },
  decimal: { type: 'number' },
  number: { type: 'float' },
  boolean: { type: 'boolean' },
  date: { type: 'date' },
  datetime: { type: 'datetime' },
  duration: { type: 'duration' },
  uuid: { type: 'uuid' },
}

/** A field as an expression reads it; undefined for one it cannot read: computed, or a list in a table of its own. */
export function inputOf(definition: FieldDefinition, column: string): Typed | undefined {
  if (definition.type === 'computed' || (definition.type === 'relation' && definition.many)) return undefined
  if (definition.type === 'relation') return { sql: column, type: 'uuid' }
  const { type, cast } = inputs[definition.type] ?? { type: 'opaque' }
  return { sql: cast ? `${column}::${cast}` : column, type }
}

const results: Readonly<
  Record<
    NonNullable<FieldDefinition['returns']>,
    { types: readonly ValueType[]; cast: (sql: string, definition: FieldDefinition) => string }
  >
> = {
  text: { types: ['text'], cast: (sql) => `${sql}::text` },
  integer: { types: ['number', 'float'], cast: (sql) => `round(${sql})::int8` },
  number: { types: ['number', 'float'], cast: (sql) => `${sql}::float8` },
  decimal: { types: ['number', 'float'], cast: (sql, definition) => `${sql}::${decimalType(definition)}` },
  boolean: { types: ['boolean'], cast: (sql) => `${sql}::bool` },
}

/**
 * The SQL of a generated column. `lookup` gives what a name stands for.
 * @throws ExpressionError
 */
export function computedColumnSql(definition: FieldDefinition, lookup: FieldLookup): string {
  const { type, sql } = expressionToSql(parseExpression(definition.expression ?? ''), lookup)
  const result = results[definition.returns ?? 'text']
  if (type !== 'null' && !result.types.includes(type))
    throw new ExpressionError(1, `the expression gives ${type}, not ${definition.returns}`)
  return result.cast(`(${sql})`, definition)
}

/** The fields a computed field reads; none for other types and for expressions that cannot be parsed. */
export function inputsOf({ type, expression = '' }: FieldDefinition): readonly string[] {
  if (type !== 'computed') return []
  try {
    return fieldsOfExpression(parseExpression(expression))
  } catch {
    return []
  }
}
