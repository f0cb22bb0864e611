import type { FieldDefinition, UpdateOperator } from '@holdfast/contract'
import type { FieldKind, ParseValue } from './field-kind.js'

type ChangeParsers = ReadonlyMap<UpdateOperator, ParseValue>

const counted: readonly FieldDefinition['type'][] = ['integer', 'number', 'decimal']
const ordered: readonly FieldDefinition['type'][] = [...counted, 'date', 'datetime']
const listed: readonly FieldDefinition['type'][] = ['tags', 'multiselect']

/**
 * How a field can be changed instead of set: `$inc`, `$push`, …, each with the parser of its operand. What a change leads
 * to is checked by the statement that makes it: only that knows the value before. A json field takes none, so that an object
 * is always a value there.
 */
export function changeParsersOf(definition: FieldDefinition, kind: FieldKind): ChangeParsers {
  const { type, many } = definition
  if (type === 'json' || type === 'computed') return new Map()
  const { min: _min, max: _max, minItems: _minItems, ...unbounded } = definition
  const item = oneOrMore(kind.parser(unbounded))
  return new Map<UpdateOperator, ParseValue>([
    ...(counted.includes(type) ? [['$inc', kind.parser(unbounded)] as const] : []),
    ...(ordered.includes(type)
      ? (['$min', '$max'] as const).map((name) => [name, kind.parser(definition)] as const)
      : []),
    ...(many || listed.includes(type) ? (['$push', '$pull'] as const).map((name) => [name, item] as const) : []),
    ['$unset', many ? parseUnset([]) : parseUnset(null)],
  ])
}

const oneOrMore =
  (parseList: ParseValue): ParseValue =>
  (value, path, report) =>
    parseList(Array.isArray(value) ? value : [value], path, report)

const parseUnset =
  (empty: null | readonly string[]): ParseValue =>
  (value, path, report) =>
    value === true ? empty : void report(path, 'wrong_type', `${path} must be true`)
