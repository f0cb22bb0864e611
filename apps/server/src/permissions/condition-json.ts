import type { ConditionJson, Json } from '@holdfast/contract'
import {
  type Condition,
  FieldComparison,
  type FieldShape,
  FieldsComparison,
  isAlways,
  isCompound,
  isNever,
  isVariable,
  KnownCondition,
  MeasuredCondition,
  type Now,
  RelationCondition,
  type UserVariable,
} from '../query/index.js'

/** What stands for a variable. */
export type ValueOf = (variable: UserVariable | Now, shape?: FieldShape) => Json

/** A condition as it is written in the query grammar. */
export function conditionToJson(condition: Condition, valueFor: ValueOf): ConditionJson {
  if (isAlways(condition) || condition instanceof KnownCondition) return {}
  if (isNever(condition)) return { id: { $in: [] } }
  if (isCompound(condition)) return compoundToJson(condition.operator, condition.value, valueFor)
  if (condition instanceof RelationCondition)
    return { [condition.field]: { [`$${condition.operator}`]: conditionToJson(condition.value, valueFor) } }
  if (condition instanceof FieldsComparison)
    return { [condition.field]: { [`$${condition.operator}`]: { $field: condition.other.name } } }
  if (condition instanceof MeasuredCondition)
    return { [condition.fields.join()]: { [`$${condition.operator}`]: condition.value as Json } }
  const comparison = condition as FieldComparison
  return { [comparison.field]: { [`$${comparison.operator}`]: operandToJson(comparison, valueFor) } }
}

function compoundToJson(operator: string, parts: readonly Condition[], valueFor: ValueOf): ConditionJson {
  const texts = parts.map((part) => conditionToJson(part, valueFor)).filter((part) => Object.keys(part).length > 0)
  if (operator === 'not') return { $not: texts[0] ?? {} }
  if (operator === 'or') return { $or: texts }
  const names = texts.flatMap((part) => Object.keys(part))
  return new Set(names).size === names.length ? Object.assign({}, ...texts) : { $and: texts }
}

/** What a field is compared with, variables by what stands for them. */
export function operandToJson({ shape, value }: FieldComparison, valueFor: ValueOf): Json {
  const one = (item: unknown): Json => {
    if (isVariable(item)) return valueFor(item, shape)
    return shape.comparison === 'json' && typeof item === 'string' ? (JSON.parse(item) as Json) : (item as Json)
  }
  return Array.isArray(value) ? value.map(one) : one(value)
}
