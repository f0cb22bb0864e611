import { type BatchOperation, type BatchRequest, type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { IsolationLevel } from '../../platform/db/index.js'
import { findReferences } from './references.js'

type Action = BatchOperation['action']

/** One operation, checked as far as can be told before the earlier ones have run. */
export interface Operation {
  readonly action: Action
  readonly collection: string
  /** May be a reference. */
  readonly id: string
  /** May hold references. */
  readonly data: { [field: string]: Json }
  readonly version?: number
}

export interface Batch {
  readonly operations: readonly Operation[]
  readonly isolation: IsolationLevel | undefined
  /** Operations whose results others refer to. */
  readonly referred: ReadonlySet<number>
}

type Member = 'id' | 'data' | 'version'

/** What an operation names beside its action and collection; `version` may be left out. */
const membersOf: Readonly<Record<Action, readonly Member[]>> = {
  create: ['data'],
  update: ['id', 'data', 'version'],
  upsert: ['id', 'data', 'version'],
  delete: ['id', 'version'],
  get: ['id'],
}

const isolationLevels: Readonly<Record<NonNullable<BatchRequest['isolation']>, IsolationLevel>> = {
  readCommitted: 'READ COMMITTED',
  repeatableRead: 'REPEATABLE READ',
  serializable: 'SERIALIZABLE',
}

/** Untrusted body → checked batch. @throws invalid_body with the path of what is wrong */
export function parseBatch(raw: unknown): Batch {
  const body = objectAt(raw, '')
  refuseUnknown(body, ['operations', 'isolation'], '')
  const { operations, isolation } = body
  if (!Array.isArray(operations)) throw refuse('operations', 'operations must be a list')
  if (operations.length > limits.batchOperations)
    throw refuse('operations', `A batch holds at most ${limits.batchOperations} operations`)
  if (isolation !== undefined && !(typeof isolation === 'string' && Object.hasOwn(isolationLevels, isolation)))
    throw refuse('isolation', `isolation must be one of ${Object.keys(isolationLevels).join(', ')}`)
  const checked = operations.map((operation, index) => parseOperation(operation, `operations.${index}`))
  return {
    operations: checked,
    isolation: isolation === undefined ? undefined : isolationLevels[isolation as keyof typeof isolationLevels],
    referred: checkReferences(checked),
  }
}

function parseOperation(raw: unknown, at: string): Operation {
  const operation = objectAt(raw, at)
  const { action, collection, id, data, version } = operation
  if (typeof action !== 'string' || !Object.hasOwn(membersOf, action))
    throw refuse(`${at}.action`, `action must be one of ${Object.keys(membersOf).join(', ')}`)
  const members = membersOf[action as Action]
  refuseUnknown(operation, ['action', 'collection', ...members], at)
  if (typeof collection !== 'string') throw refuse(`${at}.collection`, 'collection must be the name of a collection')
  if (members.includes('id') && typeof id !== 'string') throw refuse(`${at}.id`, 'id must be the id of a record')
  return {
    action: action as Action,
    collection,
    id: (id as string | undefined) ?? '',
    data: members.includes('data') ? objectAt(data, `${at}.data`) : {},
    ...(version !== undefined && { version: parseVersion(version, `${at}.version`) }),
  }
}

function parseVersion(version: unknown, at: string): number {
  if (Number.isInteger(version) && (version as number) > 0 && (version as number) < 2 ** 31) return version as number
  throw refuse(at, 'version must be the version the record must have, a whole number')
}

/** References lead back: to an operation before, and one that gives a record. */
function checkReferences(operations: readonly Operation[]): Set<number> {
  const referred = new Set<number>()
  operations.forEach(({ id, data }, index) => {
    const at = `operations.${index}`
    for (const { path, operation } of [...findReferences(id, `${at}.id`), ...findReferences(data, `${at}.data`)]) {
      if (operation >= index) throw refuse(path, `There is no operation ${operation} before this one`, escapeHint)
      if (operations[operation]!.action === 'delete') throw refuse(path, `Operation ${operation} deletes its record`)
      referred.add(operation)
    }
  })
  return referred
}

function objectAt(raw: unknown, path: string): { [key: string]: Json } {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as { [key: string]: Json }
  throw refuse(path, `${path || 'The body'} must be an object`)
}

function refuseUnknown(given: object, known: readonly string[], at: string): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown === undefined) return
  const path = at === '' ? unknown : `${at}.${unknown}`
  throw refuse(path, `${path.slice(0, 80)} is not known here`, `Known are ${known.join(', ')}.`)
}

const escapeHint = 'A text that only looks like a reference is written with one $ more: "$$0.id".'

const refuse = (path: string, message: string, hint?: string) => invalidAt('invalid_body', path, message, hint)
