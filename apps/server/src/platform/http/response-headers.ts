import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import helmet from 'helmet'
import type { Config } from '../config/index.js'
import type { AnswerWatch } from './answer-watch.js'

/** Headers of every answer, as Node takes them: name, value, name, value. */
type Pairs = readonly string[]

/** What a browser app of another origin may send, and may read of an answer. */
const corsRequestHeaders =
  'authorization, content-type, if-match, if-none-match, idempotency-key, last-event-id, prefer, x-api-key, x-bot-token, x-csrf-token, x-request-id, x-session-mode, x-view-as'
const corsExposedHeaders = 'etag, idempotency-replayed, location, retry-after, x-request-id'
const corsMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE'

/**
 * What every answer carries, whoever gives it: protection of browsers, the request id, CORS, no caching. A route that needs
 * another policy (a page, a file) sets that header itself and wins.
 */
export class ResponseHeaders {
  private readonly standard: Pairs
  private readonly names: ReadonlySet<string>
  private readonly origins: ReadonlySet<string>

  constructor(
    config: Pick<Config, 'corsOrigins' | 'publicUrl'>,
    private readonly watch: AnswerWatch,
  ) {
    const headers = { ...protectiveHeaders(config.publicUrl), 'cache-control': 'private, no-store' }
    this.standard = Object.entries(headers).flat()
    this.names = new Set(Object.keys(headers))
    this.origins = new Set(config.corsOrigins)
  }

  /** Writes the head of an answer: the standard headers, those set on the response before, and `given`. */
  write(response: ServerResponse, status: number, given: OutgoingHttpHeaders = {}): void {
    this.watch.tell(response, status, given)
    const pairs = this.pairsFor(response.req)
    if (response.getHeaderNames().length === 0 && !this.overrides(given)) {
      for (const name in given) pairs.push(name, given[name] as string)
      writeHead.call(response, status, pairs)
      return
    }
    for (let at = 0; at < pairs.length; at += 2)
      if (!response.hasHeader(pairs[at]!)) response.setHeader(pairs[at]!, pairs[at + 1]!)
    writeHead.call(response, status, given)
  }

  /** The answer to a browser that asks whether its page may call us. */
  writePreflight(response: ServerResponse): void {
    const allowed = this.isAllowed(response.req)
    const permission = {
      'access-control-allow-methods': corsMethods,
      'access-control-allow-headers': corsRequestHeaders,
      'access-control-max-age': '7200',
    }
    this.write(response, 204, allowed ? permission : {})
    response.end()
  }

  private pairsFor(request: IncomingMessage): string[] {
    const pairs = [...this.standard, 'x-request-id', request.id]
    if (this.origins.size === 0) return pairs
    pairs.push('vary', 'Origin')
    if (this.isAllowed(request))
      pairs.push(
        'access-control-allow-origin',
        request.headers.origin!,
        // Only origins that are named one by one get here; there is no `*`.
        'access-control-allow-credentials',
        'true',
        'access-control-expose-headers',
        corsExposedHeaders,
      )
    return pairs
  }

  private isAllowed({ headers }: IncomingMessage): boolean {
    return headers.origin !== undefined && this.origins.has(headers.origin)
  }

  private overrides(given: object): boolean {
    for (const name in given) if (this.names.has(name.toLowerCase()) || name.toLowerCase() === 'vary') return true
    return false
  }
}

const { writeHead } = ServerResponse.prototype

/** Helmet decides; asking it once instead of per request costs the hot path nothing. */
function protectiveHeaders(publicUrl: string): Record<string, string> {
  const headers: Record<string, string> = {}
  const decide = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: publicUrl.startsWith('https:'),
    xFrameOptions: { action: 'deny' },
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })
  const recorder = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value
    },
    removeHeader: () => {},
  }
  decide({} as IncomingMessage, recorder as unknown as ServerResponse, () => {})
  return headers
}
