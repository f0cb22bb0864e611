import type { RowScope } from '../../permissions/index.js'
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
import { sortSignature } from '../cursor/position.js'
import type { Plan } from '../plan.js'
import type { ListQuery } from '../read/selection.js'

export type CountPlan = { readonly mode: 'exact'; readonly all: Plan } | RoughCount

/** A total that must not cost much more than the page. */
export interface RoughCount {
  readonly mode: 'upTo' | 'estimated'
  /** Counts no further than it must. */
  readonly few: Plan
  /** Counts all, for small tables. */
  readonly all: Plan
  /** Reads all, to be shown to the planner. */
  readonly rows: Plan
  /** Counts in a part of the table: input 0 is how many percent. */
  readonly sample: Plan
  readonly table: string
  /** Which page it stands beside: its order and length decide what that costs. */
  readonly beside: string
  /**
   * The planner estimates from the values of all rows. Where a filter names what the caller may read in some rows only,
   * its answer would tell of the others: then it must not be asked.
   */
  readonly blind: boolean
}

/** With `count=estimated`, totals up to this are exact. */
export const exactUpTo = 1000

/** The statements of the total that a query asks for. */
export function planCount(query: ListQuery, where: Condition): CountPlan | undefined {
  const { count, selection, sort, limit } = query
  const { scope } = selection
  if (count.mode === 'none') return undefined
  // What once was has no statistics that an estimate could go by.
  if (count.mode === 'exact' || (count.mode === 'estimated' && scope.source))
    return { mode: 'exact', all: planSelect('count(*)::int8', scope, where) }
  const max = count.mode === 'upTo' ? count.max : exactUpTo + 1
  const few = planSelect('1', scope, where, max)
  return {
    mode: count.mode,
    few: { text: `select count(*)::int8 from (${few.text}) c`, params: few.params },
    all: planSelect('count(*)::int8', scope, where),
    rows: planSelect('1', scope, where),
    sample: planSample(scope, where),
    table: scope.source?.table ?? scope.collection.table,
    beside: `${sortSignature(sort)} ${limit}`,
    blind: tellsOfClosedFields(query),
  }
}

function planSelect(what: string, scope: RowScope, where: Condition, limit?: number): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const rows = context.rowsOf(scope, 'p')
  const condition = isAlways(where) ? '' : ` where ${conditionToSql(where, 'p', context)}`
  const cut = limit === undefined ? '' : ` limit ${limit}`
  return { text: `select ${what} from ${rows}${condition}${cut}`, params: params.sources }
}

function planSample({ collection: { table } }: RowScope, where: Condition): Plan {
  const params = new Params()
  const percent = params.input(0)
  const condition = isAlways(where) ? '' : ` where ${conditionToSql(where, 'p', new SqlContext(params))}`
  return {
    text: `select count(*)::int8 from ${table} p tablesample system (${percent}::float4)${condition}`,
    params: params.sources,
  }
}

function tellsOfClosedFields({ filter, selection: { scope } }: ListQuery): boolean {
  const isPartly = (name: string): boolean => !isAlways(scope.readable(name)?.mask ?? NEVER)
  let partly = false
  walk(filter, (node) => {
    if (node instanceof RelationCondition) partly = true
    else if (node instanceof FieldComparison) partly ||= isPartly(node.field)
    else if (node instanceof MeasuredCondition) partly ||= node.fields.some(isPartly)
  })
  return partly
}
