import type { ErrorItem } from '@holdfast/contract'
import { fieldsOfConstraint } from '../../collections/index.js'
import { AppError } from '../../lib/index.js'
import type { WriteScope } from '../../permissions/index.js'
import { databaseErrorOf, toAppError } from '../../platform/db/index.js'
import { InvalidRecord, invalidRecord } from './invalid-record.js'
import { idOf, type WriteBody } from './write-body.js'

/** Raised by `holdfast.require`: the written row does not satisfy the rule. */
export const isRuleViolation = (error: unknown): boolean => databaseErrorOf(error)?.code === 'HF403'

/** Is the record to blame, and not the server, the schema or other transactions? */
export function isRefusal(error: unknown): boolean {
  const known = error instanceof AppError ? error : toAppError(error)
  return known !== undefined && known.status < 500 && !/^(40|23502)/.test(databaseErrorOf(error)?.code ?? '')
}

/**
 * An error of a write in words of the collection: which field is taken, which relation points nowhere, what the record must
 * not become. A relation to a record that does not exist and one to a record the caller may not read are told alike.
 */
export function toWriteError(error: unknown, scope: WriteScope): unknown {
  const cause = databaseErrorOf(error)
  if (cause?.code === 'HF409') return missingReference([cause.detail ?? ''], error)
  if (cause?.code === 'HF422') return invalidRecord(cause.detail ?? '', cause.hint, scope, error)
  const fields = cause?.constraint ? fieldsOfConstraint(cause.constraint, scope.collection) : []
  if (fields.length === 0) return error
  if (cause?.code === '23503') return missingReference(fields, error)
  if (cause?.code === '23505') return taken(fields, error)
  return error
}

const missingReference = (fields: readonly string[], cause: unknown): AppError =>
  new AppError('reference_violation', `${fields.join(', ')} points at a record that does not exist`, {
    errors: fields.map((path) => ({
      path,
      code: 'reference_violation',
      message: `${path} points at a record that does not exist`,
    })),
    cause,
  })

/** A unique value belongs to another record. Which one is not told. */
export const taken = (fields: readonly string[], cause?: unknown): AppError =>
  new AppError('unique_violation', `A record with this ${fields.join(' and ')} exists already`, {
    errors: fields.map((path): ErrorItem => ({ path, code: 'unique_violation', message: `${path} is taken` })),
    cause,
  })

/** No update found the record, or the body holds fields that only a create may set. */
export const couldCreate = (error: unknown): boolean =>
  error instanceof AppError &&
  (error.code === 'record_not_found' ||
    error.code === 'field_not_writable' ||
    error.options.errors?.every(({ code }) => code === 'immutable') === true)

/** The error of one record among others, its paths below the place of the record. */
export function placeError(error: unknown, at: string): unknown {
  if (at === '' || !(error instanceof AppError)) return error
  const { code, detail, options } = error
  const errors = options.errors?.map((item) => ({ ...item, path: item.path === '' ? at : `${at}.${item.path}` }))
  return new AppError(code, detail, { ...options, errors: errors ?? [{ path: at, code, message: detail }] })
}

/** Runs a write of new records; of one that is not valid the error names the place, as `placeOf` tells it. */
export async function placeInvalid<T>(
  bodies: readonly WriteBody[],
  placeOf: (index: number) => string,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error
    const index = bodies.findIndex((body) => idOf(body) === error.recordId)
    throw index < 0 ? error : placeError(error, placeOf(index))
  }
}
