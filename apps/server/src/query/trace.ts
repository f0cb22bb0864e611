import type { FailedCondition, Json } from '@holdfast/contract'
import { matchCondition } from './match.js'
import { readField, resolve } from './match-comparison.js'
import { type MatchContext, type MatchRecord, variableOf } from './match-context.js'
import type { Operand } from './shape.js'
import {
  type Bound,
  type Condition,
  type FieldComparison,
  isCompound,
  KnownCondition,
  MeasuredCondition,
  RelationCondition,
} from './tree.js'
import { isVariable, type UserVariable } from './variables.js'

/** A part of a condition that did not come out as it had to. Behind `$not`, the operator is `$not $eq`. */
export interface TracedCondition extends FailedCondition {
  /** Memory cannot tell whether it holds. */
  readonly undecided?: true
}

/** The parts of a condition for which the record does not satisfy it; none when it does. */
export const traceCondition = (condition: Condition, record: MatchRecord, context: MatchContext): TracedCondition[] =>
  new Trace(context).blame(condition, record, true, '')

class Trace {
  constructor(private readonly context: MatchContext) {}

  blame(condition: Condition, record: MatchRecord, wanted: boolean, prefix: string): TracedCondition[] {
    const outcome = matchCondition(condition, record, this.context)
    if (outcome === wanted) return []
    if (isCompound(condition) && condition.value.length > 0) {
      const inner = condition.operator === 'not' ? !wanted : wanted
      return condition.value.flatMap((part) => this.blame(part, record, inner, prefix))
    }
    const behind = this.oneBehind(condition, record)
    if (behind) return this.blame(behind.condition, behind.record, wanted, `${prefix}${behind.name}.`)
    const { operator, ...leaf } = this.describe(condition, record)
    return [
      {
        ...leaf,
        path: prefix + leaf.path,
        operator: `${wanted ? '' : '$not '}$${operator}`,
        ...(outcome === undefined && ({ undecided: true } as const)),
      },
    ]
  }

  /** The one record that a dotted path leads to, where it may be seen: it is what the condition speaks of. */
  private oneBehind(condition: Condition, record: MatchRecord) {
    if (!(condition instanceof RelationCondition) || condition.operator !== 'some') return undefined
    const related = this.context.related?.(record, condition.shape) ?? []
    const [only] = related
    if (!only || related.length > 1 || matchCondition(condition.scope, only, this.context) !== true) return undefined
    return { name: condition.field, condition: condition.value, record: only }
  }

  private describe(condition: Condition, record: MatchRecord): FailedCondition {
    const { operator } = condition
    if (isCompound(condition)) return { path: '', operator, expected: operator === 'and', actual: null }
    if (condition instanceof KnownCondition) return this.describeKnown(condition.value)
    if (condition instanceof RelationCondition) {
      const related = this.context.related?.(record, condition.shape)
      return {
        path: condition.field,
        operator,
        expected: this.toJson(condition.value),
        actual: related?.length ?? null,
      }
    }
    if (condition instanceof MeasuredCondition) {
      const path = condition.fields[0]!
      return { path, operator, expected: plain(condition.value), actual: record[path] ?? null }
    }
    const { shape, value } = condition as FieldComparison
    const actual = readField(shape.path ? { ...shape, comparison: 'json' } : shape, record) ?? null
    return { path: shape.name, operator, expected: this.expected(condition as FieldComparison, value), actual }
  }

  private describeKnown(variables: readonly UserVariable[]): FailedCondition {
    const missing = variables.find((variable) => {
      const value = variableOf(variable, this.context.user) ?? null
      return value === null || (Array.isArray(value) && value.length === 0)
    })
    const [variable] = missing ? [missing] : variables
    const actual = variableOf(variable!, this.context.user) ?? null
    return { path: `$user.${variable!.path.join('.')}`, operator: 'null', expected: false, actual }
  }

  /** The operand, with the values that variables have. */
  private expected({ shape, operator }: FieldComparison, value: FieldComparison['value']): Json {
    if (operator === 'null') return value as boolean
    if (Array.isArray(value) && value.some(isVariable))
      return value.map((bound: Bound) => resolve(bound, shape, this.context) ?? null)
    return resolve(value as Bound | readonly Operand[], shape, this.context) ?? null
  }

  /** The condition in the grammar it was written in. */
  private toJson(condition: Condition): Json {
    const { operator } = condition
    if (isCompound(condition)) {
      const parts = condition.value.map((part) => this.toJson(part))
      return { [`$${operator}`]: operator === 'not' ? parts[0]! : parts }
    }
    if (condition instanceof RelationCondition)
      return { [condition.field]: { [`$${operator}`]: this.toJson(condition.value) } }
    const { path, expected } = this.describe(condition, {})
    return { [path]: { [`$${operator}`]: expected } }
  }
}

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json
