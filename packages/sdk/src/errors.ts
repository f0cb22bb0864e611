import type { ErrorCode, ErrorItem, Problem } from '@holdfast/contract'

/**
 * The server answered with an error. Branch on `code`: codes are stable, texts are not.
 *
 * @example
 * try {
 *   await client.collection('posts').create({ title: 'Hello', author: userId })
 * } catch (error) {
 *   if (error instanceof HoldfastError && error.code === 'validation_failed')
 *     for (const { path, message } of error.errors) console.log(path, message)
 *   else throw error
 * }
 */
export class HoldfastError extends Error {
  /** Stable name of what went wrong. `unexpected_response`: the answer did not come from a Holdfast server, but from a proxy, say. */
  readonly code: ErrorCode | 'unexpected_response'
  /** HTTP status. */
  readonly status: number
  /** What went wrong, in one sentence. */
  readonly detail: string
  /** What to do next, where that is known. */
  readonly hint: string | undefined
  /** What is wrong with the input, place by place; empty when the error has no place. */
  readonly errors: readonly ErrorItem[]
  /** The same id is in the server's log. */
  readonly requestId: string | undefined
  /** How long to wait before trying again; only where the server says so. */
  readonly retryAfterSeconds: number | undefined
  /** The whole answer; some errors carry more, such as the current record of a `version_conflict`. */
  readonly problem: Partial<Problem> & { readonly [member: string]: unknown }

  constructor(status: number, problem: HoldfastError['problem'], retryAfterSeconds?: number) {
    const detail = problem.detail ?? `The server answered ${status}`
    super(problem.hint ? `${detail} ${problem.hint}` : detail)
    this.name = 'HoldfastError'
    this.code = problem.code ?? 'unexpected_response'
    this.status = status
    this.detail = detail
    this.hint = problem.hint
    this.errors = problem.errors ?? []
    this.requestId = problem.requestId
    this.retryAfterSeconds = retryAfterSeconds
    this.problem = problem
  }
}

/**
 * The server could not be reached, or the connection broke before the whole answer came. A write may or may not have
 * happened.
 *
 * @example
 * try {
 *   await client.collection('posts').list()
 * } catch (error) {
 *   if (error instanceof NetworkError) console.log('You seem to be offline')
 *   else throw error
 * }
 */
export class NetworkError extends Error {
  constructor(url: string, cause: unknown) {
    super(`${url} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'NetworkError'
  }
}
