import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal, UserPrincipal } from '../../auth/index.js'
import { type Collection, SchemaCache } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import { PermissionsService, RowScope, requireScope, WriteScope } from '../../permissions/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { holdsRecords, placesOf, type RawPart } from '../nested/nested-parts.js'
import { NestedParser } from '../nested/parse-nested.js'
import { RootNotFound, readWritten, runNested } from '../nested/run-nested.js'
import { type Plan, PlanCache } from '../plan.js'
import { parseSelection } from '../read/parse-selection.js'
import { parseQueryString } from '../read/raw-query.js'
import type { Selection } from '../read/selection.js'
import { bindingsOf, parseId, recordNotFound, withoutId } from '../record-id.js'
import { RecordsService } from '../records.service.js'
import { run } from '../run.js'
import { parseUpsert } from '../upsert/parse-upsert.js'
import { runUpsert, type Upsert, type Upserted, type UpsertRecord } from '../upsert/run-upsert.js'
import { parseUniqueKey } from '../upsert/unique-key.js'
import { attempt } from './attempt.js'
import { inOwnPart, runBlaming } from './halve.js'
import { parseBody } from './parse-body.js'
import { type Echo, planDelete } from './plan-write.js'
import {
  inTransaction,
  runCreate,
  runCreateMany,
  runUpdate,
  type Target,
  type Write,
  type Written,
} from './run-write.js'
import { withFreeSlugs } from './slugs.js'
import { givenFields, groupByFields, idOf, type WriteBody, withId } from './write-body.js'
import { couldCreate, placeInvalid } from './write-errors.js'

/** What a caller asked of a write besides the body. */
export interface WriteOptions {
  /** The query string: `fields` and `expand` of the answer. */
  readonly search: string
  /** `Prefer: return=minimal`. */
  readonly minimal: boolean
  /** `If-Match`: the version the record must have. */
  readonly version?: number
}

/**
 * Writes records: collection → scopes → parse → plan → run. Every method takes the transaction to write in; without one,
 * what it does is one transaction by itself.
 */
@Injectable()
export class RecordWrites {
  private readonly plans = new PlanCache<Plan>()
  private readonly echoes = new PlanCache<Selection>()

  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly records: RecordsService,
  ) {}

  /** Creates one record. */
  async create(
    principal: Principal,
    name: string,
    raw: unknown,
    options: WriteOptions,
    target: Target = this.db,
  ): Promise<Written> {
    const { scope, readable } = this.writeScope(principal, name, 'create')
    if (holdsRecords(raw, scope.collection))
      return (await this.createNested(principal, [{ raw, at: '' }], scope, readable, options, target))[0]!
    const body = withId(parseBody(raw, scope, readable), scope.collection)
    const write = this.prepareWrite(principal, scope, readable, options)
    return withFreeSlugs(target, [body], ([one]) => runCreate(target, one!, write))
  }

  /** Creates many records, all or none, in the order given. */
  async createMany(
    principal: Principal,
    name: string,
    raw: readonly unknown[],
    options: WriteOptions,
    target: Target = this.db,
  ): Promise<Written[]> {
    if (raw.length > limits.bulkRecords)
      throw invalidAt('invalid_body', '', `At most ${limits.bulkRecords} records can be created at once`)
    return this.createAll(principal, name, placesOf(raw), options, target)
  }

  /** The same without a limit, for records that know their places. */
  async createAll(
    principal: Principal,
    name: string,
    parts: readonly RawPart[],
    options: WriteOptions,
    target: Target = this.db,
  ): Promise<Written[]> {
    const { scope, readable } = this.writeScope(principal, name, 'create')
    if (parts.some(({ raw }) => holdsRecords(raw, scope.collection)))
      return this.createNested(principal, parts, scope, readable, options, target)
    const bodies = parts.map(({ raw, at }) => withId(parseBody(raw, scope, readable, at), scope.collection))
    const write = this.prepareWrite(principal, scope, readable, options)
    const placeOf = (index: number): string => parts[index]!.at
    return placeInvalid(bodies, placeOf, () =>
      withFreeSlugs(target, bodies, (free) => this.insertAll(free, write, target)),
    )
  }

  /** Records that name different fields take a statement each, all in one transaction. */
  private async insertAll(bodies: readonly WriteBody[], write: Write, target: Target): Promise<Written[]> {
    const groups = groupByFields(bodies)
    if (groups.length <= 1) return runCreateMany(target, bodies, write)
    const written = new Array<Written>(bodies.length)
    await inTransaction(target, async (tx) => {
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
  async update(
    principal: Principal,
    name: string,
    id: string,
    raw: unknown,
    options: WriteOptions,
    target: Target = this.db,
  ): Promise<Written> {
    const { scope, readable } = this.writeScope(principal, name, 'update')
    const recordId = parseId(id)
    if (holdsRecords(raw, scope.collection))
      return this.updateNested(principal, recordId, raw, scope, readable, options, target)
    const body = parseBody(raw, scope, readable)
    if (givenFields(body).length === 0) throw invalidAt('invalid_body', '', 'The body names nothing to change')
    const write = this.prepareWrite(principal, scope, readable, options)
    const written = await runUpdate(target, recordId, options.version, body, write)
    return written ?? this.refuseWrite(principal, readable, scope.collection, recordId, options, target)
  }

  /** Updates the record with this id, or creates it. Fields the body leaves out stay as they are. */
  async upsert(
    principal: Principal,
    name: string,
    id: string,
    raw: unknown,
    options: WriteOptions,
    target: Target = this.db,
  ): Promise<{ written: Written; created: boolean }> {
    const recordId = parseId(id)
    const body = withoutId(raw, recordId)
    const updated = await this.tryUpdate(principal, name, recordId, body, options, target)
    if (updated) return { written: updated, created: false }
    try {
      const record = { ...body, id: recordId }
      const written = await attempt(target, () => this.create(principal, name, record, options, target))
      return { written, created: true }
    } catch (error) {
      if (!isTakenId(error)) throw error
      // The record is there, made meanwhile or outside the caller's rows: the one is updated, the other is not found.
      return { written: await this.update(principal, name, recordId, body, options, target), created: false }
    }
  }

  /**
   * Updates the records that have the same values in the fields of a unique key, creates the others: all or none, in the
   * order given. `by` names the fields: `email`, `author,title`.
   */
  async upsertBy(
    principal: Principal,
    name: string,
    by: string,
    bodies: readonly RawPart[],
    options: WriteOptions,
    target: Target = this.db,
  ): Promise<Upserted[]> {
    if (bodies.length > limits.bulkRecords)
      throw invalidAt('invalid_body', '', `At most ${limits.bulkRecords} records can be written at once`)
    const { records, upsert } = this.prepareUpsert(principal, name, by, bodies, options)
    return runBlaming(target, records, (on, part) => runUpsert(on, part, upsert))
  }

  /** The same without a limit; where it is refused, nobody looks which record is to blame. */
  async upsertAll(
    principal: Principal,
    name: string,
    by: string,
    bodies: readonly RawPart[],
    options: WriteOptions,
    target: Target = this.db,
  ): Promise<Upserted[]> {
    const { records, upsert } = this.prepareUpsert(principal, name, by, bodies, options)
    return records.length <= 1
      ? runUpsert(target, records, upsert)
      : inOwnPart(target, (tx) => runUpsert(tx, records, upsert))
  }

  private prepareUpsert(
    principal: Principal,
    name: string,
    by: string,
    bodies: readonly RawPart[],
    options: WriteOptions,
  ): { records: UpsertRecord[]; upsert: Upsert } {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const [update, create] = [scopes.update(collection), scopes.create(collection)]
    requireScope(update ?? create, principal, 'create', collection)
    const readable = scopes.read(collection)
    const key = parseUniqueKey(by, readable, create)
    const upsert = {
      key,
      readable: readable!,
      update: update && this.prepareWrite(principal, update, readable, options),
      create: create && this.prepareWrite(principal, create, readable, options),
    }
    return { records: parseUpsert(bodies, upsert), upsert }
  }

  /** Deletes one record. @throws record_not_found, version_conflict, reference_violation */
  async delete(
    principal: Principal,
    name: string,
    id: string,
    options: WriteOptions,
    target: Target = this.db,
  ): Promise<void> {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const scope = requireScope(scopes.delete(collection), principal, 'delete', collection)
    const recordId = parseId(id)
    const versioned = options.version !== undefined
    const plan = this.plans.get(scope, `delete ${versioned}`, () => planDelete(scope, versioned))
    const rows = await run(target, plan, bindingsOf(principal), [recordId, options.version ?? null])
    if (rows.length === 0)
      await this.refuseWrite(principal, scopes.read(collection), collection, recordId, options, target)
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

  // ── bodies with records in them ────────────────────────────────────────────────────────────────────────────────────

  private async createNested(
    principal: Principal,
    parts: readonly RawPart[],
    { collection }: WriteScope,
    readable: RowScope | undefined,
    options: WriteOptions,
    target: Target,
  ): Promise<Written[]> {
    const parser = new NestedParser(this.permissions.scopes(principal))
    const ids = parts.map(({ raw, at }) => parser.create(raw, collection, at))
    parser.refuseInvalid()
    const echo = this.echo(readable, options)
    const bindings = bindingsOf(principal)
    return runNested(target, parser.steps, bindings, undefined, (tx) =>
      readWritten(tx, collection, ids, echo, options.search, bindings),
    )
  }

  private async updateNested(
    principal: Principal,
    id: string,
    raw: unknown,
    { collection }: WriteScope,
    readable: RowScope | undefined,
    options: WriteOptions,
    target: Target,
  ): Promise<Written> {
    const parser = new NestedParser(this.permissions.scopes(principal))
    parser.update(id, raw, collection)
    parser.refuseInvalid()
    const echo = this.echo(readable, options)
    const bindings = bindingsOf(principal)
    try {
      const written = await runNested(target, parser.steps, bindings, options.version, (tx) =>
        readWritten(tx, collection, [id], echo, options.search, bindings),
      )
      return written[0]!
    } catch (error) {
      if (!(error instanceof RootNotFound)) throw error
      return this.refuseWrite(principal, readable, collection, id, options, target)
    }
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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
    target: Target,
  ): Promise<Written | undefined> {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const scope = scopes.update(collection)
    // Who may only create is not told what an update would have been refused for.
    if (!scope && scopes.create(collection)) return undefined
    try {
      return await this.update(principal, name, id, raw, options, target)
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
    target: Target,
  ): Promise<never> {
    const current =
      options.version === undefined || !readable
        ? undefined
        : await this.records.find(readable, principal, id, '', target)
    if (!current?.version || current.version === options.version) throw recordNotFound(collection)
    throw new AppError('version_conflict', 'The record has changed since you read it', {
      hint: 'Apply your change to the current record and send it again with its ETag.',
      headers: { ETag: `"v${current.version}"` },
      extra: { current: JSON.parse(current.json) as unknown },
    })
  }
}

/** Somebody of whom nothing is known but the id. */
const newUser = (userId: string): UserPrincipal => ({ kind: 'user', userId, sessionId: '', roles: [], admin: false })

const isTakenId = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'unique_violation' && error.options.errors?.[0]?.path === 'id'
