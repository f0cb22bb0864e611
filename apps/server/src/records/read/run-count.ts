import type { Executor } from '../../platform/db/index.js'
import { type Bindings, bindParams } from '../../query/index.js'
import type { EstimateCache } from './estimate-cache.js'
import { type CountPlan, exactUpTo } from './plan-count.js'

/** The total of a list, as exact as the plan says. */
export async function runCount(
  db: Executor,
  plan: CountPlan,
  bindings: Bindings,
  estimates: EstimateCache,
): Promise<number> {
  const values = bindParams(plan.params, bindings)
  if (plan.mode !== 'estimated') return countRows(db, plan.text, values)
  return estimates.get(plan.text, values, async () => {
    const counted = await countRows(db, plan.text, values)
    if (counted <= exactUpTo) return counted
    const { rows } = await db.run({ text: plan.explain.text, values })
    return Math.max(plannedRows(rows[0]![0]), counted)
  })
}

async function countRows(db: Executor, text: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await db.run({ text, values })
  return Number(rows[0]![0])
}

/** The planner's row estimate in the answer of `EXPLAIN (FORMAT JSON)`. */
function plannedRows(answer: unknown): number {
  const plans = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [{ Plan: { 'Plan Rows': number } }]
  return Math.round(plans[0].Plan['Plan Rows'])
}
