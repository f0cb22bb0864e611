import type { Executor } from '../../platform/db/index.js'
import { type Bindings, bindParams } from '../../query/index.js'
import { askPlanner, knownRows } from '../cost/planner.js'
import type { Plan } from '../plan.js'
import { EstimateCache } from './estimate-cache.js'
import { type CountPlan, exactUpTo, type RoughCount } from './plan-count.js'

/** What counting may cost beyond the page, in units of the planner: some milliseconds. */
const freeCost = 1000
/** Tables up to this are counted where the planner must not be asked. */
const smallTable = 100_000
/** Rows looked at to estimate a total without the planner. */
const sampleRows = 20_000

/** Totals of lists, as exact as they were asked for. What was found out about their cost is kept for a while. */
export class Counts {
  private readonly totals = new EstimateCache<number>()
  private readonly affordable = new EstimateCache<boolean>()
  private readonly sizes = new EstimateCache<number>()

  /** The total; undefined where `upTo` would cost much more than the page does. */
  async total(db: Executor, plan: CountPlan, page: Plan, bindings: Bindings): Promise<number | undefined> {
    if (plan.mode === 'exact') return countRows(db, plan.all, bindings)
    if (plan.mode === 'upTo')
      return (await this.isAffordable(db, plan, page, bindings)) ? countRows(db, plan.few, bindings) : undefined
    const values = bindParams(plan.few.params, bindings)
    return this.totals.get(plan.few.text, values, () => this.estimate(db, plan, page, bindings))
  }

  private async estimate(db: Executor, plan: RoughCount, page: Plan, bindings: Bindings): Promise<number> {
    const affordable = await this.isAffordable(db, plan, page, bindings)
    if (plan.blind) return affordable ? countRows(db, plan.all, bindings) : this.sample(db, plan, bindings)
    const counted = affordable ? await countRows(db, plan.few, bindings) : 0
    if (affordable && counted <= exactUpTo) return counted
    return Math.max((await askPlanner(db, plan.rows, bindings))['Plan Rows'], counted)
  }

  /** Whether to count: when that costs no more than the page, or little; where the planner must not be asked, on small tables. */
  private async isAffordable(db: Executor, plan: RoughCount, page: Plan, bindings: Bindings): Promise<boolean> {
    if (plan.blind) return (await this.sizeOf(db, plan.table)) <= smallTable
    const values = bindParams(plan.few.params, bindings)
    return this.affordable.get(`${plan.few.text}\n${plan.beside}`, values, async () => {
      const [count, whole] = await Promise.all([askPlanner(db, plan.few, bindings), askPlanner(db, page, bindings)])
      return count['Total Cost'] <= whole['Total Cost'] + freeCost
    })
  }

  /** The condition is tried on a part of the rows, as the caller may read them: so it tells nothing else. */
  private async sample(db: Executor, plan: RoughCount, bindings: Bindings): Promise<number> {
    const percent = Math.min(100, (100 * sampleRows) / (await this.sizeOf(db, plan.table)))
    const found = await countRows(db, plan.sample, { ...bindings, inputs: [percent] })
    return Math.round((found * 100) / percent)
  }

  /** Rows of a table, as far as PostgreSQL knows. */
  private sizeOf(db: Executor, table: string): Promise<number> {
    return this.sizes.get(table, [], async () => {
      const text = `select ${knownRows} from pg_class where oid = $1::regclass`
      const { rows } = await db.run({ text, values: [table] })
      return rows[0]![0] as number
    })
  }
}

async function countRows(db: Executor, { text, params }: Plan, bindings: Bindings): Promise<number> {
  const { rows } = await db.run({ text, values: bindParams(params, bindings) })
  return Number(rows[0]![0])
}
