import { type ErrorCode, errorStatus, type Problem } from '@holdfast/contract'
import { HttpException } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { toAppError } from '../db/index.js'

const codes = Object.keys(errorStatus) as ErrorCode[]

/** The code that stands for a bare HTTP status, where a library gives no more than that. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  ...Object.fromEntries(codes.map((code) => [errorStatus[code], code]).reverse()),
  400: 'invalid_query',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  422: 'validation_failed',
  500: 'internal',
  503: 'unavailable',
}

const internal = (cause: unknown) => new AppError('internal', 'Something went wrong on our side', { cause })

/** What the caller is told of an error, whatever was thrown. Anything unknown is `internal` and keeps its cause for the log. */
export function explain(error: unknown): AppError {
  if (error instanceof AppError) return error
  const known = toAppError(error)
  if (known) return known
  const status = error instanceof HttpException ? error.getStatus() : undefined
  const code = status === undefined || status >= 500 ? undefined : codeOfStatus[status]
  return code === undefined ? internal(error) : new AppError(code, titleOf(code), { cause: error })
}

/** `unique_violation` → `Unique violation`. */
const titleOf = (code: ErrorCode): string => {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The body of an error answer (RFC 9457). */
export const toProblem = ({ code, status, detail, options }: AppError, requestId: string): Problem => ({
  type: `urn:holdfast:error:${code}`,
  title: titleOf(code),
  status,
  code,
  detail,
  ...(options.hint !== undefined && { hint: options.hint }),
  requestId,
  ...(options.errors !== undefined && { errors: options.errors }),
  ...options.extra,
})
