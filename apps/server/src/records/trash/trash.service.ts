import type { Json, RestoreResult, TrashedRecord } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { type Collection, SchemaCache } from '../../collections/index.js'
import { bindingsOf, PermissionsService, type RowScope, requireScope } from '../../permissions/index.js'
import { type Executor, RecordDatabase, type Waiting } from '../../platform/db/index.js'
import { conditionToSql, Params, SqlContext } from '../../query/index.js'
import { trashDaysOf } from '../past/kept-days.js'
import { ListReader } from '../read/list-reader.js'
import { planList } from '../read/plan-list.js'
import { parseQueryString } from '../read/raw-query.js'
import { parseId, recordNotFound } from '../record-id.js'
import { run } from '../run.js'
import { inTransaction, type Target } from '../write/target.js'
import { countByCollection, findOpen } from './count-open.js'
import { type Deleted, findCascade } from './find-cascade.js'
import { forgetDeleted } from './forget-deleted.js'
import { parseTrashQuery, splitLogged } from './parse-trash-query.js'
import { runRestore } from './run-restore.js'
import { requireTrash, trashScope } from './trash-scope.js'

const dayMs = 24 * 60 * 60 * 1000

/** Deleted records: listed, restored with what was deleted with them, purged. */
@Injectable()
export class TrashService {
  constructor(
    private readonly db: RecordDatabase,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly lists: ListReader,
  ) {}

  /** A page of the deleted records that the caller could have deleted and may read. @throws not_kept, forbidden, … */
  async list(principal: Principal, name: string, search: string, waiting?: Waiting): Promise<string> {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const readable = requireScope(scopes.read(collection), principal, 'read', collection)
    const deletable = requireScope(scopes.delete(collection), principal, 'delete', collection)
    requireTrash(collection)
    const raw = parseQueryString(search, ['filter', 'sort', 'fields', 'search', 'limit', 'cursor', 'count'])
    const plan = planList(parseTrashQuery(raw, trashScope(readable, deletable)))
    const db = this.db.reads(waiting)
    const page = JSON.parse(await this.lists.read(db, plan, raw.cursor, principal)) as TrashPage
    const trashed = page.data.map(splitLogged)
    const roots = trashed.map(({ id, tx, position }, root): Deleted => ({ root, collection, id, tx, position }))
    const cascade = await findOpen(
      db,
      await findCascade(db, roots, this.schemas.current.collections),
      scopes,
      bindingsOf(principal),
    )
    const days = trashDaysOf(collection.definition)!
    const data = trashed.map(({ id, at, user, record }, place): TrashedRecord => {
      const expiresAt = new Date(Date.parse(at) + days * dayMs).toISOString()
      const taken = countByCollection(cascade.filter(({ root }) => root === place))
      return { id, deletedAt: at, ...(user !== undefined && { deletedBy: user }), expiresAt, record, cascade: taken }
    })
    return JSON.stringify({ data, meta: page.meta })
  }

  /** Whoever may delete a record may bring it back. @throws record_not_found, conflict, unique_violation, reference_violation */
  async restore(principal: Principal, name: string, rawId: string, target: Target): Promise<RestoreResult> {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const deletable = requireScope(scopes.delete(collection), principal, 'delete', collection)
    requireTrash(collection)
    const id = parseId(rawId)
    return inTransaction(target, async (tx) => {
      const back = await this.bringBack(tx, deletable, principal, id)
      if (!back) throw recordNotFound(collection)
      return { restored: countByCollection(await findOpen(tx, back, scopes, bindingsOf(principal))) }
    })
  }

  /** The same without asking for a trash; undefined where the caller could not have deleted such a record. */
  async bringBack(
    tx: Executor,
    deletable: RowScope,
    principal: Principal,
    id: string,
  ): Promise<readonly Deleted[] | undefined> {
    const found = await this.find(tx, deletable, principal, id)
    return found && runRestore(tx, found, this.permissions.scopes(principal), this.schemas.current.collections)
  }

  /** Forgets a deleted record for good, with what was deleted with it and all their versions. For admins. */
  async purge(principal: Principal, name: string, rawId: string, target: Target): Promise<void> {
    const { collection, scope } = this.everything(principal, name)
    const id = parseId(rawId)
    await inTransaction(target, async (tx) => {
      const found = await this.find(tx, scope, principal, id)
      if (!found) throw recordNotFound(collection)
      await forgetDeleted(tx, [found], this.schemas.current.collections)
    })
  }

  /** Forgets all deleted records of a collection. For admins. @returns how many they were */
  async empty(principal: Principal, name: string, target: Target): Promise<number> {
    const { collection, scope } = this.everything(principal, name)
    return inTransaction(target, async (tx) => {
      const rows = await this.findRows(tx, scope, principal, null)
      const all = rows.map(([id, position, transaction], root): Deleted => {
        return { root, collection, id, position, tx: transaction }
      })
      await forgetDeleted(tx, all, this.schemas.current.collections)
      return all.length
    })
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private everything(principal: Principal, name: string): { collection: Collection; scope: RowScope } {
    const collection = this.schemas.get(name)
    requireTrash(collection)
    const scope = requireScope(this.permissions.scopes(principal).delete(collection), principal, 'delete', collection)
    return { collection, scope }
  }

  private async find(tx: Executor, scope: RowScope, principal: Principal, id: string): Promise<Deleted | undefined> {
    const [row] = await this.findRows(tx, scope, principal, id)
    return row && { root: 0, collection: scope.collection, id, position: row[1], tx: row[2] }
  }

  /** Deleted records within the scope: one, or all. */
  private async findRows(
    tx: Executor,
    deletable: RowScope,
    principal: Principal,
    id: string | null,
  ): Promise<readonly [id: string, position: number, tx: string][]> {
    const params = new Params()
    const context = new SqlContext(params)
    const scope = trashScope(deletable)
    const rows = context.rowsOf(scope, 'p')
    const one = id === null ? 'true' : `p."id" = ${params.input(0)}::uuid`
    const open = conditionToSql(scope.condition, 'p', context)
    const text = `select p."id", p."_position", p."_tx"::text from ${rows} where ${one} and ${open}`
    return (await run(tx, { text, params: params.sources }, bindingsOf(principal), [id])) as never
  }
}

interface TrashPage {
  readonly data: readonly { readonly [field: string]: Json }[]
  readonly meta: object
}
