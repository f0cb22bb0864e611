import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import { bindingsOf, PermissionsService, type RowScope, requireScope } from '../../permissions/index.js'
import { type Executor, RecordDatabase, type Waiting } from '../../platform/db/index.js'
import { Cursors } from '../cursor/cursors.js'
import { parseLimit } from '../read/parse-limit.js'
import { parseSelection } from '../read/parse-selection.js'
import { parseQueryString } from '../read/raw-query.js'
import { parseId, recordNotFound } from '../record-id.js'
import { run } from '../run.js'
import { requireHistory } from './as-of.js'
import { planVersion, planVersions, type VersionRow, type VersionScopes, versionScopes } from './plan-versions.js'
import { toVersionJson } from './to-version.js'

/** Versions of records, each as the caller may read it under the rules of today. */
@Injectable()
export class VersionsService {
  private readonly scopes = new WeakMap<RowScope, VersionScopes>()

  constructor(
    private readonly db: RecordDatabase,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly cursors: Cursors,
  ) {}

  /** A page, newest first. @throws record_not_found where the caller may read none, not_kept */
  async list(principal: Principal, name: string, rawId: string, search: string, waiting?: Waiting): Promise<string> {
    const { scope, scopes } = this.begin(principal, name)
    const id = parseId(rawId)
    const raw = parseQueryString(search, ['limit', 'cursor', 'fields'])
    const limit = parseLimit(raw.limit, 'limit') ?? limits.defaultLimit
    const fields = raw.fields && parseSelection({ fields: raw.fields }, scopes.after, limit).fields
    const key = `versions ${scope.collection.id} ${id}`
    const from = raw.cursor === undefined ? null : this.cursors.open(raw.cursor, principal, key).values[0]!
    const plan = planVersions(scopes, fields, limit)
    const rows = await run(this.db.reads(waiting), plan, bindingsOf(principal), [id, from])
    if (rows.length === 0 && from === null) throw recordNotFound(scope.collection)
    const page = rows.slice(0, limit) as unknown as readonly VersionRow[]
    const last = rows.length > limit ? page.at(-1)![0] : undefined
    const next =
      last === undefined
        ? 'null'
        : `"${this.cursors.make({ direction: 'after', inclusive: false, values: [last] }, principal, key)}"`
    return `{"data":[${page.map(toVersionJson).join(',')}],"meta":{"nextCursor":${next}}}`
  }

  /** One version with its whole record. @throws record_not_found, not_kept */
  async get(principal: Principal, name: string, id: string, version: string, search: string): Promise<string> {
    const { fields } = parseQueryString(search, ['fields'])
    return toVersionJson(await this.find(principal, name, id, version, fields))
  }

  /** The row of a version. @throws record_not_found, not_kept */
  async find(
    principal: Principal,
    name: string,
    id: string,
    version: string,
    fields?: readonly string[],
    target: Executor = this.db,
  ): Promise<VersionRow> {
    const { scope, scopes } = this.begin(principal, name)
    const inputs = [parseId(id), parseVersion(version)]
    const selection = parseSelection(fields ? { fields } : {}, scopes.after)
    const plan = planVersion(scopes, selection.fields)
    const [row] = await run(target, plan, bindingsOf(principal), inputs)
    if (!row) throw recordNotFound(scope.collection)
    return row as unknown as VersionRow
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private begin(principal: Principal, name: string): { scope: RowScope; scopes: VersionScopes } {
    const collection = this.schemas.get(name)
    const scope = requireScope(this.permissions.scopes(principal).read(collection), principal, 'read', collection)
    requireHistory(collection)
    let scopes = this.scopes.get(scope)
    if (!scopes) {
      scopes = versionScopes(scope)
      this.scopes.set(scope, scopes)
    }
    return { scope, scopes }
  }
}

/** The number in a path. @throws invalid_value */
function parseVersion(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw invalidAt('invalid_value', 'version', 'A version is a number, from 1')
}
