import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { quoteLiteral } from '../../lib/index.js'
import type { SqlValue } from '../collection.js'
import { isNow } from '../definition/check-fields.js'
import { computedColumnSql, inputOf } from '../expression/index.js'
import { fieldKinds } from '../fields/index.js'
import { columnOf, fieldPartName } from '../names.js'
import { systemFieldDefinitions } from '../system-fields.js'

export const columnTypeOf = (field: FieldDefinition): string => fieldKinds[field.type].columnType(field)
export const isStored = (field: FieldDefinition): boolean => columnTypeOf(field) !== ''

/** Columns every table has. */
export const systemColumns: readonly string[] = [
  '"id" uuid not null default gen_random_uuid()',
  '"createdAt" timestamptz(3) not null default now()',
  '"updatedAt" timestamptz(3) not null default now()',
  '"createdBy" uuid',
  '"version" integer not null default 1',
]

/** `"title" text not null default 'x'` */
export function columnSql(field: FieldDefinition, collection: CollectionDefinition): string {
  const parts = [columnOf(field.name), columnTypeOf(field)]
  if (field.type === 'computed')
    parts.push(`generated always as (${generatedSql(field, collection)}) stored`, checkSql(field))
  if (field.required) parts.push('not null')
  const value = defaultSql(field)
  if (value !== undefined) parts.push(`default ${value}`)
  return parts.filter((part) => part !== '').join(' ')
}

/** The expression of a computed column. `nameOf` may give ids instead of names, to see whether only names changed. */
export function generatedSql(
  field: FieldDefinition,
  collection: CollectionDefinition,
  nameOf: (field: FieldDefinition) => string = ({ name }) => columnOf(name),
): string {
  const fields = [...systemFieldDefinitions(false), ...collection.fields]
  return computedColumnSql(field, (name) => {
    const input = fields.find((candidate) => candidate.name === name)
    return input && inputOf(input, nameOf(input))
  })
}

/** A computed whole number keeps to what JSON carries exactly, as every integer does. */
const checkSql = (field: FieldDefinition): string =>
  field.returns === 'integer'
    ? `constraint "${fieldPartName('c', field.id!)}" check (${columnOf(field.name)} between -9007199254740991 and 9007199254740991)`
    : ''

/** The default as SQL; undefined when there is none. */
export function defaultSql(field: FieldDefinition): string | undefined {
  if (field.default === undefined) return undefined
  if (isNow(field)) return field.type === 'date' ? `(now() at time zone 'UTC')::date` : 'now()'
  const value = fieldKinds[field.type].parser(field)(field.default, 'default', () => undefined)
  return value === undefined ? undefined : literalSql(value, columnTypeOf(field))
}

function literalSql(value: SqlValue, columnType: string): string {
  if (Array.isArray(value)) return `array[${value.map((item) => quoteLiteral(item)).join(', ')}]::${columnType}`
  return `${quoteLiteral(String(value))}::${columnType}`
}
