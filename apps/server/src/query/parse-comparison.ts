import { type FieldOperator, type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import { operandKinds } from './operators.js'
import { countTerm, type Parsing, unknownOperator } from './parsing.js'
import type { FieldShape, Operand } from './shape.js'
import { type Bound, type ComparisonValue, type Condition, FieldComparison } from './tree.js'
import { isUserVariable, isVariable, type Now, parseVariable, typeOfVariable, type UserVariable } from './variables.js'

/** `$gte: 10` on a field → a comparison whose operand fits it. @throws unknown_operator, invalid_value, query_too_complex */
export function parseComparison(
  shape: FieldShape,
  operator: FieldOperator,
  operand: Json,
  at: string,
  parsing: Parsing,
): Condition {
  countTerm(parsing, at)
  if (operand === null && (operator === '$eq' || operator === '$ne'))
    return parseComparison(shape, '$null', operator === '$eq', at, parsing)
  if (!shape.operators.has(operator)) throw unknownOperator(at, operator, shape)
  const given = parsing.text && typeof operand === 'string' ? fromText(operand, operator, shape) : operand
  const narrowed = shape.narrow?.(operator, sampleOf(given, parsing, at), at) ?? shape
  const value = parseOperands(narrowed, operator, given, at, parsing)
  return new FieldComparison(operator.slice(1), narrowed, value)
}

/** A text of a URL as the operator wants it: lists are separated by commas. What a single text means, the field type knows. */
function fromText(text: string, operator: FieldOperator, shape: FieldShape): Json {
  const kind = operandKinds[operator]
  const one = (item: string): Json => shape.fromText?.(item, operator) ?? item
  if (kind === 'list' || kind === 'pair') return text.split(',').map(one)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return one(text)
}

/** The operand, or for a variable some value of its type. */
function sampleOf(operand: Json, parsing: Parsing, at: string): Json {
  if (Array.isArray(operand)) return operand.map((item) => sampleOf(item, parsing, at))
  const variable = parsing.users && parseVariable(operand, parsing.users, at)
  if (!isUserVariable(variable)) return operand
  const sample = jsonSamples[typeOfVariable(variable)] ?? ''
  return variable.list ? [sample] : sample
}

/** By PostgreSQL type, what values of a variable would be in JSON. Ids are texts there. */
const jsonSamples: Readonly<Record<string, Json>> = {
  text: '',
  uuid: '',
  int8: 0,
  float8: 0,
  numeric: 0,
  bool: true,
}

function parseOperands(
  shape: FieldShape,
  operator: FieldOperator,
  operand: Json,
  at: string,
  parsing: Parsing,
): ComparisonValue {
  switch (operandKinds[operator]) {
    case 'boolean':
      if (typeof operand !== 'boolean') throw invalidAt('invalid_value', at, `${operator} takes true or false`)
      return operand
    case 'list':
      return parseListOperand(shape, operator, operand, at, parsing)
    case 'pair': {
      if (!Array.isArray(operand) || operand.length !== 2)
        throw invalidAt('invalid_value', at, `${operator} takes a list of two values`)
      const [low, high] = operand.map((item, index) => parseOne(shape, item, `${at}.${index}`, parsing))
      return [low!, high!] as const
    }
    default: {
      const value = parseOne(shape, operand, at, parsing)
      if (operator === '$like' || operator === '$ilike') checkLikePattern(value, at)
      return value
    }
  }
}

function parseListOperand(
  shape: FieldShape,
  operator: FieldOperator,
  operand: Json,
  at: string,
  parsing: Parsing,
): readonly Operand[] | UserVariable {
  const variable = parsing.users && parseVariable(operand, parsing.users, at)
  if (isUserVariable(variable) && variable.list) return checkVariable(variable, shape, at, parsing)
  if (!Array.isArray(operand)) throw invalidAt('invalid_value', at, `${operator} takes a list of values`)
  if (operand.length > limits.listOperand)
    throw invalidAt('query_too_complex', at, `A list may have ${limits.listOperand} values`)
  const values = operand.map((item, index) => {
    const where = `${at}.${index}`
    if (parsing.users && isVariable(parseVariable(item, parsing.users, where)))
      throw invalidAt('invalid_value', where, 'A variable cannot stand inside a list')
    return shape.parseOperand(item, where)
  })
  return [...new Set(values)]
}

function parseOne(shape: FieldShape, operand: Json, at: string, parsing: Parsing): Bound {
  const variable = parsing.users && parseVariable(operand, parsing.users, at)
  if (!variable) return shape.parseOperand(operand, at)
  if (isUserVariable(variable) && variable.list)
    throw invalidAt('invalid_value', at, 'This variable is a list', 'Use it with $in, $nin, $hasAny or $hasAll.')
  return checkVariable(variable, shape, at, parsing)
}

/** Notes a variable; refuses one whose type cannot be compared with the field's. */
function checkVariable<V extends UserVariable | Now>(variable: V, shape: FieldShape, at: string, parsing: Parsing): V {
  if (isUserVariable(variable)) parsing.variables.push(variable)
  const wanted = shape.sqlType
  const given =
    variable.variable === 'now'
      ? wanted === 'date' || wanted === 'timestamptz'
        ? wanted
        : 'timestamptz'
      : typeOfVariable(variable)
  if (given !== wanted && !(shape.path && isSameInJson(given, shape)))
    throw invalidAt(
      'invalid_value',
      at,
      `A variable of type ${given} cannot be compared with ${shape.name} (${wanted})`,
    )
  return variable
}

const isSameInJson = (given: string, { comparison, sqlType }: FieldShape): boolean =>
  typeof (jsonSamples[given] ?? null) === typeof jsonSamples[comparison === 'list' ? 'text' : sqlType]

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
