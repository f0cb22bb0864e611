import { fieldToSql } from './field-sql.js'
import type { FieldShape, Operand } from './shape.js'
import type { SqlContext } from './sql-context.js'
import type { Bound, FieldComparison } from './tree.js'
import { boundToSql, listToSql } from './value-sql.js'
import { isUserVariable, isVariable, type UserVariable } from './variables.js'

/** Comparisons inside JSON that are not made as those of columns are; undefined for all others. */
export function jsonComparisonToSql(condition: FieldComparison, row: string, context: SqlContext): string | undefined {
  const { shape, operator, value } = condition
  if (!shape.path || operator === 'null') return undefined
  if (shape.comparison === 'list') return listComparisonToSql(condition, row, context)
  if (operator !== 'eq' || isVariable(value) || shape.path.keys.some(isPlace)) return undefined
  const item = jsonOf(value as Operand, shape)
  if (typeof item === 'object') return undefined
  const whole = shape.path.keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), item)
  return `${row}.${shape.column} @> ${context.params.value(JSON.stringify(whole))}::jsonb`
}

/**
 * What PostgreSQL reads as a place of a list. Only where there is none in a path, a document that contains the value under
 * the same keys is one that has it there; a GIN index finds those.
 */
const isPlace = (key: string): boolean => /^\s*[+-]?\d+$/.test(key)

const jsonOf = (value: Operand, shape: FieldShape): unknown =>
  shape.comparison === 'json' || shape.comparison === 'list' ? (JSON.parse(String(value)) as unknown) : value

/** A list of JSON contains a list when it has each of its items, a text or a number as well as any other. */
function listComparisonToSql({ shape, operator, value }: FieldComparison, row: string, context: SqlContext): string {
  const list = fieldToSql(shape, row, context)
  const items = (wanted: readonly Operand[]): string => `[${wanted.join(',')}]`
  const containing = (wanted: readonly Operand[]): string => `${list} @> ${context.params.value(items(wanted))}::jsonb`
  if (operator === 'has')
    return isVariable(value)
      ? `${list} ? ${boundToSql(value as Bound, shape, context)}`
      : containing([value as Operand])
  if (isUserVariable(value))
    return `${list} ${operator === 'hasAny' ? '?|' : '?&'} ${listToSql(value as UserVariable, shape, context)}`
  if (operator === 'hasAll') return containing(value as readonly Operand[])
  const each = (value as readonly Operand[]).map((item) => items([item]))
  return `${list} @> any(${context.params.value(each)}::jsonb[])`
}
