import { isDeepStrictEqual } from 'node:util'
import type { Json } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { requireScope, type WriteScope } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import { parseId, recordNotFound } from '../record-id.js'
import { type RecordAnswer, RecordsService } from '../records.service.js'
import { TrashService } from '../trash/trash.service.js'
import { RecordWrites } from '../write/record-writes.js'
import type { Written } from '../write/run-write.js'
import { inTransaction, type Target } from '../write/target.js'
import { requireWriteScope, type WriteOptions, WriteSteps, type Writing } from '../write/write-steps.js'
import type { VersionRow } from './plan-versions.js'
import { VersionsService } from './versions.service.js'

type Image = { readonly [field: string]: Json }

/** Which version of which record. */
interface VersionOf {
  readonly collection: string
  readonly id: string
  readonly version: string
}

/** Writes what a record was: an update like any other, by the caller's rules, of the fields that they may read and write. */
@Injectable()
export class VersionRestores {
  constructor(
    private readonly versions: VersionsService,
    private readonly records: RecordsService,
    private readonly writes: RecordWrites,
    private readonly trash: TrashService,
    private readonly steps: WriteSteps,
  ) {}

  /** A record that is deleted comes back first, as from the trash. @throws what an update throws, and a restore */
  restore(principal: Principal, of: VersionOf, options: WriteOptions, target: Target): Promise<Written> {
    const id = parseId(of.id)
    return inTransaction(target, async (tx) => {
      const writing = this.steps.begin(principal, of.collection, options, tx)
      const version = await this.versions.find(principal, of.collection, id, of.version, undefined, tx)
      const there = await this.find(writing, id)
      const isBack = !there && (await this.bringBack(writing, id, tx))
      const current = there ?? (await this.find(writing, id))
      if (isBack && !current) return { json: null, version: null }
      const scope = isBack ? writing.scopes.update(writing.collection) : requireWriteScope(writing, 'update')
      const body = scope ? changedFields(version, current, scope) : {}
      if (Object.keys(body).length > 0) {
        const written = isBack ? { ...options, version: undefined } : options
        return this.writes.update(principal, of.collection, id, body, written, tx)
      }
      return this.unchanged(writing, id, current)
    })
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The record as the caller may read it today. */
  private async find(
    { principal, collection, scopes, target }: Writing,
    id: string,
  ): Promise<RecordAnswer | undefined> {
    const readable = scopes.read(collection)
    return readable && this.records.find(readable, principal, id, '', target)
  }

  private async bringBack({ principal, collection, scopes }: Writing, id: string, tx: Executor): Promise<boolean> {
    const deletable = requireScope(scopes.delete(collection), principal, 'delete', collection)
    if (await this.trash.bringBack(tx, deletable, principal, id)) return true
    throw recordNotFound(collection)
  }

  /** There is nothing to write. */
  private async unchanged(writing: Writing, id: string, current: RecordAnswer | undefined): Promise<Written> {
    const { options, scopes, collection, principal, target } = writing
    if (options.version !== undefined && current?.version !== options.version) return this.steps.refuse(writing, id)
    const readable = scopes.read(collection)
    const found = readable && (await this.records.find(readable, principal, id, options.search, target))
    return found ?? { json: null, version: null }
  }
}

/** What is to be written so that the record becomes what it was. Fields there were not, then, stay as they are. */
function changedFields(
  [, , , , , , , , record, names]: VersionRow,
  current: RecordAnswer | undefined,
  scope: WriteScope,
): { [field: string]: Json } {
  const was = JSON.parse(record!) as Image
  const now = current ? (JSON.parse(current.json) as Image) : {}
  const known = new Set(JSON.parse(names) as string[])
  return Object.fromEntries(
    Object.entries(was).filter(([name, value]) => {
      const field = scope.collection.fields.get(name)!
      const there = known.has(name) || field.column === ''
      return there && isRestorable(field, scope) && !isDeepStrictEqual(value, now[name])
    }),
  )
}

const isRestorable = (field: Parameters<WriteScope['canWrite']>[0], scope: WriteScope): boolean =>
  !field.system && !field.definition.immutable && scope.canWrite(field)
