import { type FieldOperator, type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import { isFieldOperator, operandKinds } from './operators.js'
import { type ReadableField, type Reader, readEverything } from './reader.js'
import type { FieldShape, Operand, RecordShape } from './shape.js'
import {
  ALWAYS,
  and,
  type Bound,
  type ComparisonValue,
  type Condition,
  FieldComparison,
  not,
  or,
  RelationCondition,
} from './tree.js'
import { isUserVariable, isVariable, type Now, parseVariable, type UserVariable } from './variables.js'

type JsonObject = { [key: string]: Json }

/** What one parse carries along: the caller's `users` shape where variables are allowed, and how much it has seen. */
interface Parse {
  readonly users: RecordShape | undefined
  /** Values are texts of a URL, whose type the field decides. */
  readonly text: boolean
  readonly variables: UserVariable[]
  terms: number
  relations: number
}

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
  const parse: Parse = { users, text: false, variables: [], terms: 0, relations: 0 }
  const condition = parseObject(raw, readEverything(shape), at, 1, parse)
  return { condition, variables: parse.variables }
}

function parseObject(raw: Json, reader: Reader, at: string, depth: number, parse: Parse): Condition {
  if (depth > limits.filterDepth)
    throw invalidAt('query_too_complex', at, `A condition may be nested ${limits.filterDepth} deep`)
  if (!isObject(raw)) throw invalidAt('invalid_query', at, 'A condition must be an object')
  const entries = Object.entries(raw)
  if (entries.length === 0) throw invalidAt('invalid_query', at, 'A condition must not be empty')
  return and(...entries.map(([key, value]) => parseEntry(key, value, reader, `${at}.${key}`, depth, parse)))
}

function parseEntry(key: string, value: Json, reader: Reader, at: string, depth: number, parse: Parse): Condition {
  if (key === '$and') return and(...parseList(value, reader, at, depth, parse))
  if (key === '$or') return or(...parseList(value, reader, at, depth, parse))
  if (key === '$not') return not(parseObject(value, reader, at, depth + 1, parse))
  if (key.startsWith('$'))
    throw invalidAt('unknown_operator', at, `${key} cannot stand here`, 'Combine conditions with $and, $or and $not.')
  return parsePath(key.split('.'), value, reader, at, depth, parse)
}

function parseList(raw: Json, reader: Reader, at: string, depth: number, parse: Parse): Condition[] {
  if (!Array.isArray(raw) || raw.length === 0)
    throw invalidAt('invalid_query', at, 'Give a list of at least one condition')
  return raw.map((item, index) => parseObject(item, reader, `${at}.${index}`, depth + 1, parse))
}

/** `author.team.name`: relations to follow, then a field. A to-many relation on the way means *some*. */
function parsePath(
  path: readonly string[],
  value: Json,
  reader: Reader,
  at: string,
  depth: number,
  parse: Parse,
): Condition {
  const [name, ...rest] = path as [string, ...string[]]
  const field = readableField(reader, name, at)
  if (rest.length === 0) return parseField(field, value, reader, at, depth, parse)
  const target = relatedReader(field.shape, reader, at)
  countRelation(parse, at)
  if (depth >= limits.filterDepth)
    throw invalidAt('query_too_complex', at, `A condition may be nested ${limits.filterDepth} deep`)
  const inner = parsePath(rest, value, target, at, depth + 1, parse)
  return and(field.mask, new RelationCondition('some', field.shape, inner, target.condition))
}

/** The field, or the same error for one that does not exist and one the caller may not read. */
export function readableField(reader: Reader, name: string, at: string): ReadableField {
  const field = reader.readable(name)
  if (!field) throw unknownField(at, name)
  return field
}

/** What the caller may name behind a relation. Unreadable targets look like a name that does not exist. */
export function relatedReader(shape: FieldShape, reader: Reader, at: string): Reader {
  const target = shape.relation && reader.related(shape)
  if (!target) throw unknownField(at, shape.name)
  return target
}

export const unknownField = (at: string, name: string) =>
  invalidAt('unknown_field', at, `${shorten(name)} is not a field that can be used here`)

function parseField(
  field: ReadableField,
  value: Json,
  reader: Reader,
  at: string,
  depth: number,
  parse: Parse,
): Condition {
  if (!isObject(value)) return and(field.mask, parseComparison(field.shape, '$eq', value, at, parse))
  const entries = Object.entries(value)
  if (entries.length === 0) throw invalidAt('invalid_query', at, 'Give an operator and a value')
  const parts = entries.map(([operator, operand]) => {
    const where = `${at}.${operator}`
    if (!isFieldOperator(operator)) throw unknownOperator(where, operator, field.shape)
    if (operandKinds[operator] === 'measured') return parseMeasured(field, operator, operand, where, parse)
    if (operandKinds[operator] !== 'condition') return parseComparison(field.shape, operator, operand, where, parse)
    return parseRelation(field.shape, operator, operand, reader, where, depth, parse)
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
  parse: Parse,
): Condition {
  if (!shape.operators.has(operator)) throw unknownOperator(at, operator, shape)
  const target = relatedReader(shape, reader, at)
  countRelation(parse, at)
  const inner = parseObject(operand, target, at, depth + 1, parse)
  return new RelationCondition(operator.slice(1) as 'some' | 'none' | 'every', shape, inner, target.condition)
}

/** Operators with an operand of their own shape. Rules may use them too. */
function parseMeasured(
  field: ReadableField,
  operator: FieldOperator,
  _operand: Json,
  at: string,
  parse: Parse,
): Condition {
  countTerm(parse, at)
  throw unknownOperator(at, operator, field.shape)
}

function countTerm(parse: Parse, at: string): void {
  parse.terms += 1
  if (parse.terms > limits.filterTerms)
    throw invalidAt('query_too_complex', at, `A query may have ${limits.filterTerms} conditions`)
}

function countRelation(parse: Parse, at: string): void {
  parse.relations += 1
  if (parse.relations > limits.filterRelations)
    throw invalidAt('query_too_complex', at, `A query may follow ${limits.filterRelations} relations in its filter`)
}

function parseComparison(
  shape: FieldShape,
  operator: FieldOperator,
  operand: Json,
  at: string,
  parse: Parse,
): Condition {
  countTerm(parse, at)
  if (operand === null && (operator === '$eq' || operator === '$ne'))
    return parseComparison(shape, '$null', operator === '$eq', at, parse)
  if (!shape.operators.has(operator)) throw unknownOperator(at, operator, shape)
  const value = parseOperands(shape, operator, operand, at, parse)
  return new FieldComparison(operator.slice(1), shape, value)
}

function parseOperands(
  shape: FieldShape,
  operator: FieldOperator,
  operand: Json,
  at: string,
  parse: Parse,
): ComparisonValue {
  if (parse.text && typeof operand === 'string')
    return parseOperands(shape, operator, fromText(operand, operator), at, { ...parse, text: false })
  switch (operandKinds[operator]) {
    case 'boolean':
      if (typeof operand !== 'boolean') throw invalidAt('invalid_value', at, `${operator} takes true or false`)
      return operand
    case 'list':
      return parseListOperand(shape, operator, operand, at, parse)
    case 'pair': {
      if (!Array.isArray(operand) || operand.length !== 2)
        throw invalidAt('invalid_value', at, `${operator} takes a list of two values`)
      const [low, high] = operand.map((item, index) => parseOne(shape, item, `${at}.${index}`, parse))
      return [low!, high!] as const
    }
    default: {
      const value = parseOne(shape, operand, at, parse)
      if (operator === '$like' || operator === '$ilike') checkLikePattern(value, at)
      return value
    }
  }
}

/** A text of a URL as the operator wants it: lists are separated by commas. What a single text means, the field type knows. */
function fromText(text: string, operator: FieldOperator): Json {
  const kind = operandKinds[operator]
  if (kind === 'list' || kind === 'pair') return text.split(',')
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function parseListOperand(
  shape: FieldShape,
  operator: FieldOperator,
  operand: Json,
  at: string,
  parse: Parse,
): readonly Operand[] | UserVariable {
  const variable = parse.users && parseVariable(operand, parse.users, at)
  if (isUserVariable(variable) && variable.list) return checkVariable(variable, shape, at, parse)
  if (!Array.isArray(operand)) throw invalidAt('invalid_value', at, `${operator} takes a list of values`)
  if (operand.length > limits.listOperand)
    throw invalidAt('query_too_complex', at, `A list may have ${limits.listOperand} values`)
  const values = operand.map((item, index) => {
    const where = `${at}.${index}`
    if (parse.users && isVariable(parseVariable(item, parse.users, where)))
      throw invalidAt('invalid_value', where, 'A variable cannot stand inside a list')
    return shape.parseOperand(item, where)
  })
  return [...new Set(values)]
}

function parseOne(shape: FieldShape, operand: Json, at: string, parse: Parse): Bound {
  const variable = parse.users && parseVariable(operand, parse.users, at)
  if (!variable) return shape.parseOperand(operand, at)
  if (isUserVariable(variable) && variable.list)
    throw invalidAt('invalid_value', at, 'This variable is a list', 'Use it with $in, $nin, $hasAny or $hasAll.')
  return checkVariable(variable, shape, at, parse)
}

/** Notes a variable; refuses one whose type cannot be compared with the field's. */
function checkVariable<V extends UserVariable | Now>(variable: V, shape: FieldShape, at: string, parse: Parse): V {
  if (isUserVariable(variable)) parse.variables.push(variable)
  const wanted = shape.sqlType
  const given =
    variable.variable === 'now'
      ? wanted === 'date' || wanted === 'timestamptz'
        ? wanted
        : 'timestamptz'
      : userVariableType(variable)
  if (given !== wanted)
    throw invalidAt(
      'invalid_value',
      at,
      `A variable of type ${given} cannot be compared with ${shape.name} (${wanted})`,
    )
  return variable
}

function userVariableType(variable: UserVariable): string {
  if (variable.fields.length > 0) return variable.fields.at(-1)!.sqlType
  return variable.path[0] === 'id' ? 'uuid' : 'text'
}

/** Postgres fails while it runs on a pattern that ends in the escape character, but only on rows it compares. */
function checkLikePattern(value: Bound, at: string): void {
  if (typeof value === 'string' && /(?:^|[^\\])(?:\\\\)*\\$/.test(value))
    throw invalidAt(
      'invalid_value',
      at,
      'A pattern must not end with a single backslash',
      'Write \\\\ for a backslash.',
    )
}

const unknownOperator = (at: string, operator: string, shape: FieldShape) =>
  invalidAt(
    'unknown_operator',
    at,
    `${shorten(operator)} cannot be used on ${shape.name}`,
    `Use one of ${[...shape.operators].join(' ')}.`,
  )

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
