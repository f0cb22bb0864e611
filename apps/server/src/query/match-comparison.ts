import type { Json } from '@holdfast/contract'
import type { FieldsComparison } from './field-reference.js'
import { type MatchContext, type MatchRecord, variableOf } from './match-context.js'
import { isContained, isLike, isLikeInAnyCase } from './match-text.js'
import { compareValues, isEqual, valueAt } from './match-values.js'
import type { FieldShape, Operand } from './shape.js'
import type { Bound, FieldComparison } from './tree.js'
import { isUserVariable, isVariable, type Now, type UserVariable } from './variables.js'

/** A field of the record against a value: what is null satisfies nothing, except where absence or difference is asked for. */
export function matchComparison(
  { shape, operator, value }: FieldComparison,
  record: MatchRecord,
  context: MatchContext,
): boolean | undefined {
  const own = readField(shape, record)
  if (own === undefined) return undefined
  if (operator === 'null') return isAbsent(own, shape) === value
  if (operator === 'between') return isBetween(own, value as readonly [Bound, Bound], shape, context)
  const wanted = resolve(value as Bound | readonly Operand[], shape, context)
  return wanted === undefined ? undefined : matchValues(operator, own, wanted, shape, context)
}

/** One field of the record against another. */
export function matchFields(
  { shape, other, operator }: FieldsComparison,
  record: MatchRecord,
  context: MatchContext,
): boolean | undefined {
  const [own, wanted] = [readField(shape, record), readField(other, record)]
  return own === undefined || wanted === undefined ? undefined : matchValues(operator, own, wanted, shape, context)
}

function matchValues(
  operator: string,
  own: Json,
  wanted: Json,
  shape: FieldShape,
  context: MatchContext,
): boolean | undefined {
  if (operator === 'ne') return wanted === null || own === null ? wanted !== own : !isEqual(own, wanted, shape)
  if (operator === 'nin') return !isAmong(own, wanted, shape)
  if (own === null || wanted === null) return false
  return compare(operator, own, wanted, shape, context)
}

/** The stored value, null where there is none; undefined where the record does not tell. */
export function readField(shape: FieldShape, record: MatchRecord): Json | undefined {
  const stored = record[(shape.path?.field ?? shape).name]
  if (stored === undefined || !shape.path) return stored
  const found = valueAt(stored, shape.path.keys)
  return shape.comparison === 'json' || isOfType(found, shape) ? found : null
}

/** Inside JSON, a value of another type is none. */
const isOfType = (value: Json, { comparison }: FieldShape): boolean =>
  comparison === 'list' ? Array.isArray(value) : typeof value === (comparison === 'text' ? 'string' : comparison)

/** A to-many relation is absent when it leads nowhere. */
const isAbsent = (value: Json, shape: FieldShape): boolean =>
  value === null || (shape.relation?.kind === 'many' && (value as Json[]).length === 0)

function isBetween(own: Json, [low, high]: readonly [Bound, Bound], shape: FieldShape, context: MatchContext) {
  const outcomes = [
    compareBound('gte', own, resolve(low, shape, context), shape, context),
    compareBound('lte', own, resolve(high, shape, context), shape, context),
  ]
  return outcomes.includes(false) ? false : outcomes.includes(undefined) ? undefined : true
}

const compareBound = (
  operator: string,
  own: Json,
  wanted: Json | undefined,
  shape: FieldShape,
  context: MatchContext,
): boolean | undefined => {
  if (own === null || wanted === null) return false
  return wanted === undefined ? undefined : compare(operator, own, wanted, shape, context)
}

/** Both are present. */
function compare(
  operator: string,
  own: Json,
  wanted: Json,
  shape: FieldShape,
  { texts }: MatchContext,
): boolean | undefined {
  const order = (): number | undefined => compareValues(own, wanted, shape.comparison, shape.path !== undefined, texts)
  switch (operator) {
    case 'eq':
      return isEqual(own, wanted, shape)
    case 'in':
      return isAmong(own, wanted, shape)
    case 'gt':
      return test(order(), (sign) => sign > 0)
    case 'gte':
      return test(order(), (sign) => sign >= 0)
    case 'lt':
      return test(order(), (sign) => sign < 0)
    case 'lte':
      return test(order(), (sign) => sign <= 0)
    case 'like':
      return isLike(String(own), String(wanted))
    case 'ilike':
      return isLikeInAnyCase(String(own), String(wanted), texts)
    case 'contains':
      return isContained(String(wanted), String(own))
    case 'startsWith':
      return String(own).startsWith(String(wanted))
    case 'endsWith':
      return String(own).endsWith(String(wanted))
    case 'has':
      return isAmong(wanted, own, shape)
    case 'hasAny':
      return (wanted as Json[]).some((item) => isAmong(item, own, shape))
    case 'hasAll':
      return (wanted as Json[]).every((item) => isAmong(item, own, shape))
    default:
      throw new Error(`The operator ${operator} is not known in memory`)
  }
}

const test = (order: number | undefined, holds: (sign: number) => boolean): boolean | undefined =>
  order === undefined ? undefined : holds(order)

const isAmong = (value: Json, list: Json, shape: FieldShape): boolean =>
  value !== null && Array.isArray(list) && list.some((item) => item !== null && isEqual(value, item, shape))

// ── operands ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The value to compare with; null for a variable that has none, undefined for one that is not known here. */
export function resolve(value: Bound | readonly Operand[], shape: FieldShape, context: MatchContext): Json | undefined {
  if (isUserVariable(value)) return variableOf(value as UserVariable, context.user)
  if (isVariable(value)) return resolveNow(value as Now, shape, context.now)
  if (Array.isArray(value)) return value.map((item: Operand) => operandOf(item, shape))
  return operandOf(value as Operand, shape)
}

/** Operands of JSON are kept as its text. */
const operandOf = (operand: Operand, { comparison, path }: FieldShape): Json =>
  comparison === 'json' || (comparison === 'list' && path) ? (JSON.parse(String(operand)) as Json) : operand

function resolveNow({ offsetSeconds }: Now, { sqlType }: FieldShape, now: Date): string {
  const instant = new Date(now.getTime() + offsetSeconds * 1000).toISOString()
  return sqlType === 'date' ? instant.slice(0, 10) : instant
}
