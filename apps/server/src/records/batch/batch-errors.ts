import { AppError } from '../../lib/index.js'
import { databaseErrorOf, toAppError } from '../../platform/db/index.js'

/**
 * The error of one operation as the error of the batch: paths lead into the request, and `operation` is the place of the
 * one that failed. What is not the caller's fault is left as it is, for whoever tries the transaction again.
 */
export function toBatchError(error: unknown, operation: number): unknown {
  const known = error instanceof AppError ? error : refusalOf(error)
  if (!known) return error
  const { errors, headers, extra, ...options } = known.options
  const { ETag: _, ...kept } = headers ?? {}
  return new AppError(known.code, known.detail, {
    ...options,
    headers: kept,
    errors: errors?.map((item) => ({ ...item, path: pathOf(item.path, item.code, operation) })),
    extra: { ...extra, operation },
  })
}

/** A value or reference PostgreSQL refused. A value that is missing may only mean that the schema has changed. */
const refusalOf = (error: unknown): AppError | undefined =>
  /^(22|23(?!502))/.test(databaseErrorOf(error)?.code ?? '') ? toAppError(error) : undefined

/** Paths of a record lie below `data`; that of an id is the operation's. */
const pathOf = (path: string, code: string, operation: number): string =>
  `operations.${operation}.${code === 'invalid_id' ? path : path === '' ? 'data' : `data.${path}`}`
