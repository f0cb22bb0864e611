import type { Collection } from '../collections/index.js'
import { type AppError, defineError, invalidAt } from '../lib/index.js'

export { bindingsOf } from '../permissions/index.js'

const notFound = defineError('record_not_found')

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The id in a path. @throws invalid_id */
export function parseId(id: string): string {
  if (!idPattern.test(id)) throw invalidAt('invalid_id', 'id', 'The id of a record is a UUID')
  return id.toLowerCase()
}

/** An upsert's body; the id in it, when given, must be the one in the path. */
export function withoutId(raw: unknown, id: string): Record<string, unknown> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw invalidAt('invalid_body', '', 'The record must be an object')
  const { id: given, ...body } = raw as Record<string, unknown>
  if (given !== undefined && (typeof given !== 'string' || given.toLowerCase() !== id))
    throw invalidAt('invalid_body', 'id', 'The id in the body is not the one in the path')
  return body
}

/** There is no such record, or none the caller may see. */
export const recordNotFound = (collection: Collection): AppError => notFound(`${collection.name} has no such record`)
