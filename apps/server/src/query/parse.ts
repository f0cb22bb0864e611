import { type FieldOperator, type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import { isFieldReference, parseFieldsComparison } from './field-reference.js'
import { isFieldOperator, operandKinds } from './operators.js'
import { parseComparison } from './parse-comparison.js'
import { parseMeasured } from './parse-measured.js'
import { countRelation, countTerm, isObject, type Parsing, unknownField, unknownOperator } from './parsing.js'
import { type ReadableField, type Reader, readEverything } from './reader.js'
import { parseSearch } from './search.js'
import type { FieldShape, RecordShape } from './shape.js'
import { ALWAYS, and, type Condition, not, or, RelationCondition } from './tree.js'
import type { UserVariable } from './variables.js'

/** A condition of a rule, and all that it says of the caller: also what its meaning turns out not to depend on. */
export interface RuleCondition {
  readonly condition: Condition
  readonly variables: readonly UserVariable[]
}

/**
 * A filter a caller sent → condition. Every name is resolved through `reader`: a field the caller may not read is a
 * field that does not exist, and related records count only where the caller may read them.
 * An absent or empty filter is every row. With `text`, values are texts of a URL: `"10"` is a number where the field is.
 * @throws unknown_field, unknown_operator, invalid_value, invalid_query, query_too_complex; each with the path
 */
export function parseFilter(raw: Json | undefined, reader: Reader, at = 'filter', text = false): Condition {
  if (raw === undefined || (isObject(raw) && Object.keys(raw).length === 0)) return ALWAYS
  return parseObject(raw, reader, at, 1, { users: undefined, text, variables: [], terms: 0, relations: 0 })
}

/**
 * The condition of a rule → condition, with `$user` and `$now` variables. `users` is the users collection.
 * @throws as parseFilter; an empty condition is refused, because it would allow everything
 */
export function parseRuleCondition(
  raw: Json,
  shape: RecordShape,
  users: RecordShape,
  at = 'conditions',
): RuleCondition {
  const parsing: Parsing = { users, text: false, variables: [], terms: 0, relations: 0 }
  const condition = parseObject(raw, readEverything(shape), at, 1, parsing)
  return { condition, variables: parsing.variables }
}

function parseObject(raw: Json, reader: Reader, at: string, depth: number, parsing: Parsing): Condition {
  if (depth > limits.filterDepth)
    throw invalidAt('query_too_complex', at, `A condition may be nested ${limits.filterDepth} deep`)
  if (!isObject(raw)) throw invalidAt('invalid_query', at, 'A condition must be an object')
  const entries = Object.entries(raw)
  if (entries.length === 0)
    throw invalidAt(
      'invalid_query',
      at,
      'A condition must not be empty',
      'Every record is meant by {"id":{"$null":false}}.',
    )
  return and(...entries.map(([key, value]) => parseEntry(key, value, reader, `${at}.${key}`, depth, parsing)))
}

function parseEntry(key: string, value: Json, reader: Reader, at: string, depth: number, parsing: Parsing): Condition {
  if (key === '$and') return and(...parseList(value, reader, at, depth, parsing))
  if (key === '$or') return or(...parseList(value, reader, at, depth, parsing))
  if (key === '$not') return not(parseObject(value, reader, at, depth + 1, parsing))
  if (key === '$search') {
    countTerm(parsing, at)
    return parseSearch(value, reader, at, parsing.users !== undefined)
  }
  if (key.startsWith('$'))
    throw invalidAt('unknown_operator', at, `${key} cannot stand here`, 'Combine conditions with $and, $or and $not.')
  return parsePath(key.split('.'), value, reader, at, depth, parsing)
}

function parseList(raw: Json, reader: Reader, at: string, depth: number, parsing: Parsing): Condition[] {
  if (!Array.isArray(raw) || raw.length === 0)
    throw invalidAt('invalid_query', at, 'Give a list of at least one condition')
  return raw.map((item, index) => parseObject(item, reader, `${at}.${index}`, depth + 1, parsing))
}

/** `author.team.name`: relations to follow, then a field. A to-many relation on the way means *some*. */
function parsePath(
  path: readonly string[],
  value: Json,
  reader: Reader,
  at: string,
  depth: number,
  parsing: Parsing,
): Condition {
  const [name, ...rest] = path as [string, ...string[]]
  const field = readableField(reader, name, at)
  if (rest.length === 0) return parseField(field, value, reader, at, depth, parsing)
  if (field.shape.inside) return parseField(jsonPlace(field, rest, at), value, reader, at, depth, parsing)
  const target = relatedReader(field.shape, reader, at)
  countRelation(parsing, at)
  if (depth >= limits.filterDepth)
    throw invalidAt('query_too_complex', at, `A condition may be nested ${limits.filterDepth} deep`)
  const inner = parsePath(rest, value, target, at, depth + 1, parsing)
  return and(field.mask, new RelationCondition('some', field.shape, inner, target.condition))
}

/** The field, or the same error for one that does not exist and one the caller may not read. */
export function readableField(reader: Reader, name: string, at: string): ReadableField {
  const field = reader.readable(name)
  if (!field) throw unknownField(at, name, reader)
  return field
}

/** The place that keys lead to in a JSON field, open in the same rows. A place that cannot be is a field that does not exist. */
export function jsonPlace({ shape, mask }: ReadableField, keys: readonly string[], at: string): ReadableField {
  if (keys.length > limits.jsonPathDepth)
    throw invalidAt('query_too_complex', at, `A path into JSON may have ${limits.jsonPathDepth} keys`)
  const place = keys.every(isJsonKey) ? shape.inside?.(shape, keys) : undefined
  if (!place) throw unknownField(at, [shape.name, ...keys].join('.'))
  return { shape: place, mask }
}

/** Keys that JSON of ours can have. */
export const isJsonKey = (key: string): boolean =>
  key !== '' && key !== '__proto__' && !key.includes('\0') && key.isWellFormed()

/** What the caller may name behind a relation. Unreadable targets look like a name that does not exist. */
export function relatedReader(shape: FieldShape, reader: Reader, at: string): Reader {
  const target = shape.relation && reader.related(shape)
  if (!target) throw unknownField(at, shape.name)
  return target
}

function parseField(
  field: ReadableField,
  value: Json,
  reader: Reader,
  at: string,
  depth: number,
  parsing: Parsing,
): Condition {
  if (!isObject(value)) return and(field.mask, parseComparison(field.shape, '$eq', value, at, parsing))
  const entries = Object.entries(value)
  if (entries.length === 0) throw invalidAt('invalid_query', at, 'Give an operator and a value')
  const parts = entries.map(([operator, operand]) => {
    const where = `${at}.${operator}`
    if (!isFieldOperator(operator)) throw unknownOperator(where, operator, field.shape)
    if (parsing.users && isFieldReference(operand, field.shape)) {
      countTerm(parsing, where)
      return parseFieldsComparison(field.shape, operator, operand, where, reader)
    }
    if (operandKinds[operator] === 'measured') return parseMeasured(field, operator, operand, where, reader, parsing)
    if (operandKinds[operator] !== 'condition') return parseComparison(field.shape, operator, operand, where, parsing)
    return parseRelation(field.shape, operator, operand, reader, where, depth, parsing)
  })
  return and(field.mask, ...parts)
}

function parseRelation(
  shape: FieldShape,
  operator: FieldOperator,
  operand: Json,
  reader: Reader,
  at: string,
  depth: number,
  parsing: Parsing,
): Condition {
  if (!shape.operators.has(operator)) throw unknownOperator(at, operator, shape)
  const target = relatedReader(shape, reader, at)
  countRelation(parsing, at)
  const inner = parseObject(operand, target, at, depth + 1, parsing)
  return new RelationCondition(operator.slice(1) as 'some' | 'none' | 'every', shape, inner, target.condition)
}
