import { and, type Condition, conditionToSql, isAlways, Params, SqlContext } from '../../query/index.js'
import { type CountPlan, planCount } from '../count/plan-count.js'
import { LastCursor } from '../cursor/last-cursor.js'
import { beyondInParts, beyondPosition, isInParts, listKey, positionShape, readingOrder } from '../cursor/position.js'
import { holdsPositions } from '../expand/expand-meta.js'
import type { Plan } from '../plan.js'
import { isUnmasked, recordColumns, recordJson } from './record-sql.js'
import { isMeasured, type ListQuery, type Position, type SortKey, sortKeyName } from './selection.js'
import { orderBy, sortValues } from './sort-sql.js'

/**
 * A page. It asks for one record more than the page holds, to know whether another page follows.
 * - `array`: one row: the JSON array of all records, each behind a line feed (`json_agg` of rows), and how many they are.
 * - `rows`: a row per record: its JSON, and as JSON array the values it is sorted by. Where fields are masked per row or
 *   the sort values are not among the fields.
 * The JSON is not cast: it arrives as text all the same, and a cast copies a page twice into memory that PostgreSQL has to ask
 * of the system, which is a quarter of its work.
 */
export type PagePlan = Plan & { readonly form: 'array' | 'rows' }

/** A query whose pages can be read: everything but the position is decided. */
export interface ListPlan {
  readonly query: ListQuery
  /** The first page, or the one at the offset. */
  readonly page: PagePlan
  readonly count: CountPlan | undefined
  /** What its cursors are good for. */
  readonly key: string
  readonly sortNames: readonly string[]
  /** Its records hold positions in expanded relations, which must be made cursors. */
  readonly sealed: boolean
  /** Pages beyond a position, by the shape of it. */
  readonly beyond: Map<string, PagePlan>
  readonly lastCursor: LastCursor
}

/** AND(scope, filter) → the statements of a list. Pure. */
export function planList(query: ListQuery): ListPlan {
  return {
    query,
    page: planPage(query, undefined),
    count: planCount(query, openRows(query)),
    key: listKey(query),
    sortNames: query.sort.map(sortKeyName),
    sealed: holdsPositions(query.selection),
    beyond: new Map(),
    lastCursor: new LastCursor(),
  }
}

/** The statement of one page; the values of the position are its inputs. */
export function pageAt(plan: ListPlan, position: Position | undefined): PagePlan {
  if (!position) return plan.page
  const shape = positionShape(position)
  const known = plan.beyond.get(shape)
  if (known) return known
  const page = planPage(plan.query, position)
  plan.beyond.set(shape, page)
  return page
}

const openRows = ({ selection, filter }: ListQuery): Condition => and(selection.scope.condition, filter)

function planPage(query: ListQuery, position: Position | undefined): PagePlan {
  const { selection, sort, limit, offset } = query
  const where = openRows(query)
  const order = readingOrder(sort, position)
  const params = new Params()
  const context = new SqlContext(params)
  const row = 'p'
  const from = context.rowsOf(selection.scope, row)
  const array = isUnmasked(selection) && sort.every((key) => isSelected(key, query))
  const columns = array
    ? recordColumns(selection, row, context)
    : `${recordJson(selection, row, context)}, ${sortValues(sort, row, context)}`
  const bind = (index: number): string => params.input(index)
  const rows = (what: string, beyond: readonly string[]): string => {
    const conditions = [...(isAlways(where) ? [] : [conditionToSql(where, row, context)]), ...beyond]
    const filtered = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
    return `select ${what} from ${from}${filtered} order by ${orderBy(order, row, context)} limit ${limit + 1}`
  }
  const text = (): string => {
    if (!position) return rows(columns, []) + (offset !== undefined && offset > 0 ? ` offset ${offset}` : '')
    if (!isInParts(order, position, selection.scope.collection))
      return rows(columns, [beyondPosition(order, position, row, context, bind)])
    const parts = beyondInParts(order, position, row, context, bind).map((part) => `(${rows(`${row}.*`, [part])})`)
    return `select ${columns} from (${parts.join(' union all ')}) ${row} order by ${orderBy(order, row, context)} limit ${limit + 1}`
  }
  return array
    ? { form: 'array', text: `select json_agg(_t), count(*) from (${text()}) _t`, params: params.sources }
    : { form: 'rows', text: text(), params: params.sources }
}

/** The value a record is sorted by stands in its JSON as it is, so that a cursor can be read from there. */
const isSelected = (key: SortKey, query: ListQuery): boolean =>
  !isMeasured(key) && key.hops.length === 0 && query.selection.fields.some(({ field }) => field.name === key.field.name)
