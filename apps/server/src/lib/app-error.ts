import { type ErrorCode, type ErrorItem, errorStatus } from '@holdfast/contract'

export interface AppErrorOptions {
  /** What the caller can do next. */
  hint?: string
  errors?: ErrorItem[]
  /** For the log only; never sent. */
  cause?: unknown
  /** Extra response headers, such as `Retry-After`. */
  headers?: Record<string, string>
  /** Extra members of the problem document, such as the current record of a version conflict. */
  extra?: Record<string, unknown>
}

/** An error that is meant for the caller. Everything else that is thrown becomes `internal`. */
export class AppError extends Error {
  readonly status: number

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly options: AppErrorOptions = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'AppError'
    this.status = errorStatus[code]
  }
}

/** Makes the constructor of one error code. */
export const defineError =
  (code: ErrorCode) =>
  (detail: string, options?: AppErrorOptions): AppError =>
    new AppError(code, detail, options)

/** An error about one place in the input. */
export const invalidAt = (code: ErrorCode, path: string, message: string, hint?: string): AppError =>
  new AppError(code, message, { errors: [{ path, code, message }], hint })
