import { limits } from '@holdfast/contract'
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import type { Principal, UserPrincipal } from '../auth/index.js'
import { type Collection, SchemaCache } from '../collections/index.js'
import { AppError, defineError, invalidAt } from '../lib/index.js'
import { PermissionsService, RowScope, requireScope, WriteScope } from '../permissions/index.js'
import { Database, type Executor } from '../platform/db/index.js'
import type { Bindings } from '../query/index.js'
import { CursorCodec } from './cursor.js'
import { EstimateCache } from './estimate-cache.js'
import { parseBody } from './parse-body.js'
import { parseListQuery, parseSelection } from './parse-list-query.js'
import { type Plan, PlanCache } from './plan.js'
import { planGet } from './plan-get.js'
import { type ListPlan, planList } from './plan-list.js'
import { type Echo, planDelete } from './plan-write.js'
import { parseQueryBody, parseQueryString } from './raw-query.js'
import { parseId, withoutId } from './record-id.js'
import { runList } from './run-list.js'
import { run, runCreate, runCreateMany, runUpdate, type Write, type Written } from './run-write.js'
import type { Selection } from './selection.js'
import { withFreeSlugs } from './slugs.js'
import { givenFields, groupByFields, idOf, type WriteBody, withId } from './write-body.js'

const notFound = defineError('record_not_found')

/** JSON text as PostgreSQL built it, ready for the socket. */
export interface RecordAnswer {
  readonly json: string
  /** For the ETag; null where the caller may not read the version. */
  readonly version: number | null
}

/** What a caller asked of a write besides the body. */
export interface WriteOptions {
  /** The query string: `fields` and `expand` of the answer. */
  readonly search: string
  /** `Prefer: return=minimal`. */
  readonly minimal: boolean
  /** `If-Match`: the version the record must have. */
  readonly version?: number
}

/** Records of collections: every method is collection → scopes → parse → plan → run. */
@Injectable()
export class RecordsService implements OnApplicationBootstrap {
  private cursors!: CursorCodec
  private readonly estimates = new EstimateCache()
  private readonly listPlans = new PlanCache<ListPlan>()
  private readonly recordPlans = new PlanCache<Plan>()
  private readonly echoes = new PlanCache<Selection>()

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
  async get(principal: Principal, name: string, id: string, search = ''): Promise<RecordAnswer> {
    const scope = this.readScope(principal, name)
    const found = await this.find(scope, principal, parseId(id), search)
    if (!found) throw recordNotFound(scope.collection)
    return found
  }

  /** Creates one record. */
  async create(principal: Principal, name: string, raw: unknown, options: WriteOptions): Promise<Written> {
    const { scope, readable } = this.writeScope(principal, name, 'create')
    const body = withId(parseBody(raw, scope, readable), scope.collection)
    const write = this.prepareWrite(principal, scope, readable, options)
    return withFreeSlugs([body], ([one]) => runCreate(this.db, one!, write))
  }

  /** Creates many records, all or none, in the order given. */
  async createMany(
    principal: Principal,
    name: string,
    raw: readonly unknown[],
    options: WriteOptions,
  ): Promise<Written[]> {
    if (raw.length > limits.bulkRecords)
      throw invalidAt('invalid_body', '', `At most ${limits.bulkRecords} records can be created at once`)
    const { scope, readable } = this.writeScope(principal, name, 'create')
    const bodies = raw.map((item, index) => withId(parseBody(item, scope, readable, String(index)), scope.collection))
    const write = this.prepareWrite(principal, scope, readable, options)
    return withFreeSlugs(bodies, (free) => this.insertAll(free, write))
  }

  /** Records that name different fields take a statement each, all in one transaction. */
  private async insertAll(bodies: readonly WriteBody[], write: Write): Promise<Written[]> {
    const groups = groupByFields(bodies)
    if (groups.length <= 1) return runCreateMany(this.db, bodies, write)
    const written = new Array<Written>(bodies.length)
    await this.db.transaction(async (tx) => {
      for (const places of groups) {
        const group = await runCreateMany(
          tx,
          places.map((place) => bodies[place]!),
          write,
        )
        places.forEach((place, index) => {
          written[place] = group[index]!
        })
      }
    })
    return written
  }

  /** Updates one record. @throws record_not_found, version_conflict, forbidden when it would leave the rules */
  async update(principal: Principal, name: string, id: string, raw: unknown, options: WriteOptions): Promise<Written> {
    const { scope, readable } = this.writeScope(principal, name, 'update')
    const recordId = parseId(id)
    const body = parseBody(raw, scope, readable)
    if (givenFields(body).length === 0) throw invalidAt('invalid_body', '', 'The body names nothing to change')
    const write = this.prepareWrite(principal, scope, readable, options)
    const written = await runUpdate(this.db, recordId, options.version, body, write)
    return written ?? this.refuseWrite(principal, readable, scope.collection, recordId, options)
  }

  /** Updates the record with this id, or creates it. Fields the body leaves out stay as they are. */
  async upsert(
    principal: Principal,
    name: string,
    id: string,
    raw: unknown,
    options: WriteOptions,
  ): Promise<{ written: Written; created: boolean }> {
    const recordId = parseId(id)
    const body = withoutId(raw, recordId)
    const updated = await this.tryUpdate(principal, name, recordId, body, options)
    if (updated) return { written: updated, created: false }
    try {
      const written = await this.create(principal, name, { ...body, id: recordId }, options)
      return { written, created: true }
    } catch (error) {
      if (!isTakenId(error)) throw error
      // The record is there, made meanwhile or outside the caller's rows: the one is updated, the other is not found.
      return { written: await this.update(principal, name, recordId, body, options), created: false }
    }
  }

  /** Deletes one record. @throws record_not_found, version_conflict, reference_violation */
  async delete(principal: Principal, name: string, id: string, options: WriteOptions): Promise<void> {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const scope = requireScope(scopes.delete(collection), principal, 'delete', collection)
    const recordId = parseId(id)
    const versioned = options.version !== undefined
    const plan = this.recordPlans.get(scope, `delete ${versioned}`, () => planDelete(scope, versioned))
    const rows = await run(this.db, plan, bindingsOf(principal), [recordId, options.version ?? null])
    if (rows.length === 0) await this.refuseWrite(principal, scopes.read(collection), collection, recordId, options)
  }

  /**
   * Creates the user who signs up. What they choose beside the e-mail address must be theirs to change by an update, in a
   * record that satisfies the rule for it; `$user.<field>` has no value yet, so that nobody becomes what they claim.
   * @returns the id of the user
   */
  async createUser(email: string, profile: Readonly<Record<string, unknown>>, tx: Executor): Promise<string> {
    const collection = this.schemas.get('users')
    const reason = 'sign-up'
    const everything = WriteScope.everything('create', collection, reason)
    const readable = RowScope.everything(collection, reason)
    const body = withId(parseBody({ ...profile, email }, everything, readable), collection)
    const user = newUser(idOf(body))
    const chosen = givenFields(body).filter(({ name }) => Object.hasOwn(profile, name))
    const scope = (chosen.length > 0 && this.permissions.scopes(user).update(collection)) || everything
    const write = { scope, echo: undefined, echoKey: '', bindings: bindingsOf(user) }
    await runCreate(tx, body, write, scope.grants(chosen))
    return user.userId
  }

  /**
   * Creates a record on behalf of the system, past every rule: the first admin. `reason` says why.
   * @returns the id of the record
   */
  async createInternal(reason: string, name: string, raw: unknown, target: Executor = this.db): Promise<string> {
    const collection = this.schemas.get(name)
    const scope = WriteScope.everything('create', collection, reason)
    const readable = RowScope.everything(collection, reason)
    const body = withId(parseBody(raw, scope, readable), collection)
    await runCreate(target, body, { scope, echo: undefined, echoKey: '', bindings: {} })
    return idOf(body)
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private readScope(principal: Principal, name: string): RowScope {
    const collection = this.schemas.get(name)
    return requireScope(this.permissions.scopes(principal).read(collection), principal, 'read', collection)
  }

  private writeScope(
    principal: Principal,
    name: string,
    action: 'create' | 'update',
  ): { scope: WriteScope; readable: RowScope | undefined } {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const scope = requireScope(scopes[action](collection), principal, action, collection)
    return { scope, readable: scopes.read(collection) }
  }

  private async find(
    scope: RowScope,
    principal: Principal,
    id: string,
    search: string,
  ): Promise<RecordAnswer | undefined> {
    const plan = this.recordPlans.get(scope, `get ${search}`, () =>
      planGet(parseSelection(parseQueryString(search, ['fields', 'expand']), scope)),
    )
    const [row] = await run(this.db, plan, bindingsOf(principal), [id])
    return row && { json: row[0] as string, version: row[1] as number | null }
  }

  /** What a write answers with is checked before anything is written. */
  private prepareWrite(
    principal: Principal,
    scope: WriteScope,
    readable: RowScope | undefined,
    options: WriteOptions,
  ): Write {
    const echo = this.echo(readable, options)
    return { scope, echo, echoKey: options.minimal ? 'minimal' : options.search, bindings: bindingsOf(principal) }
  }

  private echo(readable: RowScope | undefined, { search, minimal }: WriteOptions): Echo {
    const parse = () => parseQueryString(search, ['fields', 'expand'])
    if (!readable || minimal) return void parse()
    return this.echoes.get(readable, search, () => parseSelection(parse(), readable))
  }

  private async tryUpdate(
    principal: Principal,
    name: string,
    id: string,
    raw: Record<string, unknown>,
    options: WriteOptions,
  ): Promise<Written | undefined> {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const scope = scopes.update(collection)
    // Who may only create is not told what an update would have been refused for.
    if (!scope && scopes.create(collection)) return undefined
    try {
      return await this.update(principal, name, id, raw, options)
    } catch (error) {
      if (couldCreate(error) && scopes.create(collection)) return undefined
      throw error
    }
  }

  /** Nothing was written: the record is not there for this caller, or `If-Match` named another version. */
  private async refuseWrite(
    principal: Principal,
    readable: RowScope | undefined,
    collection: Collection,
    id: string,
    options: WriteOptions,
  ): Promise<never> {
    const current =
      options.version === undefined || !readable ? undefined : await this.find(readable, principal, id, '')
    if (!current?.version || current.version === options.version) throw recordNotFound(collection)
    throw new AppError('version_conflict', 'The record has changed since you read it', {
      hint: 'Apply your change to the current record and send it again with its ETag.',
      headers: { ETag: `"v${current.version}"` },
      extra: { current: JSON.parse(current.json) as unknown },
    })
  }
}

const recordNotFound = (collection: Collection): AppError => notFound(`${collection.name} has no such record`)

const bindingsOf = (principal: Principal): Bindings =>
  principal.kind === 'public'
    ? { roles: ['public'] }
    : { userId: principal.userId, roles: ['public', 'user', ...principal.roles] }

/** Somebody of whom nothing is known but the id. */
const newUser = (userId: string): UserPrincipal => ({ kind: 'user', userId, sessionId: '', roles: [], admin: false })

/** No update found the record, or the body holds fields that only a create may set. */
const couldCreate = (error: unknown): boolean =>
  error instanceof AppError &&
  (error.code === 'record_not_found' ||
    error.code === 'field_not_writable' ||
    error.options.errors?.every(({ code }) => code === 'immutable') === true)

const isTakenId = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'unique_violation' && error.options.errors?.[0]?.path === 'id'
