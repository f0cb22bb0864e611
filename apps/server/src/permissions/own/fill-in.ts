import type { Json } from '@holdfast/contract'
import {
  ALWAYS,
  and,
  type Condition,
  FieldComparison,
  isCompound,
  isNever,
  isUserVariable,
  KnownCondition,
  NEVER,
  not,
  type Operand,
  or,
  RelationCondition,
  type UserVariable,
} from '../../query/index.js'

/** The value of a variable of the caller; null where there is none. */
export type VariableValue = (variable: UserVariable) => Json

const isMissing = (value: Json): boolean => value === null || (Array.isArray(value) && value.length === 0)

/** The condition with the caller's values in place of variables, decided as far as that decides it. `$now` stays. */
export function fillIn(condition: Condition, value: VariableValue): Condition {
  if (isCompound(condition)) {
    const parts = condition.value.map((part) => fillIn(part, value))
    return condition.operator === 'not' ? not(parts[0]!) : condition.operator === 'and' ? and(...parts) : or(...parts)
  }
  if (condition instanceof KnownCondition)
    return condition.value.some((variable) => isMissing(value(variable))) ? NEVER : ALWAYS
  if (condition instanceof RelationCondition) return fillInRelation(condition, value)
  return condition instanceof FieldComparison ? fillInComparison(condition, value) : condition
}

function fillInRelation({ operator, shape, value: inner, scope }: RelationCondition, value: VariableValue): Condition {
  const filled = fillIn(inner, value)
  if (isNever(filled) && operator !== 'every') return operator === 'some' ? NEVER : ALWAYS
  return new RelationCondition(operator as 'some' | 'none' | 'every', shape, filled, scope)
}

/** Compared with nothing, a field is not equal to it, and neither more nor less. */
function fillInComparison(comparison: FieldComparison, value: VariableValue): Condition {
  const { operator, shape } = comparison
  const given = comparison.value
  const operand = (item: unknown): unknown => {
    if (!isUserVariable(item)) return item
    const found = value(item)
    return shape.comparison === 'json' && found !== null ? JSON.stringify(found) : found
  }
  if (isUserVariable(given)) {
    const found = operand(given)
    if (found !== null) return new FieldComparison(operator, shape, found as Operand | readonly Operand[])
    if (operator === 'ne') return new FieldComparison('null', shape, false)
    return operator === 'nin' ? ALWAYS : NEVER
  }
  if (!Array.isArray(given) || !given.some(isUserVariable)) return comparison
  const found = given.map(operand)
  return found.includes(null) ? NEVER : new FieldComparison(operator, shape, found as Operand[])
}
