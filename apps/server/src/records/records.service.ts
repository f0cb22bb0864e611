import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import type { Principal } from '../auth/index.js'
import { SchemaCache } from '../collections/index.js'
import { invalidAt } from '../lib/index.js'
import { PermissionsService, type RowScope, requireScope } from '../permissions/index.js'
import { type Executor, RecordDatabase, type Waiting } from '../platform/db/index.js'
import { PlanCache } from './plan.js'
import { CursorCodec } from './read/cursor.js'
import { EstimateCache } from './read/estimate-cache.js'
import { expansionBinding, sealPositions } from './read/expand-meta.js'
import { type OpenExpandCursor, parseListQuery, parseSelection } from './read/parse-list-query.js'
import { type GetPlan, planGet } from './read/plan-get.js'
import { type ListPlan, planList } from './read/plan-list.js'
import { parseQueryBody, parseQueryString, type RawListQuery } from './read/raw-query.js'
import { runCount } from './read/run-count.js'
import { neighboursOf, runPage } from './read/run-list.js'
import type { Position } from './read/selection.js'
import { takeCursor } from './read/take-cursor.js'
import { bindingsOf, callerOf, parseId, recordNotFound } from './record-id.js'
import { run } from './run.js'

/** JSON text as PostgreSQL built it, ready for the socket. */
export interface RecordAnswer {
  readonly json: string
  /** For the ETag; null where the caller may not read the version. */
  readonly version: number | null
}

/** A list ready to run, and the cursor that stood in its query. */
interface PreparedList {
  readonly plan: ListPlan
  readonly cursor: string | undefined
}

const prepareList = (raw: RawListQuery, scope: RowScope): PreparedList => ({
  plan: planList(parseListQuery(raw, scope)),
  cursor: raw.cursor,
})

/** Reads records of collections: every method is collection → scopes → parse → plan → run. */
@Injectable()
export class RecordsService implements OnApplicationBootstrap {
  private cursors!: CursorCodec
  private readonly estimates = new EstimateCache()
  private readonly listPlans = new PlanCache<PreparedList>()
  private readonly recordPlans = new PlanCache<GetPlan>()

  constructor(
    private readonly db: RecordDatabase,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { rows } = await this.db.run({ text: `select encode(secret, 'hex') from holdfast.cursor_key`, values: [] })
    this.cursors = new CursorCodec(Buffer.from(rows[0]![0] as string, 'hex'))
  }

  /** A page of the records the principal may read, as JSON text `{"data":[…],"meta":{…}}`. */
  list(principal: Principal, name: string, search: string, waiting?: Waiting): Promise<string> {
    const scope = this.readScope(principal, name)
    const { rest, cursor } = takeCursor(search)
    const { plan, cursor: other } = this.listPlans.get(scope, rest, () => prepareList(parseQueryString(rest), scope))
    if (cursor !== undefined && other !== undefined)
      throw invalidAt('invalid_query', 'cursor', 'cursor is given more than once')
    return this.answer(plan, cursor ?? other, principal, waiting)
  }

  /** The same with the query in a body. */
  query(principal: Principal, name: string, body: unknown, waiting?: Waiting): Promise<string> {
    const { plan, cursor } = prepareList(parseQueryBody(body), this.readScope(principal, name))
    return this.answer(plan, cursor, principal, waiting)
  }

  /** One record. @throws record_not_found when there is none, or none the principal may read */
  async get(principal: Principal, name: string, id: string, search = '', target?: Executor): Promise<RecordAnswer> {
    const scope = this.readScope(principal, name)
    const found = await this.find(scope, principal, parseId(id), search, target)
    if (!found) throw recordNotFound(scope.collection)
    return found
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async answer(
    plan: ListPlan,
    cursor: string | undefined,
    principal: Principal,
    waiting: Waiting | undefined,
  ): Promise<string> {
    const db = this.db.runningFor(waiting)
    if (cursor !== undefined && plan.query.offset !== undefined)
      throw invalidAt('invalid_query', 'offset', 'Give cursor or offset, not both')
    const binding = `${callerOf(principal)}\n${plan.key}`
    const position = cursor === undefined ? undefined : this.cursors.decode(cursor, binding)
    const bindings = bindingsOf(principal)
    const [page, total] = await Promise.all([
      runPage(db, plan, position, bindings),
      plan.count && runCount(db, plan.count, bindings, this.estimates),
    ])
    const { next, previous } = neighboursOf(page, position)
    const text = (place: Position | null): string => (place ? `"${this.cursors.encode(place, binding)}"` : 'null')
    const back = previous === undefined ? '' : `,"previousCursor":${text(previous)}`
    const counted = total === undefined ? '' : `,"total":${total}`
    const data = plan.sealed ? this.seal(page.data, principal) : page.data
    return `{"data":${data},"meta":{"nextCursor":${text(next)}${back}${counted}}}`
  }

  private readScope(principal: Principal, name: string): RowScope {
    const collection = this.schemas.get(name)
    return requireScope(this.permissions.scopes(principal).read(collection), principal, 'read', collection)
  }

  /** The record, when it is there and lies within the scope; `search` is a query string with `fields` and `expand`. */
  async find(
    scope: RowScope,
    principal: Principal,
    id: string,
    search: string,
    target: Executor = this.db,
  ): Promise<RecordAnswer | undefined> {
    const plan = this.recordPlan(scope, principal, id, search)
    const [row] = await run(target, plan, bindingsOf(principal), [id])
    if (!row) return undefined
    const json = row[0] as string
    return { json: plan.sealed ? this.seal(json, principal) : json, version: row[1] as number | null }
  }

  /** Kept for all callers of the same rules, unless it goes on from a cursor, which is good for one caller and record. */
  private recordPlan(scope: RowScope, principal: Principal, id: string, search: string): GetPlan {
    let opened = false
    const open: OpenExpandCursor = (cursor, key) => {
      opened = true
      return this.cursors.decode(cursor, `${callerOf(principal)}\n${expansionBinding(key, id)}`)
    }
    return this.recordPlans.get(
      scope,
      search,
      () => planGet(parseSelection(parseQueryString(search, ['fields', 'expand']), scope, 1, open)),
      () => !opened,
    )
  }

  private seal(json: string, principal: Principal): string {
    const caller = callerOf(principal)
    return sealPositions(json, (position, binding) => this.cursors.encode(position, `${caller}\n${binding}`))
  }
}
