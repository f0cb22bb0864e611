import { CompoundCondition, type Condition, FieldCondition } from '@ucast/core'
import type { FieldShape, Operand } from './shape.js'
import type { SqlContext } from './sql-context.js'
import { isUserVariable, type Now, type UserVariable } from './variables.js'

/**
 * A condition on one record, as a value: `AND(rule, filter)` is made, passed and compiled like any other.
 * Every condition is true or false, never null: a comparison with an absent value is false, and `not` turns it to true.
 */
export type { Condition }

/** What a field is compared with. */
export type ComparisonValue = Operand | readonly Operand[] | UserVariable | Now | readonly [Bound, Bound]

export type Bound = Operand | UserVariable | Now

/** A field compared with a value. `operator` is the name in the grammar without `$`, `field` the field as it is stored. */
export class FieldComparison extends FieldCondition<ComparisonValue> {
  constructor(
    operator: string,
    readonly shape: FieldShape,
    value: ComparisonValue,
  ) {
    super(operator, (shape.path?.field ?? shape).name, value)
  }
}

/**
 * A condition on related records: `some`, `none` or `every` of those the `scope` lets through satisfy `value`.
 * Without a scope all related records count (only rules, which admins write, may do that).
 */
export class RelationCondition extends FieldCondition<Condition> {
  constructor(
    operator: 'some' | 'none' | 'every',
    readonly shape: FieldShape,
    value: Condition,
    readonly scope: Condition = ALWAYS,
  ) {
    super(operator, shape.name, value)
  }
}

/** How well a record fits a condition: the distance of a place or a vector, the rank of a search. Records can be sorted by it. */
export interface Measure {
  readonly name: 'distance' | 'rank'
  /** The best come first this way. */
  readonly descending: boolean
  /** Equal for equal measures. */
  readonly key: string
  /** A double precision; null where the record has none, or the caller may not read what it is measured from. */
  toSql(row: string, context: SqlContext): string
}

/** A condition that SQL decides in a way of its own, and that may say how well a record fits: near, within, nearest, search. */
export abstract class MeasuredCondition<T = unknown> extends FieldCondition<T> {
  /** Names of the fields it reads. */
  abstract readonly fields: readonly string[]
  abstract readonly measure: Measure | undefined
  /** True, false or null over the record that `row` names. */
  abstract toSql(row: string, context: SqlContext): string
  /** The same of a value in memory, as it stands in an answer and is not null. Left out: only the database can tell. */
  matches?(value: unknown): boolean
}

/** What the records that satisfy the condition are measured by: conditions that hold for each of them, so none under `or` and `not`. */
export function measuresOf(condition: Condition): Measure[] {
  if (condition.operator === 'and') return (condition as CompoundCondition).value.flatMap(measuresOf)
  return condition instanceof MeasuredCondition && condition.measure ? [condition.measure] : []
}

/** True when none of the variables is null or an empty list. Guards rules, where a missing variable must deny. */
export class KnownCondition extends FieldCondition<readonly UserVariable[]> {
  constructor(variables: readonly UserVariable[]) {
    super('known', '$user', variables)
  }
}

export const ALWAYS: Condition = new CompoundCondition('and', [])
export const NEVER: Condition = new CompoundCondition('or', [])

export const isCompound = (condition: Condition): condition is CompoundCondition =>
  condition.operator === 'and' || condition.operator === 'or' || condition.operator === 'not'

const isEmptyCompound = (condition: Condition, operator: 'and' | 'or'): boolean =>
  condition.operator === operator && (condition as CompoundCondition).value.length === 0

export const isAlways = (condition: Condition): boolean => isEmptyCompound(condition, 'and')
export const isNever = (condition: Condition): boolean => isEmptyCompound(condition, 'or')

/** All of them. Of none, that is everything. */
export function and(...conditions: readonly Condition[]): Condition {
  const parts = flatten('and', conditions)
  if (parts.some(isNever)) return NEVER
  return parts.length === 1 ? parts[0]! : parts.length === 0 ? ALWAYS : new CompoundCondition('and', parts)
}

/** Any of them. Of none, that is nothing. */
export function or(...conditions: readonly Condition[]): Condition {
  const parts = flatten('or', conditions)
  if (parts.some(isAlways)) return ALWAYS
  return parts.length === 1 ? parts[0]! : parts.length === 0 ? NEVER : new CompoundCondition('or', parts)
}

export function not(condition: Condition): Condition {
  if (isAlways(condition)) return NEVER
  if (isNever(condition)) return ALWAYS
  return new CompoundCondition('not', [condition])
}

/**
 * Parts of nested compounds of the same kind in one list, each once, without those that another makes superfluous:
 * `a and (a or b)` is `a`, `a or (a and b)` is `a`. A rule that a filter implies costs nothing.
 */
function flatten(operator: 'and' | 'or', conditions: readonly Condition[]): Condition[] {
  const seen = new Map<string, Condition>()
  const add = (condition: Condition): void => {
    if (condition.operator === operator) for (const part of (condition as CompoundCondition).value) add(part)
    else seen.set(conditionKey(condition), condition)
  }
  conditions.forEach(add)
  const inner = operator === 'and' ? 'or' : 'and'
  return [...seen.values()].filter(
    (part) =>
      part.operator !== inner || !(part as CompoundCondition).value.some((other) => seen.has(conditionKey(other))),
  )
}

/** Rebuilds a tree with the builders above, so that equal conditions become equal trees. */
export function simplify(condition: Condition): Condition {
  if (!isCompound(condition)) return condition
  const parts = condition.value.map(simplify)
  if (condition.operator === 'not') return not(parts[0]!)
  return condition.operator === 'and' ? and(...parts) : or(...parts)
}

const keys = new WeakMap<Condition, string>()

/** A text that is equal for equal conditions. */
export function conditionKey(condition: Condition): string {
  const known = keys.get(condition)
  if (known !== undefined) return known
  const key = buildKey(condition)
  keys.set(condition, key)
  return key
}

function buildKey(condition: Condition): string {
  if (isCompound(condition)) return `${condition.operator}(${condition.value.map(conditionKey).join(',')})`
  if (condition instanceof RelationCondition)
    return `${condition.operator}[${condition.field}](${conditionKey(condition.value)}|${conditionKey(condition.scope)})`
  const { field, shape } = condition as FieldComparison
  // A path may hold any text, and must not make one condition look like another.
  const name = shape?.path ? JSON.stringify([shape.name, shape.comparison]) : field
  return `${condition.operator}[${name}]${valueKey(condition.value)}`
}

function valueKey(value: unknown): string {
  if (isUserVariable(value)) return `$user.${value.path.join('.')}`
  return Array.isArray(value) ? `[${value.map(valueKey).join(',')}]` : JSON.stringify(value)
}

/** Visits every node, those inside relations included. */
export function walk(condition: Condition, visit: (node: Condition) => void): void {
  visit(condition)
  if (isCompound(condition)) for (const part of condition.value) walk(part, visit)
  else if (condition instanceof RelationCondition) {
    walk(condition.value, visit)
    walk(condition.scope, visit)
  }
}
