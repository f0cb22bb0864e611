import { Injectable } from '@nestjs/common'
import type { Principal } from '../auth/index.js'
import { SchemaCache } from '../collections/index.js'
import { invalidAt } from '../lib/index.js'
import { bindingsOf, PermissionsService, type RowScope, requireScope } from '../permissions/index.js'
import { type Executor, RecordDatabase, type Waiting } from '../platform/db/index.js'
import { Cursors } from './cursor/cursors.js'
import { takeCursor } from './cursor/take-cursor.js'
import { parseTime, scopeAt } from './history/as-of.js'
import { HistoryReach } from './history/history-reach.js'
import { PlanCache } from './plan.js'
import { ListReader } from './read/list-reader.js'
import { parseListQuery } from './read/parse-list-query.js'
import { type OpenExpandCursor, parseSelection } from './read/parse-selection.js'
import { type GetPlan, planGet } from './read/plan-get.js'
import { type ListPlan, planList } from './read/plan-list.js'
import { parseQueryBody, parseQueryString, type RawListQuery } from './read/raw-query.js'
import { parseId, recordNotFound } from './record-id.js'
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
  readonly asOf: Date | undefined
}

const prepareList = (raw: RawListQuery, scope: RowScope): PreparedList => {
  const asOf = timeOf(raw)
  return { plan: planList(parseListQuery(raw, asOf ? scopeAt(scope, asOf) : scope)), cursor: raw.cursor, asOf }
}

const timeOf = ({ asOf }: RawListQuery): Date | undefined => (asOf === undefined ? undefined : parseTime(asOf, 'asOf'))

/** A record's plan, and the time it is asked for. */
type PreparedGet = GetPlan & { readonly asOf?: Date | undefined }

/** Reads records of collections: every method is collection → scopes → parse → plan → run. */
@Injectable()
export class RecordsService {
  private readonly listPlans = new PlanCache<PreparedList>()
  private readonly recordPlans = new PlanCache<PreparedGet>()

  constructor(
    private readonly db: RecordDatabase,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly lists: ListReader,
    private readonly cursors: Cursors,
    private readonly history: HistoryReach,
  ) {}

  /** A page of the records the principal may read, as JSON text `{"data":[…],"meta":{…}}`. */
  async list(principal: Principal, name: string, search: string, waiting?: Waiting): Promise<string> {
    const scope = this.readScope(principal, name)
    const { rest, cursor } = takeCursor(search)
    const {
      plan,
      cursor: other,
      asOf,
    } = this.listPlans.get(scope, rest, () => prepareList(parseQueryString(rest), scope))
    if (cursor !== undefined && other !== undefined)
      throw invalidAt('invalid_query', 'cursor', 'cursor is given more than once')
    if (asOf) await this.history.require(scope.collection, asOf)
    return this.lists.read(this.db.reads(waiting), plan, cursor ?? other, principal)
  }

  /** The same with the query in a body. */
  async query(principal: Principal, name: string, body: unknown, waiting?: Waiting): Promise<string> {
    const scope = this.readScope(principal, name)
    const { plan, cursor, asOf } = prepareList(parseQueryBody(body), scope)
    if (asOf) await this.history.require(scope.collection, asOf)
    return this.lists.read(this.db.reads(waiting), plan, cursor, principal)
  }

  /** One record. @throws record_not_found when there is none, or none the principal may read */
  async get(principal: Principal, name: string, id: string, search = '', target?: Executor): Promise<RecordAnswer> {
    const scope = this.readScope(principal, name)
    const found = await this.find(scope, principal, parseId(id), search, target)
    if (!found) throw recordNotFound(scope.collection)
    return found
  }

  /** The record, when it is there and lies within the scope; `search` is a query string with `fields`, `expand` and `asOf`. */
  async find(
    scope: RowScope,
    principal: Principal,
    id: string,
    search: string,
    target: Executor = this.db.reads(),
  ): Promise<RecordAnswer | undefined> {
    const plan = this.recordPlan(scope, principal, id, search)
    if (plan.asOf) await this.history.require(scope.collection, plan.asOf)
    const [row] = await run(target, plan, bindingsOf(principal), [id])
    if (!row) return undefined
    const json = row[0] as string
    return { json: plan.sealed ? this.cursors.seal(json, principal) : json, version: row[1] as number | null }
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private readScope(principal: Principal, name: string): RowScope {
    const collection = this.schemas.get(name)
    return requireScope(this.permissions.scopes(principal).read(collection), principal, 'read', collection)
  }

  /** Kept for all callers of the same rules, unless it goes on from a cursor, which is good for one caller and record. */
  private recordPlan(scope: RowScope, principal: Principal, id: string, search: string): PreparedGet {
    let opened = false
    const open: OpenExpandCursor = (cursor, key) => {
      opened = true
      return this.cursors.openExpanded(cursor, principal, key, id)
    }
    return this.recordPlans.get(
      scope,
      search,
      () => {
        const raw = parseQueryString(search, ['fields', 'expand', 'asOf'])
        const asOf = timeOf(raw)
        const plan = planGet(parseSelection(raw, asOf ? scopeAt(scope, asOf) : scope, 1, open))
        return asOf ? { ...plan, asOf } : plan
      },
      () => !opened,
    )
  }
}
