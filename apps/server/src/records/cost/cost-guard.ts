import { Inject, Injectable } from '@nestjs/common'
import { isAdmin, type Principal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { Bindings } from '../../query/index.js'
import type { Plan } from '../plan.js'
import { askPlanner, type PlanNode } from './planner.js'

/** How long a statement that was found cheap is taken for cheap: tables grow. */
const trustMs = 10 * 60_000
/** A statement that took so long is looked at again before it runs the next time, with the values it then has. */
const slowMs = 500
const maxTexts = 2000
/** Longer texts come from queries composed once; kept, they would fill the memory. */
const maxTextLength = 20_000

const none: readonly Plan[] = []

/**
 * Refuses queries of which PostgreSQL expects more work than one query may cause, before they run. The planner is asked
 * once for each statement, not for each request: what was found cheap is remembered by its text, and forgotten when it ran
 * slowly.
 */
@Injectable()
export class CostGuard {
  private readonly plans = new WeakMap<Plan, number>()
  private readonly texts = new Map<string, number>()
  private readonly maxCost: number

  constructor(@Inject(CONFIG) config: Config) {
    this.maxCost = config.queryMaxCost
  }

  /** Of these statements, those that must be looked at before they run. Admins may ask for anything. */
  unchecked(principal: Principal, first: Plan, second?: Plan): readonly Plan[] {
    const trusted = this.trusts(first) && (second === undefined || this.trusts(second))
    if (trusted || isAdmin(principal)) return none
    return [first, ...(second ? [second] : [])].filter((plan) => !this.trusts(plan))
  }

  private trusts(plan: Plan): boolean {
    if (this.maxCost === 0) return true
    const untilMs = this.plans.get(plan) ?? this.texts.get(plan.text)
    return untilMs !== undefined && untilMs > performance.now()
  }

  /**
   * Looks at a statement. `hint` says what to do when it costs too much.
   * @throws query_too_expensive
   */
  async check(
    db: Executor,
    plan: Plan,
    bindings: Bindings,
    hint: (root: PlanNode) => string | Promise<string>,
  ): Promise<void> {
    const root = await askPlanner(db, plan, bindings)
    if (root['Total Cost'] > this.maxCost)
      throw new AppError('query_too_expensive', 'The query would be more work than one query may cause', {
        hint: await hint(root),
      })
    this.trust(plan)
  }

  /** A statement ran: how long it took decides whether it is looked at again. */
  note(plan: Plan, tookMs: number): void {
    if (tookMs < slowMs) return
    this.plans.delete(plan)
    this.texts.delete(plan.text)
  }

  private trust(plan: Plan): void {
    const untilMs = performance.now() + trustMs
    this.plans.set(plan, untilMs)
    if (plan.text.length > maxTextLength) return
    if (this.texts.size >= maxTexts) this.texts.delete(this.texts.keys().next().value!)
    this.texts.set(plan.text, untilMs)
  }
}
