import type { Collection } from '../collections/index.js'
import { type AppError, defineError, invalidAt } from '../lib/index.js'

const notFound = defineError('record_not_found')

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The id in a path. @throws invalid_id */
export function parseId(id: string): string {
  if (!idPattern.test(id)) throw invalidAt('invalid_id', 'id', 'The id of a record is a UUID')
  return id.toLowerCase()
}

/** There is no such record, or none the caller may see. */
export const recordNotFound = (collection: Collection): AppError => notFound(`${collection.name} has no such record`)
