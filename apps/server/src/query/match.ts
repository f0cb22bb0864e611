import { FieldsComparison } from './field-reference.js'
import { matchComparison, matchFields } from './match-comparison.js'
import { type MatchContext, type MatchRecord, type MatchUser, variableOf } from './match-context.js'
import {
  type Condition,
  type FieldComparison,
  isCompound,
  KnownCondition,
  MeasuredCondition,
  RelationCondition,
} from './tree.js'
import type { UserVariable } from './variables.js'

/**
 * Does the record satisfy the condition, exactly as SQL decides? Undefined where only the database can tell: related
 * records and values that are not given, searches, the order of texts in a foreign collation. What is true or false
 * whatever those are is told nevertheless.
 */
export function matchCondition(condition: Condition, record: MatchRecord, context: MatchContext): boolean | undefined {
  if (isCompound(condition)) return matchCompound(condition.operator, condition.value, record, context)
  if (condition instanceof RelationCondition) return matchRelation(condition, record, context)
  if (condition instanceof KnownCondition) return areKnown(condition.value, context.user)
  if (condition instanceof FieldsComparison) return matchFields(condition, record, context)
  if (condition instanceof MeasuredCondition) return matchMeasured(condition, record)
  return matchComparison(condition as FieldComparison, record, context)
}

function matchCompound(
  operator: string,
  parts: readonly Condition[],
  record: MatchRecord,
  context: MatchContext,
): boolean | undefined {
  if (operator === 'not') return negate(matchCondition(parts[0]!, record, context))
  const decided = operator === 'or'
  let open = false
  for (const part of parts) {
    const outcome = matchCondition(part, record, context)
    if (outcome === decided) return decided
    open ||= outcome === undefined
  }
  return open ? undefined : !decided
}

const negate = (outcome: boolean | undefined): boolean | undefined => (outcome === undefined ? undefined : !outcome)

function matchRelation(
  { operator, shape, value, scope }: RelationCondition,
  record: MatchRecord,
  context: MatchContext,
): boolean | undefined {
  const related = context.related?.(record, shape)
  if (!related) return undefined
  const satisfies = (other: MatchRecord): boolean | undefined =>
    operator === 'every' ? negate(matchCondition(value, other, context)) : matchCondition(value, other, context)
  const some = any(related, (other) => both(matchCondition(scope, other, context), () => satisfies(other)))
  return operator === 'some' ? some : negate(some)
}

function any(records: readonly MatchRecord[], test: (record: MatchRecord) => boolean | undefined): boolean | undefined {
  const outcomes = records.map(test)
  return outcomes.includes(true) ? true : outcomes.includes(undefined) ? undefined : false
}

function both(left: boolean | undefined, right: () => boolean | undefined): boolean | undefined {
  if (left === false) return false
  const second = right()
  return second === false ? false : left === true ? second : undefined
}

/** Nothing that is null or empty among them. */
function areKnown(variables: readonly UserVariable[], user: MatchUser): boolean | undefined {
  const values = variables.map((variable) => variableOf(variable, user))
  if (values.some((value) => value === null || (Array.isArray(value) && value.length === 0))) return false
  return values.includes(undefined) ? undefined : true
}

function matchMeasured(condition: MeasuredCondition, record: MatchRecord): boolean | undefined {
  const value = record[condition.fields[0]!]
  if (!condition.matches || value === undefined) return undefined
  return value !== null && condition.matches(value)
}
