import {
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
import type { Count, ListQuery } from './selection.js'

export type CountPlan =
  | (Plan & { readonly mode: 'exact' | 'upTo' })
  /** Exact while few; beyond that, `rows` of the planner's estimate for `explain`. */
  | (Plan & { readonly mode: 'estimated'; readonly explain: Plan })

/** With `count=estimated`, totals up to this are exact. */
export const exactUpTo = 1000

/**
 * The planner estimates from the values of all rows. Where a filter names what the caller may read in some rows only, that
 * would tell of the others: such totals are counted.
 */
function modeOf({ count, filter, selection: { scope } }: ListQuery): Count {
  const isPartly = (name: string): boolean => !isAlways(scope.readable(name)?.mask ?? NEVER)
  let partly = false
  walk(filter, (node) => {
    if (node instanceof RelationCondition) partly = true
    else if (node instanceof FieldComparison) partly ||= isPartly(node.field)
    else if (node instanceof MeasuredCondition) partly ||= node.fields.some(isPartly)
  })
  return count.mode === 'estimated' && partly ? { mode: 'exact' } : count
}

/** The statements of the total that a query asks for. */
export function planCount(query: ListQuery, where: Condition): CountPlan | undefined {
  const count = modeOf(query)
  if (count.mode === 'none') return undefined
  const { table } = query.selection.scope.collection
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
