import type { ErrorItem, Json } from '@holdfast/contract'
import type { Collection, Field, SqlValue } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import type { RowScope, WriteScope } from '../../permissions/index.js'
import type { RawRecord } from '../write/raw-record.js'

/** Fields no two records have the same values in. */
export type UniqueKey = readonly Field[]

/**
 * The unique key that a query names: `email`, `author,title`. A key with a field the caller may not read, or not set when
 * creating, is answered like one that does not exist. @throws invalid_query, naming the keys there are
 */
export function parseUniqueKey(by: string, readable: RowScope | undefined, create: WriteScope | undefined): UniqueKey {
  const isOpen = (field: Field) => readable?.readable(field.name) !== undefined && create?.canWrite(field) !== false
  const keys = readable ? uniqueKeysOf(readable.collection).filter((key) => key.every(isOpen)) : []
  const wanted = nameOf(by.split(','))
  const key = keys.find((candidate) => nameOf(candidate.map(({ name }) => name)) === wanted)
  if (key) return key
  const known = keys.map((candidate) => candidate.map(({ name }) => name).join(',')).join('; ')
  throw invalidAt(
    'invalid_query',
    'by',
    `${by.slice(0, 60)} is not a unique key`,
    known === '' ? undefined : `Unique keys you may use: ${known}`,
  )
}

const nameOf = (names: readonly string[]): string => [...names].sort().join(',')

const keysOf = new WeakMap<Collection, readonly UniqueKey[]>()

function uniqueKeysOf(collection: Collection): readonly UniqueKey[] {
  let keys = keysOf.get(collection)
  if (!keys) {
    const single = [...collection.fields.values()].filter(({ name, definition }) => name === 'id' || definition.unique)
    const composite = (collection.definition.indexes ?? []).filter(({ unique }) => unique)
    const fieldsOf = (texts: readonly string[]) => texts.map((text) => collection.fields.get(text.replace(/^-/, ''))!)
    keys = [...single.map((field) => [field]), ...composite.map(({ fields }) => fieldsOf(fields))]
    keysOf.set(collection, keys)
  }
  return keys
}

/** The values of a key in a body. A null never matches, so none may be. @throws validation_failed */
export function parseKeyValues(raw: RawRecord, key: UniqueKey, at: string): SqlValue[] {
  const errors: ErrorItem[] = []
  const values = key.map((field) => {
    const path = at === '' ? field.name : `${at}.${field.name}`
    const value = Object.hasOwn(raw, field.name) ? (raw[field.name] as Json) : null
    const report = (where: string, code: string, message: string) => void errors.push({ path: where, code, message })
    if (value === null) return void report(path, 'required', `${path} is required: it tells which record is meant`)
    return field.parseValue(value, path, report)
  })
  if (errors.length > 0) throw new AppError('validation_failed', errors[0]!.message, { errors })
  return values as SqlValue[]
}
