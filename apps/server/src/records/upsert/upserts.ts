import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import { requireScope } from '../../permissions/index.js'
import { parseId } from '../record-id.js'
import { runBlaming } from '../write/halve.js'
import type { RawPart } from '../write/raw-record.js'
import { RecordWrites } from '../write/record-writes.js'
import type { Written } from '../write/run-write.js'
import { attempt, inOwnPart, type Target } from '../write/target.js'
import { couldCreate } from '../write/write-errors.js'
import { type WriteOptions, WriteSteps, type Writing } from '../write/write-steps.js'
import { parseUpsert, withoutId } from './parse-upsert.js'
import { runUpsert, type Upsert, type Upserted, type UpsertRecord } from './run-upsert.js'
import { parseUniqueKey } from './unique-key.js'

/** Updates records that are there, creates those that are not. Fields a body leaves out stay as they are. */
@Injectable()
export class Upserts {
  constructor(
    private readonly steps: WriteSteps,
    private readonly writes: RecordWrites,
  ) {}

  // ── by id ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Updates the record with this id, or creates it. */
  async byId(
    principal: Principal,
    name: string,
    id: string,
    raw: unknown,
    options: WriteOptions,
    target: Target,
  ): Promise<Upserted> {
    const recordId = parseId(id)
    const body = withoutId(raw, recordId)
    const update = () => this.writes.update(principal, name, recordId, body, options, target)
    const updated = await tryUpdate(this.steps.begin(principal, name, options, target), update)
    if (updated) return { written: updated, created: false }
    try {
      const record = { ...body, id: recordId }
      const written = await attempt(target, () => this.writes.create(principal, name, record, options, target))
      return { written, created: true }
    } catch (error) {
      if (!isTakenId(error)) throw error
      // The record is there, made meanwhile or outside the caller's rows: the one is updated, the other is not found.
      return { written: await update(), created: false }
    }
  }

  // ── by a unique key ────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Updates the records that have the same values in the fields of a unique key, creates the others: all or none, in the
   * order given. `by` names the fields: `email`, `author,title`.
   */
  async byKey(
    principal: Principal,
    name: string,
    by: string,
    parts: readonly RawPart[],
    options: WriteOptions,
    target: Target,
  ): Promise<Upserted[]> {
    if (parts.length > limits.bulkRecords)
      throw invalidAt('invalid_body', '', `At most ${limits.bulkRecords} records can be written at once`)
    const { records, upsert } = this.prepare(this.steps.begin(principal, name, options, target), by, parts)
    return runBlaming(target, records, (on, some) => runUpsert(on, some, upsert))
  }

  /** The same without a limit; where it is refused, nobody looks which record is to blame. */
  async allByKey(
    principal: Principal,
    name: string,
    by: string,
    parts: readonly RawPart[],
    options: WriteOptions,
    target: Target,
  ): Promise<Upserted[]> {
    const { records, upsert } = this.prepare(this.steps.begin(principal, name, options, target), by, parts)
    return records.length <= 1
      ? runUpsert(target, records, upsert)
      : inOwnPart(target, (tx) => runUpsert(tx, records, upsert))
  }

  private prepare(
    writing: Writing,
    by: string,
    parts: readonly RawPart[],
  ): { records: UpsertRecord[]; upsert: Upsert } {
    const { principal, collection, scopes } = writing
    const [update, create] = [scopes.update(collection), scopes.create(collection)]
    requireScope(update ?? create, principal, 'create', collection)
    const readable = scopes.read(collection)
    const key = parseUniqueKey(by, readable, create)
    const upsert = {
      key,
      readable: readable!,
      update: update && this.steps.prepare(writing, update),
      create: create && this.steps.prepare(writing, create),
    }
    return { records: parseUpsert(parts, upsert), upsert }
  }
}

/** The updated record; undefined when it may be one to create. */
async function tryUpdate(
  { collection, scopes }: Writing,
  update: () => Promise<Written>,
): Promise<Written | undefined> {
  const create = scopes.create(collection)
  // Who may only create is not told what an update would have been refused for.
  if (create && !scopes.update(collection)) return undefined
  try {
    return await update()
  } catch (error) {
    if (create && couldCreate(error)) return undefined
    throw error
  }
}

const isTakenId = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'unique_violation' && error.options.errors?.[0]?.path === 'id'
