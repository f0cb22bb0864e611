import type { SqlValue } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import { parseBody } from '../write/parse-body.js'
import { isRecord, type RawPart, type RawRecord } from '../write/raw-record.js'
import type { WriteBody } from '../write/write-body.js'
import { couldCreate } from '../write/write-errors.js'
import type { Upsert, UpsertRecord } from './run-upsert.js'
import { parseKeyValues, type UniqueKey } from './unique-key.js'

/** The body of an upsert by id; the id in it, when given, must be the one in the path. @throws invalid_body */
export function withoutId(raw: unknown, id: string): RawRecord {
  if (!isRecord(raw)) throw invalidAt('invalid_body', '', 'The record must be an object')
  const { id: given, ...body } = raw
  if (given !== undefined && (typeof given !== 'string' || given.toLowerCase() !== id))
    throw invalidAt('invalid_body', 'id', 'The id in the body is not the one in the path')
  return body
}

/** Bodies of an upsert by a unique key. @throws for what neither an update nor a create could take */
export function parseUpsert(bodies: readonly RawPart[], upsert: Upsert): UpsertRecord[] {
  const seen = new Set<string>()
  return bodies.map(({ raw, at }) => {
    if (!isRecord(raw)) throw invalidAt('invalid_body', at, 'The record must be an object')
    const record = parseRecord(raw, at, upsert)
    const values = JSON.stringify(record.match)
    if (seen.has(values)) throw duplicate(upsert.key, at)
    seen.add(values)
    return record
  })
}

function parseRecord(raw: RawRecord, at: string, { key, readable, update, create }: Upsert): UpsertRecord {
  const { collection } = readable
  const values = parseKeyValues(raw, key, at)
  const id = collection.fields.get('id')!
  const named = Object.hasOwn(raw, 'id') && !key.includes(id)
  const match: SqlValue[] = named ? [...values, ...parseKeyValues(raw, [id], at)] : values
  return {
    at,
    match,
    update: update ? parseChange(withoutFields(raw, [...key, id]), at, { readable, update, create }) : notFoundByUpdate,
    create: () => parseBody(raw, create!.scope, readable),
  }
}

/** What the body changes in a record that is there; the reason where it holds what only a create may set. */
function parseChange(
  raw: RawRecord,
  at: string,
  { readable, update, create }: Omit<Upsert, 'key'>,
): WriteBody | AppError {
  try {
    return parseBody(raw, update!.scope, readable, at)
  } catch (error) {
    if (create && couldCreate(error)) return error as AppError
    throw error
  }
}

const notFoundByUpdate = new AppError('forbidden', 'Your roles do not allow you to update records')

const withoutFields = (raw: RawRecord, fields: UniqueKey): RawRecord => {
  const names = new Set(fields.map(({ name }) => name))
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !names.has(name)))
}

const duplicate = (key: UniqueKey, at: string): AppError => {
  const path = `${at}.${key[0]!.name}`
  return new AppError('validation_failed', `${path} is in the list already`, {
    errors: key.map(({ name }) => ({
      path: `${at}.${name}`,
      code: 'duplicate',
      message: `${at}.${name} is in the list already`,
    })),
  })
}
