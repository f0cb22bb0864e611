import type { ErrorCode } from '@holdfast/contract'
import pg from 'pg'
import { AppError } from '../../lib/index.js'

interface Meaning {
  readonly code: ErrorCode
  readonly detail: string
  readonly hint?: string
  readonly retryAfterSeconds?: number
}

const unavailable: Meaning = {
  code: 'unavailable',
  detail: 'The database is not available right now',
  retryAfterSeconds: 1,
}
const busy: Meaning = { code: 'unavailable', detail: 'The database is busy', retryAfterSeconds: 1 }
const conflict: Meaning = {
  code: 'transaction_conflict',
  detail: 'Other requests changed the same data at the same time',
  retryAfterSeconds: 1,
}
const badValue: Meaning = { code: 'invalid_value', detail: 'A value cannot be read as its type' }

/**
 * What a SQLSTATE means to the caller; a class of two characters stands for all its codes. The texts are ours: PostgreSQL's
 * name columns, constraints and values. Anything else is a fault of this server.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  '08': unavailable,
  '53': busy,
  '57P01': unavailable,
  '57P02': unavailable,
  '57P03': unavailable,
  '57P05': unavailable,
  '25006': { ...unavailable, detail: 'The database accepts no writes right now' },
  '25P03': { ...busy, detail: 'The transaction was idle for too long' },
  '57014': {
    code: 'query_timeout',
    detail: 'The query took too long',
    hint: 'Ask for less, or let an index serve it: an admin sees with explain=plan which one would.',
    retryAfterSeconds: 1,
  },
  '55P03': { ...busy, detail: 'The record or collection is being changed by another request' },
  '40001': conflict,
  '40P01': conflict,
  '23505': { code: 'unique_violation', detail: 'A record with this value exists already' },
  '23P01': { code: 'unique_violation', detail: 'A record with this value exists already' },
  '23503': { code: 'reference_violation', detail: 'A related record does not exist, or is still referred to' },
  '23001': { code: 'reference_violation', detail: 'The record is still referred to' },
  '23502': { code: 'validation_failed', detail: 'A required value is missing' },
  '23514': { code: 'validation_failed', detail: 'A value is not allowed' },
  '22001': { code: 'validation_failed', detail: 'A text is too long' },
  '22003': { code: 'validation_failed', detail: 'A number is out of range' },
  '22': badValue,
  '54': { code: 'query_too_complex', detail: 'The query is too complex' },
  // Raised by our own SQL.
  HF403: { code: 'forbidden', detail: 'You may not do this' },
  HF422: { code: 'validation_failed', detail: 'The record is not valid' },
  HF404: { code: 'record_not_found', detail: 'There is no such record' },
  HFADM: { code: 'conflict', detail: 'The last admin cannot lose the role' },
}

/** What pg and Node say, in words only, when a connection could not be had or broke. */
const connectionTrouble =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|Cannot use a pool after|Query read timeout)/
const networkTrouble = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EHOSTUNREACH',
])

/** What the caller may know of an error of the database; undefined for one that is not the database's, or is our own fault. */
export function toAppError(error: unknown): AppError | undefined {
  const cause = databaseErrorOf(error) ?? (error as NodeJS.ErrnoException)
  const meaning = cause instanceof pg.DatabaseError ? findMeaning(cause.code ?? '') : findTrouble(cause)
  if (meaning === undefined) return undefined
  const { code, detail, hint, retryAfterSeconds } = meaning
  return new AppError(code, detail, {
    cause: error,
    hint,
    headers: retryAfterSeconds === undefined ? undefined : { 'retry-after': String(retryAfterSeconds) },
  })
}

/** PostgreSQL's own error, also when TypeORM wrapped it: its `code` is the SQLSTATE, its `constraint` the constraint. */
export function databaseErrorOf(error: unknown): pg.DatabaseError | undefined {
  if (error instanceof pg.DatabaseError) return error
  const inner = (error as { driverError?: unknown } | undefined)?.driverError
  return inner instanceof pg.DatabaseError ? inner : undefined
}

/** The values of a statement cannot be sent: PostgreSQL was told nothing. */
export class Unsendable extends Error {
  constructor(cause: unknown) {
    super('The values of a statement cannot be sent', { cause })
  }
}

/** After an error of a statement the connection goes on; after any other it is not to be trusted. */
export const breaksConnection = (error: Error | null | undefined): boolean =>
  error != null && !(error instanceof Unsendable) && !(error instanceof pg.DatabaseError && error.severity === 'ERROR')

const findMeaning = (state: string): Meaning | undefined => meanings[state] ?? meanings[state.slice(0, 2)]

function findTrouble(error: unknown): Meaning | undefined {
  if (!(error instanceof Error)) return undefined
  const { syscall, code } = error as NodeJS.ErrnoException
  const network = (syscall === 'connect' || syscall === 'read' || syscall === 'write') && networkTrouble.has(code ?? '')
  return network || connectionTrouble.test(error.message) ? unavailable : undefined
}
