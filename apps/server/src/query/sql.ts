import { fieldToSql } from './field-sql.js'
import { jsonComparisonToSql } from './json-sql.js'
import type { FieldShape, Operand } from './shape.js'
import type { SqlContext } from './sql-context.js'
import {
  type Bound,
  type Condition,
  type FieldComparison,
  isAlways,
  isCompound,
  isNever,
  KnownCondition,
  MeasuredCondition,
  RelationCondition,
} from './tree.js'
import { boundToSql, listToSql, patternToSql, userVariableToSql } from './value-sql.js'
import { isVariable, type UserVariable } from './variables.js'

/**
 * Condition → SQL over the record that `row` names. The text may be null where it is not true; every place that could
 * turn null to true (`not`, `ne`, `nin`) says so explicitly, so that SQL decides as the tree does: true or not.
 */
export function conditionToSql(condition: Condition, row: string, context: SqlContext): string {
  if (isAlways(condition)) return 'true'
  if (isNever(condition)) return 'false'
  if (isCompound(condition)) return compoundToSql(condition.operator, condition.value, row, context)
  if (condition instanceof RelationCondition) return relationToSql(condition, row, context)
  if (condition instanceof KnownCondition) return knownToSql(condition.value, context)
  if (condition instanceof MeasuredCondition) return condition.toSql(row, context)
  return comparisonToSql(condition as FieldComparison, row, context)
}

function compoundToSql(operator: string, parts: readonly Condition[], row: string, context: SqlContext): string {
  const texts = parts.map((part) => conditionToSql(part, row, context))
  if (operator === 'not') return `(${texts[0]}) is not true`
  return `(${texts.join(operator === 'and' ? ' and ' : ' or ')})`
}

// ── related records ──────────────────────────────────────────────────────────────────────────────────────────────────

function relationToSql(condition: RelationCondition, row: string, context: SqlContext): string {
  const target = context.alias()
  const link = context.alias()
  const related = relatedRows(condition.shape, row, target, link, context)
  const scope = isAlways(condition.scope) ? '' : ` and ${conditionToSql(condition.scope, target, context)}`
  const inner = conditionToSql(condition.value, target, context)
  if (condition.operator === 'every') return `not exists (${related}${scope} and (${inner}) is not true)`
  const exists = `exists (${related}${scope} and ${inner})`
  return condition.operator === 'none' ? `not ${exists}` : exists
}

/** `select 1 from … where <target belongs to row>`; conditions on the target may be added with `and`. */
export function relatedRows(
  shape: FieldShape,
  row: string,
  target: string,
  link: string,
  context: SqlContext,
  wanted = '1',
): string {
  const relation = shape.relation!
  const table = `${relation.target().table} ${target}`
  if (relation.kind === 'one') return `select ${wanted} from ${table} where ${target}."id" = ${row}.${shape.column}`
  if (relation.kind === 'many')
    return `select ${wanted} from ${context.linksOf(relation.linkTable, row)} ${link} join ${table} on ${target}."id" = ${link}."target" where ${link}."source" = ${row}."id"`
  const via = relation.via()
  if (via.relation?.kind === 'many')
    return `select ${wanted} from ${via.relation.linkTable} ${link} join ${table} on ${target}."id" = ${link}."source" where ${link}."target" = ${row}."id"`
  return `select ${wanted} from ${table} where ${target}.${via.column} = ${row}."id"`
}

// ── fields ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function comparisonToSql(condition: FieldComparison, row: string, context: SqlContext): string {
  if (condition.shape.relation?.kind === 'many') return linkComparisonToSql(condition, row, context)
  const { shape, operator } = condition
  const json = jsonComparisonToSql(condition, row, context)
  if (json !== undefined) return json
  const column = fieldToSql(shape, row, context)
  const one = (): string => boundToSql(condition.value as Bound, shape, context)
  const list = (): string => listToSql(condition.value as readonly Operand[] | UserVariable, shape, context)
  switch (operator) {
    case 'eq':
      return `${column} = ${one()}`
    case 'ne':
      return shape.nullable || isVariable(condition.value)
        ? `${column} is distinct from ${one()}`
        : `${column} <> ${one()}`
    case 'gt':
      return `${column} > ${one()}`
    case 'gte':
      return `${column} >= ${one()}`
    case 'lt':
      return `${column} < ${one()}`
    case 'lte':
      return `${column} <= ${one()}`
    case 'in':
      return `${column} = any(${list()})`
    case 'nin':
      return `(${column} = any(${list()})) is not true`
    case 'between': {
      const [low, high] = condition.value as readonly [Bound, Bound]
      return `${column} between ${boundToSql(low, shape, context)} and ${boundToSql(high, shape, context)}`
    }
    case 'null':
      return `${column} is ${condition.value === true ? '' : 'not '}null`
    case 'like':
      return `${column} like ${one()}`
    case 'ilike':
      return `${column} ilike ${one()}`
    case 'contains':
      return `${column} like ${patternToSql(condition.value as Bound, '%', '%', shape, context)}`
    case 'startsWith':
      return `${column} like ${patternToSql(condition.value as Bound, '', '%', shape, context)}`
    case 'endsWith':
      return `${column} like ${patternToSql(condition.value as Bound, '%', '', shape, context)}`
    case 'has':
      return `${column} @> array[${one()}]`
    case 'hasAny':
      return `${column} && ${list()}`
    case 'hasAll':
      return `${column} @> ${list()}`
    default:
      throw new Error(`No SQL for the operator ${operator}`)
  }
}

/** A to-many relation compared by the ids it holds: its values lie in the link table. */
function linkComparisonToSql(condition: FieldComparison, row: string, context: SqlContext): string {
  const { shape, operator, value } = condition
  const link = context.alias()
  const links = context.linksOf((shape.relation as { linkTable: string }).linkTable, row)
  const rows = `select 1 from ${links} ${link} where ${link}."source" = ${row}."id"`
  const list = (): string => listToSql(value as readonly Operand[] | UserVariable, shape, context)
  switch (operator) {
    case 'null':
      return `${value === true ? 'not ' : ''}exists (${rows})`
    case 'has':
      return `exists (${rows} and ${link}."target" = ${boundToSql(value as Bound, shape, context)})`
    case 'hasAny':
      return `exists (${rows} and ${link}."target" = any(${list()}))`
    case 'hasAll': {
      const wanted = list()
      return `(select count(*) from ${links} ${link} where ${link}."source" = ${row}."id" and ${link}."target" = any(${wanted})) = cardinality(${wanted})`
    }
    default:
      throw new Error(`No SQL for the operator ${operator} on a to-many relation`)
  }
}

function knownToSql(variables: readonly UserVariable[], context: SqlContext): string {
  const parts = variables.map((variable) => {
    const value = userVariableToSql(variable, context)
    return variable.list ? `coalesce(cardinality(${value}), 0) > 0` : `${value} is not null`
  })
  return `(${parts.join(' and ')})`
}
