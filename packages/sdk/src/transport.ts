import type { Grant, TokenSource } from './auth/session-keeper.js'
import { HoldfastError, NetworkError } from './errors.js'
import { exchange, type Wire } from './exchange.js'
import { waitFor } from './wait-for.js'

/** What every call takes. */
export interface CallOptions {
  /** Stops the call; it then throws the signal's reason. Nothing else ever cancels a call. */
  signal?: AbortSignal
}

/** Which part of a long list. */
export interface PageOptions extends CallOptions {
  limit?: number
  /** `meta.nextCursor` of the page before. */
  cursor?: string
}

/** What {@link Send} takes. */
export interface SendOptions extends CallOptions {
  /** Query string without `?`. */
  query?: string
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is, with a `content-type` in `headers`. */
  text?: string
  headers?: Readonly<Record<string, string>>
  /** Answers with a `Response` whose body is yet to be read. */
  stream?: boolean
}

/** Sends a request as the signed-in user. */
export type Send = (method: string, path: string, options?: SendOptions) => Promise<unknown>

/**
 * Sends again what may not have arrived, `retries` times, each time after a longer pause: requests that got no answer, also
 * where a proxy says so, and those the server could not serve just then. Writes carry a key, so that the server does none of them twice; a POST that has
 * none, such as an import, is not sent again where it may have arrived.
 */
export const withRetries =
  (send: Send, retries: number): Send =>
  async (method, path, options = {}) => {
    const isSafe = method !== 'POST' || isKeyed(method, path) || isQuery(path)
    const keyed = retries > 0 && isKeyed(method, path) ? withKey(options) : options
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await send(method, path, keyed)
      } catch (error) {
        if (attempt >= retries || !(isSafe ? isPassing(error) : isBusy(error))) throw error
        await pause(error, attempt, options.signal)
      }
    }
  }

/** Writes of records, also of deleted ones; signing in and the like must not be repeated. */
const isKeyed = (method: string, path: string): boolean =>
  method !== 'GET' && (path === '/batch' || /^\/collections\/[^/]+\/(records|trash)/.test(path))

const withKey = (options: SendOptions): SendOptions => ({
  ...options,
  headers: { 'idempotency-key': crypto.randomUUID(), ...options.headers },
})

/** Reads that travel in a body. */
const isQuery = (path: string): boolean => /^\/collections\/[^/]+\/(query|aggregate)$/.test(path)

const isPassing = (error: unknown): boolean => error instanceof NetworkError || isBusy(error) || isOfGateway(error)

/** A proxy could not reach the server, or got no answer from it: nodes behind it restart. */
const isOfGateway = (error: unknown): boolean =>
  error instanceof HoldfastError && error.code === 'unexpected_response' && [502, 504].includes(error.status)

const isBusy = (error: unknown): boolean =>
  error instanceof HoldfastError && (error.status === 503 || error.code === 'idempotency_in_progress')

const firstPauseMs = 200

function pause(error: unknown, attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const asked = error instanceof HoldfastError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
  const ms = Math.max(asked, firstPauseMs * 2 ** attempt * (0.5 + Math.random()))
  return waitFor(new Promise((resolve) => setTimeout(resolve, ms)), signal)
}

/** A token the server no longer takes is replaced once; the guard refused the request before it did anything. */
export const createSend =
  (wire: Wire, tokens: TokenSource): Send =>
  async (method, path, { query, ...options } = {}) => {
    const request = { method, path: query ? `${path}?${query}` : path, ...options }
    const grant = await tokens.grant(options.signal)
    try {
      return await exchange(wire, { ...request, ...proofOf(grant) })
    } catch (error) {
      if (!grant || !isRefusedToken(error)) throw error
      const other = await tokens.replace(grant, options.signal)
      if (!other) throw error
      return exchange(wire, { ...request, ...proofOf(other) })
    }
  }

const proofOf = (grant: Grant | undefined) => ({ token: grant?.token, csrfToken: grant?.csrfToken })

const isRefusedToken = (error: unknown): boolean =>
  error instanceof HoldfastError && (error.code === 'token_expired' || error.code === 'unauthenticated')

/** One part of a path. Names that would lead elsewhere are refused: an id comes from anywhere. */
export function segment(value: string): string {
  if (typeof value !== 'string' || /^\.{0,2}$/.test(value))
    throw new TypeError(`${JSON.stringify(value)} is not a name or id`)
  return encodeURIComponent(value)
}
