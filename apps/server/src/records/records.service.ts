import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import type { Principal } from '../auth/index.js'
import { SchemaCache } from '../collections/index.js'
import { PermissionsService, type RowScope, requireScope } from '../permissions/index.js'
import { Database, type Executor } from '../platform/db/index.js'
import { type Plan, PlanCache } from './plan.js'
import { CursorCodec } from './read/cursor.js'
import { EstimateCache } from './read/estimate-cache.js'
import { parseListQuery, parseSelection } from './read/parse-list-query.js'
import { planGet } from './read/plan-get.js'
import { type ListPlan, planList } from './read/plan-list.js'
import { parseQueryBody, parseQueryString } from './read/raw-query.js'
import { runList } from './read/run-list.js'
import { bindingsOf, parseId, recordNotFound } from './record-id.js'
import { run } from './run.js'

/** JSON text as PostgreSQL built it, ready for the socket. */
export interface RecordAnswer {
  readonly json: string
  /** For the ETag; null where the caller may not read the version. */
  readonly version: number | null
}

/** Reads records of collections: every method is collection → scopes → parse → plan → run. */
@Injectable()
export class RecordsService implements OnApplicationBootstrap {
  private cursors!: CursorCodec
  private readonly estimates = new EstimateCache()
  private readonly listPlans = new PlanCache<ListPlan>()
  private readonly recordPlans = new PlanCache<Plan>()

  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { rows } = await this.db.run({ text: `select encode(secret, 'hex') from holdfast.cursor_key`, values: [] })
    this.cursors = new CursorCodec(Buffer.from(rows[0]![0] as string, 'hex'))
  }

  /** A page of the records the principal may read, as JSON text `{"data":[…],"meta":{…}}`. */
  list(principal: Principal, name: string, search: string): Promise<string> {
    const scope = this.readScope(principal, name)
    const plan = this.listPlans.get(scope, search, () =>
      planList(parseListQuery(parseQueryString(search), scope, this.cursors)),
    )
    return runList(this.db, plan, bindingsOf(principal), this.cursors, this.estimates)
  }

  /** The same with the query in a body. */
  query(principal: Principal, name: string, body: unknown): Promise<string> {
    const scope = this.readScope(principal, name)
    const plan = planList(parseListQuery(parseQueryBody(body), scope, this.cursors))
    return runList(this.db, plan, bindingsOf(principal), this.cursors, this.estimates)
  }

  /** One record. @throws record_not_found when there is none, or none the principal may read */
  async get(principal: Principal, name: string, id: string, search = '', target?: Executor): Promise<RecordAnswer> {
    const scope = this.readScope(principal, name)
    const found = await this.find(scope, principal, parseId(id), search, target)
    if (!found) throw recordNotFound(scope.collection)
    return found
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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
    const plan = this.recordPlans.get(scope, `get ${search}`, () =>
      planGet(parseSelection(parseQueryString(search, ['fields', 'expand']), scope)),
    )
    const [row] = await run(target, plan, bindingsOf(principal), [id])
    return row && { json: row[0] as string, version: row[1] as number | null }
  }
}
