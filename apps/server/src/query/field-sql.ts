import type { FieldShape } from './shape.js'
import type { SqlContext } from './sql-context.js'

/**
 * The value of a field in the record that `row` names. For a place in JSON, null where nothing stands there or JSON of
 * another type: values are cast only where their type is known. Keys are parameters, so no key is ever SQL.
 */
export function fieldToSql(shape: FieldShape, row: string, context: SqlContext): string {
  const column = `${row}.${shape.column}`
  if (!shape.path) return column
  const value = `(${column} #> ${context.params.value(shape.path.keys)}::text[])`
  if (shape.comparison === 'json') return `nullif(${value}, 'null'::jsonb)`
  const { type, read } = jsonTypes[shape.comparison as keyof typeof jsonTypes]
  return `(case when jsonb_typeof(${value}) = '${type}' then ${value}${read} end)`
}

/** The JSON type of a comparison, and what makes a value of PostgreSQL of it. */
const jsonTypes = {
  text: { type: 'string', read: " #>> '{}'" },
  number: { type: 'number', read: '::numeric' },
  boolean: { type: 'boolean', read: '::bool' },
  list: { type: 'array', read: '' },
} as const
