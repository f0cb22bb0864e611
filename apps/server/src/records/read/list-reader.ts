import type { PageMeta } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { isAdmin, type Principal } from '../../auth/index.js'
import { defineError, invalidAt } from '../../lib/index.js'
import { SlowStatements } from '../../observability/index.js'
import { bindingsOf } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { Bindings } from '../../query/index.js'
import { CostGuard } from '../cost/cost-guard.js'
import { explainList, hintOn } from '../cost/explain-list.js'
import { Counts } from '../count/counts.js'
import { Cursors } from '../cursor/cursors.js'
import type { Plan } from '../plan.js'
import { type ListPlan, type PagePlan, pageAt } from './plan-list.js'
import { neighboursOf, type PageText, runPage, withPosition } from './run-list.js'
import type { Position } from './selection.js'

const forbidden = defineError('forbidden')

/** One page of a list, as it is about to be read. */
interface Reading {
  readonly db: Executor
  readonly plan: ListPlan
  readonly page: PagePlan
  readonly position: Position | undefined
  readonly principal: Principal
  /** With the values of the position. */
  readonly bindings: Bindings
}

/** Reads pages of lists: cursor → cost → page, total and explanation → JSON text. */
@Injectable()
export class ListReader {
  private readonly counts = new Counts()

  constructor(
    private readonly guard: CostGuard,
    private readonly cursors: Cursors,
    private readonly slow: SlowStatements,
  ) {}

  /** `{"data":[…],"meta":{…}}`. @throws invalid_cursor, invalid_query, query_too_expensive; forbidden for `explain=plan` */
  async read(db: Executor, plan: ListPlan, cursor: string | undefined, principal: Principal): Promise<string> {
    if (plan.query.explained) requireAdmin(principal)
    if (cursor !== undefined && plan.query.offset !== undefined)
      throw invalidAt('invalid_query', 'offset', 'Give cursor or offset, not both')
    const position = cursor === undefined ? undefined : this.cursors.open(cursor, principal, plan.key)
    const bindings = withPosition(bindingsOf(principal), position)
    const reading: Reading = { db, plan, page: pageAt(plan, position), position, principal, bindings }
    const unchecked = this.guard.unchecked(principal, reading.page, exactCountOf(plan))
    if (unchecked.length > 0) await this.checkCost(reading, unchecked)
    const [page, total, explained] = await Promise.all([
      this.readPage(reading),
      plan.count && this.counts.total(db, plan.count, plan.page, bindings),
      plan.query.explained ? explainList(db, plan.query, reading.page, bindings) : undefined,
    ])
    return this.toJson(reading, page, { total, plan: explained })
  }

  private async checkCost({ db, plan, bindings }: Reading, statements: readonly Plan[]): Promise<void> {
    for (const statement of statements)
      await this.guard.check(db, statement, bindings, (root) => hintOn(db, plan.query, root))
  }

  private async readPage({ db, plan, page, position, bindings }: Reading): Promise<PageText> {
    const startedMs = performance.now()
    const text = await runPage(db, plan, page, position, bindings)
    const tookMs = performance.now() - startedMs
    this.guard.note(page, tookMs)
    if (tookMs >= this.slow.thresholdMs)
      this.slow.advise(page.text, tookMs, async () => (await explainList(db, plan.query, page, bindings)).advice)
    return text
  }

  private toJson({ plan, position, principal }: Reading, page: PageText, meta: Partial<PageMeta>): string {
    const { next, previous } = neighboursOf(page, position)
    const cursor = (place: Position | null): string =>
      place ? `"${this.cursors.make(place, principal, plan.key)}"` : 'null'
    const data = plan.sealed ? this.cursors.seal(page.data, principal) : page.data
    const back = previous === undefined ? '' : `,"previousCursor":${cursor(previous)}`
    const total = meta.total === undefined ? '' : `,"total":${meta.total}`
    const explained = meta.plan === undefined ? '' : `,"plan":${JSON.stringify(meta.plan)}`
    return `{"data":${data},"meta":{"nextCursor":${cursor(next)}${back}${total}${explained}}}`
  }
}

const exactCountOf = ({ count }: ListPlan): Plan | undefined => (count?.mode === 'exact' ? count.all : undefined)

function requireAdmin(principal: Principal): void {
  if (isAdmin(principal)) return
  throw forbidden('explain=plan is for admins', { hint: 'It speaks of records and rules that others may not see.' })
}
