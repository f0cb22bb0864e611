import { HoldfastError, NetworkError } from './errors.js'

/** Where requests go and through what. */
export interface Wire {
  readonly baseUrl: string
  readonly fetch: typeof fetch
  /** Sessions lie in cookies of the browser, not in tokens. */
  readonly cookies?: boolean
}

/** One HTTP request. */
export interface WireRequest {
  readonly method: string
  /** Below the base URL, with its query string. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is; its type stands in the headers. */
  readonly text?: string
  readonly token?: string
  /** Proves that a request with cookies comes from this app. */
  readonly csrfToken?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** The answer is wanted as it comes: see {@link exchange}. */
  readonly stream?: boolean
}

/**
 * Sends one request and reads its answer: JSON as a value, other types as text, no content as undefined; with `stream` what
 * is no problem as the answer of `fetch`, its body yet to be read.
 * @throws HoldfastError, NetworkError, or the signal's reason
 */
export async function exchange(wire: Wire, request: WireRequest): Promise<unknown> {
  const { response, text } = await fetchText(wire, request)
  if (text === undefined) return response
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  const answer = isJson ? parseJson(text) : undefined
  if (!response.ok) throw new HoldfastError(response.status, asProblem(answer), retryAfterSeconds(response))
  if (isJson && answer === undefined) throw new HoldfastError(response.status, { detail: 'The answer is not JSON' })
  return isJson ? answer : text || undefined
}

async function fetchText(wire: Wire, request: WireRequest): Promise<{ response: Response; text?: string }> {
  const { method, path, body, text: bodyText, token, csrfToken, signal } = request
  const headers: Record<string, string> = { accept: 'application/json', ...request.headers }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (token) headers['authorization'] = `Bearer ${token}`
  if (csrfToken && method !== 'GET') headers['x-csrf-token'] = csrfToken
  if (wire.cookies && /^\/(auth|admin\/setup)/.test(path)) headers['x-session-mode'] = 'cookie'
  const send = wire.fetch
  try {
    const response = await send(wire.baseUrl + path, {
      method,
      headers,
      body: bodyText ?? JSON.stringify(body),
      signal,
      ...(wire.cookies && { credentials: 'include' }),
    })
    return request.stream && response.ok ? { response } : { response, text: await response.text() }
  } catch (cause) {
    throw signal?.aborted ? signal.reason : new NetworkError(wire.baseUrl, cause)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const asProblem = (answer: unknown): HoldfastError['problem'] =>
  typeof answer === 'object' && answer !== null ? { ...answer } : {}

function retryAfterSeconds(response: Response): number | undefined {
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10)
  return Number.isNaN(seconds) ? undefined : seconds
}
