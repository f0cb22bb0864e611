import type { FailedCondition, Json } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'
import {
  type Condition,
  FieldComparison,
  type FieldShape,
  FieldsComparison,
  fieldToSql,
  isCompound,
  isUserVariable,
  isVariable,
  KnownCondition,
  MeasuredCondition,
  type Now,
  nowToSql,
  RelationCondition,
  relatedRows,
  type UserVariable,
  userVariableToSql,
  walk,
} from '../../query/index.js'
import { conditionToJson, operandToJson, type ValueOf } from '../condition-json.js'
import type { Answer, Questions } from './questions.js'

/** Values shown of a list. */
const shown = 5

/** A condition whose parts were asked about one by one. */
interface Traced {
  readonly holds: Answer<boolean>
  /** The leaves that are not as they would have to be for the whole to be `wanted`. */
  blame(wanted: boolean): FailedCondition[]
}

/** Asks which parts of the condition hold for the record, and what they met. */
export function traceCondition(condition: Condition, questions: Questions): Traced {
  if (!isCompound(condition)) return traceLeaf(condition, questions)
  const parts = condition.value.map((part) => traceCondition(part, questions))
  if (condition.operator === 'not') {
    const [inner] = parts as [Traced]
    return { holds: () => !inner.holds(), blame: (wanted) => inner.blame(!wanted) }
  }
  const all = condition.operator === 'and'
  const holds = (): boolean => (all ? parts.every((part) => part.holds()) : parts.some((part) => part.holds()))
  return { holds, blame: (wanted) => (holds() === wanted ? [] : parts.flatMap((part) => part.blame(wanted))) }
}

function traceLeaf(condition: Condition, questions: Questions): Traced {
  const holds = questions.holds(condition)
  const describe = describeLeaf(condition, questions)
  return {
    holds,
    blame: (wanted) => (holds() === wanted ? [] : describe().map((leaf) => (wanted ? leaf : negated(leaf)))),
  }
}

const negated = (leaf: FailedCondition): FailedCondition => ({ ...leaf, operator: `$not ${leaf.operator}` })

function describeLeaf(condition: Condition, questions: Questions): Answer<FailedCondition[]> {
  const valueFor = askVariables(condition, questions)
  if (condition instanceof KnownCondition)
    return () =>
      condition.value
        .map((variable) => ({ variable, value: valueFor(variable) }))
        .filter(({ value }) => value === null || (Array.isArray(value) && value.length === 0))
        .map(({ variable, value }) => leafOf(nameOf(variable), 'null', false, value))
  if (condition instanceof RelationCondition) return describeRelation(condition, valueFor, questions)
  if (condition instanceof FieldsComparison) {
    const actual = questions.value(valueSql(condition.shape, 'p', questions))
    const expected = questions.value(valueSql(condition.other, 'p', questions))
    return () => [leafOf(condition.field, condition.operator, expected(), actual())]
  }
  if (condition instanceof MeasuredCondition) {
    const actual =
      condition.fields.length === 1 ? questions.value(`to_jsonb(p.${JSON.stringify(condition.fields[0])})`) : () => null
    return () => [leafOf(condition.fields.join(', '), condition.operator, condition.value as Json, actual())]
  }
  const comparison = condition as FieldComparison
  const actual = questions.value(valueSql(comparison.shape, 'p', questions))
  return () => [leafOf(comparison.field, comparison.operator, operandToJson(comparison, valueFor), actual())]
}

/** A chain of relations to a single comparison is a path with the values at its end; else the related records are shown. */
function describeRelation(
  condition: RelationCondition,
  valueFor: ValueOf,
  questions: Questions,
): Answer<FailedCondition[]> {
  const hops: FieldShape[] = []
  let end: Condition = condition
  while (end instanceof RelationCondition && end.operator === 'some') {
    hops.push(end.shape)
    end = end.value
  }
  const path = [...hops.map((hop) => hop.name)]
  const toOne = hops.every((hop) => hop.relation?.kind === 'one')
  if (end instanceof FieldComparison) {
    const comparison = end
    const found = questions.value(
      relatedValues(hops, 'p', (row) => valueSql(comparison.shape, row, questions), questions),
    )
    return () => [
      leafOf(
        [...path, comparison.field].join('.'),
        comparison.operator,
        operandToJson(comparison, valueFor),
        toOne ? firstOf(found()) : cut(found()),
      ),
    ]
  }
  const last = end instanceof RelationCondition ? [...hops, end.shape] : hops
  const found = questions.value(relatedValues(last, 'p', (row) => `to_jsonb(${row}."id")`, questions))
  const name = last.map((hop) => hop.name).join('.')
  const operator = end instanceof RelationCondition ? end.operator : 'some'
  const inner = end instanceof RelationCondition ? end.value : end
  return () => [leafOf(name, operator, conditionToJson(inner, valueFor), cut(found()))]
}

const leafOf = (path: string, operator: string, expected: Json, actual: Json): FailedCondition => ({
  path,
  operator: `$${operator}`,
  expected,
  actual,
})

// ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const isField = (shape: FieldShape): shape is Field => 'select' in shape

const valueSql = (shape: FieldShape, row: string, { context }: Questions): string =>
  `to_jsonb(${isField(shape) ? shape.select(row) : fieldToSql(shape, row, context)})`

/** A few of the values at the end of the relations, in lists within lists. */
function relatedValues(
  hops: readonly FieldShape[],
  row: string,
  value: (row: string) => string,
  questions: Questions,
): string {
  const [hop, ...rest] = hops
  if (!hop) return value(row)
  const target = questions.context.alias()
  const link = questions.context.alias()
  const inner = relatedValues(rest, target, value, questions)
  return `(select jsonb_agg(v) from (${relatedRows(hop, row, target, link, questions.context, `${inner} as v`)} limit ${shown}) x)`
}

const flat = (value: Json): Json[] => (Array.isArray(value) ? value.flatMap(flat) : value === null ? [] : [value])
const firstOf = (value: Json): Json => flat(value)[0] ?? null
const cut = (value: Json): Json => flat(value).slice(0, shown)

const nameOf = (variable: UserVariable): string => `$user.${variable.path.join('.')}`

/** Asks for the values of the variables in a condition. */
function askVariables(condition: Condition, questions: Questions): ValueOf {
  const known = new Map<string, Answer<Json>>()
  const add = (variable: UserVariable | Now, shape?: FieldShape): void => {
    const sql = isUserVariable(variable) ? userVariableToSql(variable, questions.context) : nowToSql(variable, shape!)
    known.set(keyOf(variable, shape), questions.value(`to_jsonb(${sql})`))
  }
  walk(condition, (node) => {
    if (node instanceof KnownCondition) for (const variable of node.value) add(variable)
    else if (node instanceof FieldComparison)
      for (const item of Array.isArray(node.value) ? node.value : [node.value])
        if (isVariable(item)) add(item, node.shape)
  })
  return (variable, shape) => known.get(keyOf(variable, shape))?.() ?? null
}

const keyOf = (variable: UserVariable | Now, shape: FieldShape | undefined): string =>
  isUserVariable(variable) ? nameOf(variable) : `now ${variable.offsetSeconds} ${shape?.sqlType}`
