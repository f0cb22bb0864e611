import type { Executor } from '../../platform/db/index.js'
import { type Bindings, bindParams } from '../../query/index.js'
import type { CursorCodec, CursorValue } from './cursor.js'
import type { EstimateCache } from './estimate-cache.js'
import { type CountPlan, exactUpTo, type ListPlan } from './plan-list.js'

/** The JSON text of a page: `{"data":[…],"meta":{"nextCursor":…}}`. */
export async function runList(
  db: Executor,
  plan: ListPlan,
  bindings: Bindings,
  cursors: CursorCodec,
  estimates: EstimateCache,
): Promise<string> {
  const [page, total] = await Promise.all([
    runPage(db, plan, bindings),
    plan.count && runCount(db, plan.count, bindings, estimates),
  ])
  const cursor = page.last ? `"${cursors.encode(page.last, plan.collection, plan.sort)}"` : 'null'
  const meta = total === undefined ? '' : `,"total":${total}`
  return `{"data":${page.data},"meta":{"nextCursor":${cursor}${meta}}}`
}

interface PageText {
  readonly data: string
  /** The sort values of the last record, when another page follows. */
  readonly last: readonly CursorValue[] | undefined
}

async function runPage(db: Executor, plan: ListPlan, bindings: Bindings): Promise<PageText> {
  const { rows } = await db.run({ text: plan.page.text, values: bindParams(plan.page.params, bindings) })
  return plan.page.form === 'array' ? pageOfArray(rows[0]![0], rows[0]![1], plan) : pageOfRows(rows, plan)
}

/**
 * `json_agg` puts a line feed before every row but the first, and nowhere else: texts escape theirs. So the rows can be
 * told apart without parsing them.
 */
const rowSeparator = ', \n '

function pageOfArray(array: string | null, count: number, plan: ListPlan): PageText {
  if (array === null) return { data: '[]', last: undefined }
  if (count <= plan.limit) return { data: array, last: undefined }
  const end = array.lastIndexOf(rowSeparator)
  const start = array.lastIndexOf(rowSeparator, end - 1)
  const last = JSON.parse(array.slice(start < 0 ? 1 : start + rowSeparator.length, end)) as Record<string, CursorValue>
  return { data: `${array.slice(0, end)}]`, last: plan.sortNames.map((name) => last[name] ?? null) }
}

function pageOfRows(rows: readonly (readonly unknown[])[], plan: ListPlan): PageText {
  const page = rows.slice(0, plan.limit)
  const data = `[${page.map((row) => row[0]).join(',')}]`
  if (rows.length <= plan.limit) return { data, last: undefined }
  return { data, last: JSON.parse(page.at(-1)![1] as string) as CursorValue[] }
}

async function runCount(db: Executor, plan: CountPlan, bindings: Bindings, estimates: EstimateCache): Promise<number> {
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
