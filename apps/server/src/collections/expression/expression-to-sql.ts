import { quoteLiteral } from '../../lib/index.js'
import { type FunctionSpec, functions, type Parameter, type Typed, type ValueType } from './functions.js'
import type { BinaryExpression, Expression } from './parse-expression.js'
import { ExpressionError } from './tokens.js'

/** The SQL and type of a field by its name; undefined when there is none that can be used. */
export type FieldLookup = (name: string) => Typed | undefined

/**
 * Tree → typed SQL. Every name is looked up, every text is a quoted literal, every function is on a list: nothing of the
 * source reaches the SQL as it was written. The result fails on no value: dividing by zero gives null.
 * @throws ExpressionError where types do not fit
 */
export function expressionToSql(expression: Expression, lookup: FieldLookup): Typed {
  const toSql = (part: Expression): Typed => expressionToSql(part, lookup)
  switch (expression.kind) {
    case 'field':
      return fieldToSql(expression.name, expression.at, lookup)
    case 'number':
      return { sql: `${expression.value}::numeric`, type: 'number' }
    case 'text':
      return { sql: `${quoteLiteral(expression.value)}::text`, type: 'text' }
    case 'constant':
      return { sql: expression.value, type: expression.value === 'null' ? 'null' : 'boolean' }
    case 'unary':
      return unaryToSql(expression.operator, toSql(expression.operand), expression.at)
    case 'binary':
      return binaryToSql(expression, toSql(expression.left), toSql(expression.right))
    case 'isNull':
      return { sql: `(${toSql(expression.operand).sql} is ${expression.negated ? 'not ' : ''}null)`, type: 'boolean' }
    case 'call':
      return callToSql(expression.name, expression.args.map(toSql), expression.at)
    case 'case':
      return caseToSql(expression, toSql)
  }
}

function fieldToSql(name: string, at: number, lookup: FieldLookup): Typed {
  const field = lookup(name)
  if (!field) throw new ExpressionError(at, `${name} is not a field that can be used here`)
  return field
}

const isNumber = (type: ValueType): boolean => type === 'number' || type === 'float' || type === 'null'

function unaryToSql(operator: '-' | 'not', operand: Typed, at: number): Typed {
  if (operator === '-') {
    if (!isNumber(operand.type)) throw new ExpressionError(at, `- needs a number, not ${operand.type}`)
    return { sql: `(- ${operand.sql})`, type: operand.type }
  }
  expectBoolean(operand, at)
  return { sql: `(not ${operand.sql})`, type: 'boolean' }
}

function expectBoolean(value: Typed, at: number): void {
  if (value.type !== 'boolean' && value.type !== 'null')
    throw new ExpressionError(at, `a condition is expected, not ${value.type}`)
}

function binaryToSql({ operator, at }: BinaryExpression, left: Typed, right: Typed): Typed {
  switch (operator) {
    case 'and':
    case 'or':
      expectBoolean(left, at)
      expectBoolean(right, at)
      return { sql: `(${left.sql} ${operator} ${right.sql})`, type: 'boolean' }
    case '||':
      if (![left, right].every(({ type }) => type === 'text' || type === 'null'))
        throw new ExpressionError(at, '|| joins texts; make a text of a number with text(…)')
      return { sql: `(${left.sql} || ${right.sql})`, type: 'text' }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmeticToSql(operator, left, right, at)
    default:
      return comparisonToSql(operator === '!=' ? '<>' : operator, left, right, at)
  }
}

function arithmeticToSql(operator: string, left: Typed, right: Typed, at: number): Typed {
  if (!isNumber(left.type) || !isNumber(right.type))
    throw new ExpressionError(at, `${operator} needs numbers, not ${left.type} and ${right.type}`)
  const type = commonType([left, right], at)
  if (operator === '%' && type === 'float') throw new ExpressionError(at, '% needs exact numbers: integer or decimal')
  const divides = operator === '/' || operator === '%'
  return { sql: `(${left.sql} ${operator} ${divides ? `nullif(${right.sql}, 0)` : right.sql})`, type }
}

function comparisonToSql(operator: string, left: Typed, right: Typed, at: number): Typed {
  if (commonType([left, right], at) === 'opaque') throw new ExpressionError(at, 'these values have no order')
  return { sql: `(${left.sql} ${operator} ${right.sql})`, type: 'boolean' }
}

/** The one type all values have, or an error. */
function commonType(values: readonly Typed[], at: number): ValueType {
  const types = [...new Set(values.map(({ type }) => type))].filter((type) => type !== 'null')
  if (types.length === 0) return 'null'
  if (types.length === 1) return types[0]!
  if (types.every(isNumber)) return 'float'
  throw new ExpressionError(at, `${types.join(' and ')} do not go together`)
}

function callToSql(name: string, args: readonly Typed[], at: number): Typed {
  const spec = functions.get(name)
  if (!spec)
    throw new ExpressionError(at, `there is no function ${name}; there are ${[...functions.keys()].join(', ')}`)
  if (args.length < spec.min || (!spec.variadic && args.length > spec.parameters.length))
    throw new ExpressionError(at, `${name} takes ${countText(spec)}`)
  args.forEach((arg, index) => {
    checkArgument(name, spec.parameters[Math.min(index, spec.parameters.length - 1)]!, arg, at)
  })
  return { sql: spec.build(...args.map(({ sql }) => sql)), type: resultType(name, spec, args, at) }
}

function resultType(name: string, spec: FunctionSpec, args: readonly Typed[], at: number): ValueType {
  if (spec.returns !== 'same') return spec.returns
  if (name === 'round' && args.length === 2) return 'number'
  return commonType(args, at)
}

function countText({ parameters, min, variadic }: FunctionSpec): string {
  if (variadic) return `${min} or more values`
  return min === parameters.length ? `${min} value${min === 1 ? '' : 's'}` : `${min} to ${parameters.length} values`
}

function checkArgument(name: string, parameter: Parameter, { type }: Typed, at: number): void {
  const fits =
    type === 'null' ||
    (parameter === 'any' && type !== 'opaque') ||
    parameter === type ||
    (parameter === 'number' && type === 'float') ||
    (parameter === 'exact' && type === 'number')
  if (!fits) throw new ExpressionError(at, `${name} cannot take ${type} here`)
}

function caseToSql(expression: Extract<Expression, { kind: 'case' }>, toSql: (part: Expression) => Typed): Typed {
  const branches = expression.branches.map(({ when, value }) => ({ when: toSql(when), value: toSql(value) }))
  for (const { when } of branches) expectBoolean(when, expression.at)
  const otherwise = expression.otherwise && toSql(expression.otherwise)
  const type = commonType([...branches.map(({ value }) => value), ...(otherwise ? [otherwise] : [])], expression.at)
  const whens = branches.map(({ when, value }) => `when ${when.sql} then ${value.sql}`).join(' ')
  return { sql: `(case ${whens}${otherwise ? ` else ${otherwise.sql}` : ''} end)`, type }
}
