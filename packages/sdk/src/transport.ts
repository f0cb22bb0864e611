import { HoldfastError } from './errors.js'
import { exchange, type Wire } from './exchange.js'
import type { TokenSource } from './session-keeper.js'

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
  headers?: Readonly<Record<string, string>>
}

/** Sends a request as the signed-in user. */
export type Send = (method: string, path: string, options?: SendOptions) => Promise<unknown>

/** A token the server no longer takes is replaced once; the guard refused the request before it did anything. */
export const createSend =
  (wire: Wire, tokens: TokenSource): Send =>
  async (method, path, { query, ...options } = {}) => {
    const request = { method, path: query ? `${path}?${query}` : path, ...options }
    const grant = await tokens.grant(options.signal)
    try {
      return await exchange(wire, { ...request, token: grant?.token })
    } catch (error) {
      if (!grant || !isRefusedToken(error)) throw error
      const other = await tokens.replace(grant, options.signal)
      if (!other) throw error
      return exchange(wire, { ...request, token: other.token })
    }
  }

const isRefusedToken = (error: unknown): boolean =>
  error instanceof HoldfastError && (error.code === 'token_expired' || error.code === 'unauthenticated')

/** One part of a path. Names that would lead elsewhere are refused: an id comes from anywhere. */
export function segment(value: string): string {
  if (typeof value !== 'string' || /^\.{0,2}$/.test(value))
    throw new TypeError(`${JSON.stringify(value)} is not a name or id`)
  return encodeURIComponent(value)
}
