import type { PageMeta } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { holderOf, isAdmin, type Principal } from '../../auth/index.js'
import { defineError, invalidAt } from '../../lib/index.js'
import { SlowStatements } from '../../observability/index.js'
import { bindingsOf } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import { type Bindings, bindParams } from '../../query/index.js'
import { CostGuard } from '../cost/cost-guard.js'
import { explainList, hintOn } from '../cost/explain-list.js'
import { Counts } from '../count/counts.js'
import { Cursors } from '../cursor/cursors.js'
import type { Plan } from '../plan.js'
import { type ListPlan, type PagePlan, pageAt } from './plan-list.js'
import { after, neighboursOf, type PageText, pageOf, valuesAt, withPosition } from './run-list.js'
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
    if (!plan.count && !plan.query.explained) return this.toJson(reading, await this.readPage(reading), noMeta)
    const [page, meta] = await Promise.all([this.readPage(reading), this.readMeta(reading)])
    return this.toJson(reading, page, meta)
  }

  private async checkCost({ db, plan, bindings }: Reading, statements: readonly Plan[]): Promise<void> {
    for (const statement of statements)
      await this.guard.check(db, statement, bindings, (root) => hintOn(db, plan.query, root))
  }

  private async readPage({ db, plan, page, position, bindings }: Reading): Promise<PageText> {
    const startedMs = performance.now()
    const { rows } = await db.run({ text: page.text, values: bindParams(page.params, bindings) })
    const tookMs = performance.now() - startedMs
    this.guard.note(page, tookMs)
    if (tookMs >= this.slow.thresholdMs)
      this.slow.advise(page.text, tookMs, async () => (await explainList(db, plan.query, page, bindings)).advice)
    return pageOf(rows, page, plan.query, position)
  }

  private async readMeta({ db, plan, page, bindings }: Reading): Promise<Partial<PageMeta>> {
    const [total, explained] = await Promise.all([
      plan.count && this.counts.total(db, plan.count, plan.page, bindings),
      plan.query.explained ? explainList(db, plan.query, page, bindings) : undefined,
    ])
    return { total, plan: explained }
  }

  private toJson(reading: Reading, text: PageText, meta: Partial<PageMeta>): string {
    const { plan, principal } = reading
    const data = plan.sealed ? this.cursors.seal(text.data, principal) : text.data
    const total = meta.total === undefined ? '' : `,"total":${meta.total}`
    const explained = meta.plan === undefined ? '' : `,"plan":${JSON.stringify(meta.plan)}`
    return `{"data":${data},"meta":{${this.cursorsOf(reading, text)}${total}${explained}}}`
  }

  /** The cursors of the pages beside this one, as members of a JSON object. The first page has none before it to speak of. */
  private cursorsOf({ plan, page, position, principal }: Reading, text: PageText): string {
    const valuesOf = (place: string) => valuesAt(place, plan, page)
    const make = (place: Position): string => this.cursors.make(place, principal, plan.key)
    if (!position) {
      const { last, more } = text
      if (!more || last === undefined) return '"nextCursor":null'
      return `"nextCursor":"${plan.lastCursor.get(last, holderOf(principal), () => make(after(valuesOf(last))))}"`
    }
    const cursor = (place: Position | null): string => (place ? `"${make(place)}"` : 'null')
    const { next, previous } = neighboursOf(text, position, valuesOf)
    return `"nextCursor":${cursor(next)},"previousCursor":${cursor(previous)}`
  }
}

const noMeta: Partial<PageMeta> = {}

const exactCountOf = ({ count }: ListPlan): Plan | undefined => (count?.mode === 'exact' ? count.all : undefined)

function requireAdmin(principal: Principal): void {
  if (isAdmin(principal)) return
  throw forbidden('explain=plan is for admins', { hint: 'It speaks of records and rules that others may not see.' })
}
