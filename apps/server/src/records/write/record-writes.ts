import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { invalidAt } from '../../lib/index.js'
import { bindingsOf, requireScope } from '../../permissions/index.js'
import { holdsRecords } from '../nested/nested-parts.js'
import { NestedWrites } from '../nested/nested-writes.js'
import { parseId } from '../record-id.js'
import { parseBody } from './parse-body.js'
import { placesOf, type RawPart } from './raw-record.js'
import { runCreate, runCreates, runDelete, runUpdate, type Written } from './run-write.js'
import { withFreeSlugs } from './slugs.js'
import type { Target } from './target.js'
import { givenFields } from './write-body.js'
import { placeInvalid } from './write-errors.js'
import { requireWriteScope, type WriteOptions, WriteSteps } from './write-steps.js'

/**
 * Creates, updates and deletes records: collection → scopes → parse → plan → run. Every method writes in the target it is
 * given: in a transaction, or in the database, where what it does is one transaction by itself.
 */
@Injectable()
export class RecordWrites {
  constructor(
    private readonly steps: WriteSteps,
    private readonly nested: NestedWrites,
  ) {}

  /** Creates one record. */
  async create(
    principal: Principal,
    name: string,
    raw: unknown,
    options: WriteOptions,
    target: Target,
  ): Promise<Written> {
    const writing = this.steps.begin(principal, name, options, target)
    const { collection, scopes } = writing
    const scope = requireWriteScope(writing, 'create')
    if (holdsRecords(raw, collection)) return (await this.nested.create(writing, [{ raw, at: '' }]))[0]!
    const body = parseBody(raw, scope, scopes.read(collection))
    const write = this.steps.prepare(writing, scope)
    return withFreeSlugs(target, [body], ([one]) => runCreate(target, one!, write))
  }

  /** Creates many records, all or none, in the order given. */
  async createMany(
    principal: Principal,
    name: string,
    raw: readonly unknown[],
    options: WriteOptions,
    target: Target,
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
    target: Target,
  ): Promise<Written[]> {
    const writing = this.steps.begin(principal, name, options, target)
    const { collection, scopes } = writing
    const scope = requireWriteScope(writing, 'create')
    if (parts.some(({ raw }) => holdsRecords(raw, collection))) return this.nested.create(writing, parts)
    const readable = scopes.read(collection)
    const bodies = parts.map(({ raw, at }) => parseBody(raw, scope, readable, at))
    const write = this.steps.prepare(writing, scope)
    const placeOf = (index: number): string => parts[index]!.at
    return placeInvalid(bodies, placeOf, () => withFreeSlugs(target, bodies, (free) => runCreates(target, free, write)))
  }

  /** Updates one record. @throws record_not_found, version_conflict, forbidden when it would leave the rules */
  async update(
    principal: Principal,
    name: string,
    id: string,
    raw: unknown,
    options: WriteOptions,
    target: Target,
  ): Promise<Written> {
    const writing = this.steps.begin(principal, name, options, target)
    const { collection, scopes } = writing
    const scope = requireWriteScope(writing, 'update')
    const recordId = parseId(id)
    if (holdsRecords(raw, collection)) return this.nested.update(writing, recordId, raw)
    const body = parseBody(raw, scope, scopes.read(collection))
    if (givenFields(body).length === 0) throw invalidAt('invalid_body', '', 'The body names nothing to change')
    const write = this.steps.prepare(writing, scope)
    const written = await runUpdate(target, recordId, options.version, body, write)
    return written ?? this.steps.refuse(writing, recordId)
  }

  /** Deletes one record. @throws record_not_found, version_conflict, reference_violation */
  async delete(principal: Principal, name: string, id: string, options: WriteOptions, target: Target): Promise<void> {
    const writing = this.steps.begin(principal, name, options, target)
    const { collection, scopes } = writing
    const scope = requireScope(scopes.delete(collection), principal, 'delete', collection)
    const recordId = parseId(id)
    const deleted = await runDelete(target, recordId, options.version, scope, bindingsOf(principal))
    if (!deleted) await this.steps.refuse(writing, recordId)
  }
}
