import { and, conditionToSql, type FieldShape, isAlways, Params, SqlContext } from '../../query/index.js'
import type { Plan } from '../plan.js'
import type { AggregateColumn, CheckedAggregate, ColumnOrder } from './aggregate-query.js'
import { SourceSql } from './source-sql.js'

/**
 * One statement in three steps, each a select over the one before. Pure.
 * - source: the rows of the scope that satisfy the filter, and of each only what is grouped or aggregated;
 * - groups: the aggregates of each group;
 * - answer: the groups that `having` lets through, in order, as one JSON array.
 */
export function planAggregate(query: CheckedAggregate): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const having = isAlways(query.having) ? '' : ` where ${conditionToSql(query.having, 'a', context)}`
  const groups =
    `select ${lineJson(query, params)} as line from (${groupsSql(query, context)}) a${having}` +
    `${orderSql(query.sort)} limit ${query.limit}`
  return { text: `select coalesce(string_agg(line, ','), '') from (${groups}) _l`, params: params.sources }
}

function groupsSql(query: CheckedAggregate, context: SqlContext): string {
  const source = new SourceSql(query.scope.collection.table, context)
  const groups = query.groups.map((group) => `${source.groupColumn(group)} as ${group.column}`)
  const aggregates = query.aggregates.map(
    (aggregate) => `${aggregateSql(aggregate, source, context)} as ${aggregate.result.column}`,
  )
  const where = and(query.scope.condition, query.filter)
  const by = groups.length > 0 ? ` group by ${query.groups.map((_, index) => index + 1).join(', ')}` : ''
  return `select ${[...groups, ...aggregates].join(', ')} from (${source.select(where)}) s${by}`
}

function aggregateSql(aggregate: AggregateColumn, source: SourceSql, context: SqlContext): string {
  if (!aggregate.path) return 'count(*)'
  const { field } = aggregate.path
  const value = source.column(aggregate.path)
  switch (aggregate.function) {
    case 'countDistinct':
      return `count(distinct ${value})`
    case 'sum':
      return field.sqlType === 'float8' ? `sum(${exactly(value)})::float8` : `sum(${value})`
    case 'avg':
      return averageSql(value, field)
    case 'percentile': {
      const at = context.params.value(aggregate.at!)
      const found = `percentile_cont(${at}::float8) within group (order by ${value}::float8)`
      return field.comparison === 'decimal' ? `(${found})::numeric` : found
    }
    default:
      return `${aggregate.function}(${value})`
  }
}

/** Of numbers a number like any other; of decimals one with as many digits as PostgreSQL finds worth while. */
function averageSql(value: string, { comparison, sqlType }: FieldShape): string {
  if (comparison === 'decimal') return `trim_scale(avg(${value}))`
  if (comparison !== 'number') return `avg(${value})`
  return `avg(${sqlType === 'float8' ? exactly(value) : value})::float8`
}

/**
 * Doubles added up as doubles give what the order of the rows makes of them, and rows the caller may not read have a part
 * in that order. Added as the decimals they are written as, they give the same whatever the order: 0.1 and 0.2 are 0.3.
 */
const exactly = (double: string): string => `${double}::text::numeric`

/** One group as JSON text. Names are bound: they are the caller's. */
function lineJson(query: CheckedAggregate, params: Params): string {
  const member = (name: string, value: string): string =>
    `${params.value(`${JSON.stringify(name)}:`)}::text || coalesce(to_json(${value})::text, 'null')`
  const members = [
    ...query.groups.map((group) => member(group.name, jsonValue(group.path.field, group.column))),
    ...query.aggregates.map(({ name, result }) => member(name, jsonValue(result, result.column))),
  ]
  return `'{' || concat_ws(',', ${members.join(', ')}) || '}'`
}

/** Decimals are texts, as in every answer. */
const jsonValue = ({ comparison }: FieldShape, column: string): string =>
  comparison === 'decimal' ? `a.${column}::text` : `a.${column}`

const orderSql = (sort: readonly ColumnOrder[]): string =>
  sort.length === 0
    ? ''
    : ` order by ${sort.map(({ column, descending }) => `a.${column}${descending ? ' desc' : ''}`).join(', ')}`
