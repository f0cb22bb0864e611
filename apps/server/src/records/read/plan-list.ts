import {
  and,
  type Condition,
  conditionToSql,
  FieldComparison,
  isAlways,
  MeasuredCondition,
  NEVER,
  Params,
  RelationCondition,
  SqlContext,
  walk,
} from '../../query/index.js'
import type { Plan } from '../plan.js'
import { type CursorValue, sortSignature } from './cursor.js'
import { isNullable, isUnmasked, orderBy, recordColumns, recordJson, sortExpression } from './record-sql.js'
import { type Count, isMeasured, type ListQuery, type SortKey, sortKeyName } from './selection.js'

/**
 * A page. It asks for one record more than the page holds, to know whether another page follows.
 * - `array`: one row: the JSON array of all records, each behind a line feed (`json_agg` of rows), and how many they are.
 * - `rows`: a row per record: its JSON, and as JSON array the values it is sorted by. Where fields are masked per row or
 *   the sort values are not among the fields.
 */
export interface ListPlan {
  readonly page: Plan & { readonly form: 'array' | 'rows' }
  readonly count: CountPlan | undefined
  readonly limit: number
  readonly collection: string
  /** Names the order in cursors. */
  readonly sort: string
  readonly sortNames: readonly string[]
}

export type CountPlan =
  | (Plan & { readonly mode: 'exact' | 'upTo' })
  /** Exact while few; beyond that, `rows` of the planner's estimate for `explain`. */
  | (Plan & { readonly mode: 'estimated'; readonly explain: Plan })

/** With `count=estimated`, totals up to this are exact. */
export const exactUpTo = 1000

/** AND(scope, filter, position) → the statements of one page. Pure. */
export function planList(query: ListQuery): ListPlan {
  const { scope } = query.selection
  const where = and(scope.condition, query.filter)
  return {
    page: planPage(query, where),
    count: planCount(countOf(query), where, scope.collection.table),
    limit: query.limit,
    collection: scope.collection.name,
    sort: sortSignature(query.sort),
    sortNames: query.sort.map(sortKeyName),
  }
}

/**
 * The planner estimates from the values of all rows. Where a filter names what the caller may read in some rows only, that
 * would tell of the others: such totals are counted.
 */
function countOf({ count, filter, selection: { scope } }: ListQuery): Count {
  const isPartly = (name: string): boolean => !isAlways(scope.readable(name)?.mask ?? NEVER)
  let partly = false
  walk(filter, (node) => {
    if (node instanceof RelationCondition) partly = true
    else if (node instanceof FieldComparison) partly ||= isPartly(node.field)
    else if (node instanceof MeasuredCondition) partly ||= node.fields.some(isPartly)
  })
  return count.mode === 'estimated' && partly ? { mode: 'exact' } : count
}

function planPage(query: ListQuery, where: Condition): ListPlan['page'] {
  const { selection, sort, limit, offset, after } = query
  const params = new Params()
  const context = new SqlContext(params)
  const row = 'p'
  const array = isUnmasked(selection) && sort.every((key) => isSelected(key, query))
  const columns = array
    ? recordColumns(selection, row, context)
    : `${recordJson(selection, row, context)}::text, ${sortValues(sort, row, context)}`
  const conditions = [
    ...(isAlways(where) ? [] : [conditionToSql(where, row, context)]),
    ...(after ? [afterCursor(sort, after, row, context)] : []),
  ]
  const text =
    `select ${columns} from ${selection.scope.collection.table} ${row}` +
    (conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '') +
    ` order by ${orderBy(sort, row, context)} limit ${limit + 1}` +
    (offset > 0 ? ` offset ${offset}` : '')
  return array
    ? { form: 'array', text: `select json_agg(_t)::text, count(*) from (${text}) _t`, params: params.sources }
    : { form: 'rows', text, params: params.sources }
}

/** The value a record is sorted by stands in its JSON as it is, so that a cursor can be read from there. */
const isSelected = (key: SortKey, query: ListQuery): boolean =>
  !isMeasured(key) && key.hops.length === 0 && query.selection.fields.some(({ field }) => field.name === key.field.name)

/** Decimals go as text: as numbers of JSON they would lose digits, and the next page would begin elsewhere. */
const sortValues = (sort: readonly SortKey[], row: string, context: SqlContext): string => {
  const values = sort.map((key) => {
    const value = sortExpression(key, row, context)
    return !isMeasured(key) && key.field.comparison === 'decimal' ? `(${value})::text` : value
  })
  return `json_build_array(${values.join(', ')})::text`
}

/**
 * The records that come after a position, in the order of `sort`. PostgreSQL puts nulls last ascending and first
 * descending. One row comparison where it can be, because an index serves that.
 */
function afterCursor(
  sort: readonly SortKey[],
  values: readonly CursorValue[],
  row: string,
  context: SqlContext,
): string {
  const descending = sort[0]!.descending
  if (sort.every((key) => key.descending === descending && !isNullable(key))) {
    const left = sort.map((key) => sortExpression(key, row, context)).join(', ')
    const right = sort.map((key, index) => cursorParam(key, values[index]!, context)).join(', ')
    return `(${left}) ${descending ? '<' : '>'} (${right})`
  }
  const alternatives = sort.map((key, index) => {
    const ties = sort.slice(0, index).map((tie, at) => tiesWith(tie, values[at]!, row, context))
    return `(${[...ties, comesAfter(key, values[index]!, row, context)].join(' and ')})`
  })
  return `(${alternatives.join(' or ')})`
}

function comesAfter(key: SortKey, value: CursorValue, row: string, context: SqlContext): string {
  // Said before the column is built: PostgreSQL refuses a parameter that its text does not use.
  if (value === null && !key.descending) return 'false'
  const column = sortExpression(key, row, context)
  if (value === null) return `${column} is not null`
  const compared = `${column} ${key.descending ? '<' : '>'} ${cursorParam(key, value, context)}`
  return !key.descending && isNullable(key) ? `(${compared} or ${column} is null)` : compared
}

function tiesWith(key: SortKey, value: CursorValue, row: string, context: SqlContext): string {
  const column = sortExpression(key, row, context)
  return value === null ? `${column} is null` : `${column} = ${cursorParam(key, value, context)}`
}

const cursorParam = (key: SortKey, value: CursorValue, context: SqlContext): string =>
  `${context.params.value(value)}::${isMeasured(key) ? 'float8' : key.field.sqlType}`

function planCount(count: Count, where: Condition, table: string): CountPlan | undefined {
  if (count.mode === 'none') return undefined
  const select = (what: string, rest = ''): Plan => {
    const params = new Params()
    const context = new SqlContext(params)
    const condition = isAlways(where) ? '' : ` where ${conditionToSql(where, 'p', context)}`
    return { text: `${what} from ${table} p${condition}${rest}`, params: params.sources }
  }
  const upTo = (max: number): Plan => {
    const rows = select('select 1', ` limit ${max}`)
    return { text: `select count(*)::int8 from (${rows.text}) c`, params: rows.params }
  }
  if (count.mode === 'exact') return { mode: 'exact', ...select('select count(*)::int8') }
  if (count.mode === 'upTo') return { mode: 'upTo', ...upTo(count.max) }
  return { mode: 'estimated', ...upTo(exactUpTo + 1), explain: select('explain (format json) select 1') }
}
