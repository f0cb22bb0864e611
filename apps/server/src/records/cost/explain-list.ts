import type { QueryPlan } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import { and, type Bindings } from '../../query/index.js'
import type { Plan } from '../plan.js'
import type { ListQuery } from '../read/selection.js'
import { adviseOn } from './advice.js'
import { explain, nodesOf, type PlanNode, rootOf, tableSizes } from './planner.js'

/** How PostgreSQL runs a page, and what would make it faster. For admins: it speaks of all rows and of the rules. */
export async function explainList(db: Executor, query: ListQuery, page: Plan, bindings: Bindings): Promise<QueryPlan> {
  const answer = await explain(db, page, bindings)
  const root = rootOf(answer)
  const sizes = await tableSizes(db, tablesOf(root))
  return {
    sql: page.text,
    cost: root['Total Cost'],
    rows: recordsExpected(root),
    explain: answer,
    advice: adviseOn(query, and(query.selection.scope.condition, query.filter), root, sizes),
  }
}

/** What the caller could change about a query that costs too much. It speaks of their own filter and order, not of rules. */
export async function hintOn(db: Executor, query: ListQuery, root: PlanNode): Promise<string> {
  const sizes = await tableSizes(db, tablesOf(root))
  const [advice] = adviseOn(query, query.filter, root, sizes)
  const index = advice?.index
  if (index) return `An index of ${index.collection} on ${index.fields.join(', ')} would help; an admin can add one.`
  return 'Filter by fields that have an index, sort by one of them, and ask for no exact total.'
}

const tablesOf = (root: PlanNode): string[] => [
  ...new Set(nodesOf(root).flatMap((node) => node['Relation Name'] ?? [])),
]

/** How many records satisfy the filter, as the planner thinks: those that come to the limit, not those that pass it. */
function recordsExpected(root: PlanNode): number {
  const limit = nodesOf(root).find((node) => node['Node Type'] === 'Limit')
  return (limit?.Plans?.[0] ?? root)['Plan Rows']
}
