import type { OutboundHttp } from './outbound-http.js'
import type { OutboundRequest } from './outbound-request.js'

/** What libraries that fetch by themselves give. */
interface FetchOptions {
  readonly method?: string
  readonly headers?: Headers | Record<string, string>
  readonly body?: unknown
  readonly signal?: AbortSignal | null
}

const timeoutMs = 10_000

/**
 * `fetch` for libraries that want one: it goes the one way out, follows nothing, and takes only answers that are whole.
 * `plain`: whether http will do.
 * @throws TypeError, as `fetch` does
 */
export const createFetch =
  (outbound: OutboundHttp, { plain = false }: { plain?: boolean } = {}) =>
  async (url: string | URL, options: FetchOptions = {}): Promise<Response> => {
    if (!plain && !/^https:/i.test(String(url))) throw new TypeError('Only https is good enough here')
    const { method = 'GET', body, signal } = options
    const result = await outbound.send({
      method: method as OutboundRequest['method'],
      url: String(url),
      headers: Object.fromEntries(new Headers(options.headers)),
      ...(body !== undefined && body !== null && { body: String(body) }),
      ...(signal && { signal }),
      timeoutMs,
    })
    if (!result.ok) throw new TypeError(result.message)
    if (result.truncated) throw new TypeError('The answer is too large')
    const { status, headers } = result
    const contentType = headers['content-type']
    const head = { status, headers: contentType === undefined ? {} : { 'content-type': contentType } }
    return new Response(status === 204 || status === 304 ? null : result.body, head)
  }
