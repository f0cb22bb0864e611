import { type Collection, fieldsOfConstraint } from '../../collections/index.js'
import { AppError } from '../../lib/index.js'
import type { Scopes } from '../../permissions/index.js'
import { databaseErrorOf } from '../../platform/db/index.js'

/** What stands in the way of a restore, by the SQLSTATE of it. */
const obstacles = {
  '23505': { code: 'unique_violation', status: 'is taken by another record' },
  '23503': { code: 'reference_violation', status: 'points at a record that does not exist' },
  '23502': { code: 'validation_failed', status: 'is required, and the deleted record has no value for it' },
} as const

/**
 * Runs a restore; what stands in its way is told with its path: of a record that comes with another, below its collection.
 * A field that the caller may not read is not named.
 */
export async function tellConflict<T>(
  collections: readonly Collection[],
  scopes: Scopes,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw conflictOf(error, collections, scopes)
  }
}

function conflictOf(error: unknown, collections: readonly Collection[], scopes: Scopes): unknown {
  const cause = databaseErrorOf(error)
  const obstacle = obstacles[cause?.code as keyof typeof obstacles]
  const at = collections.findIndex(({ name }) => name === cause?.table)
  const collection = collections[at]
  if (!cause || !obstacle || !collection) return error
  const names = cause.column ? [cause.column] : fieldsOfConstraint(cause.constraint ?? '', collection)
  const told = names.filter((name) => scopes.read(collection)?.readable(name))
  const paths = told.length === 0 ? [''] : told.map((name) => (at === 0 ? name : `${collection.name}.${name}`))
  const message = `${paths.join(' and ') || 'A value'} ${obstacle.status}`
  return new AppError(obstacle.code, `The record cannot come back: ${message}`, {
    errors: paths.map((path) => ({ path, code: obstacle.code, message })),
    cause: error,
  })
}
