import { type IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'
import type { Config } from '../config/index.js'
import type { AnswerWatch, HeaderList, HeaderPart } from './answer-watch.js'
import { msSinceArrival } from './request.js'

/** What a browser app of another origin may send, and may read of an answer. */
const corsRequestHeaders =
  'authorization, content-type, if-match, if-none-match, idempotency-key, last-event-id, prefer, x-api-key, x-bot-token, x-csrf-token, x-request-id, x-session-mode, x-view-as'
const corsExposedHeaders = 'etag, idempotency-replayed, location, retry-after, x-request-id'
/** What such an app is told that asks before it sends. */
const corsPermission: HeaderList = [
  'access-control-allow-methods',
  'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers',
  corsRequestHeaders,
  'access-control-max-age',
  '7200',
]

/**
 * What every answer carries, whoever gives it: protection of browsers, the request id, CORS, no caching. A route that needs
 * another policy (a page, a file) sets that header itself and wins.
 */
export class ResponseHeaders {
  private readonly standard: HeaderPart[]
  private readonly names: ReadonlySet<string>
  private readonly origins: ReadonlySet<string>

  constructor(
    config: Pick<Config, 'corsOrigins' | 'publicUrl'>,
    private readonly watch: AnswerWatch,
  ) {
    const headers = { ...protectiveHeaders(config.publicUrl), 'cache-control': 'private, no-store' }
    this.standard = Object.entries(headers).flat()
    this.names = new Set([...Object.keys(headers), 'vary'])
    this.origins = new Set(config.corsOrigins)
  }

  /** Writes the head of an answer: the standard headers, those set on the response before, and `given`. */
  write(
    response: ServerResponse,
    status: number,
    given: HeaderList = [],
    tookMs: number = msSinceArrival(response.req),
  ): void {
    this.watch.tell(response, status, given, tookMs)
    const own = this.ownOf(response.req)
    if (response.getHeaderNames().length === 0 && !this.overrides(given)) {
      writeHead.call(response, status, this.standard.concat(own, given))
      return
    }
    const all = this.standard.concat(own)
    for (let at = 0; at < all.length; at += 2) {
      const name = all[at] as string
      if (!response.hasHeader(name)) response.setHeader(name, all[at + 1]!)
    }
    writeHead.call(response, status, [...given])
  }

  /** The answer to a browser that asks whether its page may call us. */
  writePreflight(response: ServerResponse): void {
    const allowed = this.isAllowed(response.req)
    this.write(response, 204, allowed ? corsPermission : [])
    response.end()
  }

  /** Of the standard headers those that depend on the request. */
  private ownOf(request: IncomingMessage): string[] {
    const own = ['x-request-id', request.id]
    if (this.origins.size === 0) return own
    own.push('vary', 'Origin')
    if (this.isAllowed(request))
      own.push(
        'access-control-allow-origin',
        request.headers.origin!,
        // Only origins that are named one by one get here; there is no `*`.
        'access-control-allow-credentials',
        'true',
        'access-control-expose-headers',
        corsExposedHeaders,
      )
    return own
  }

  private isAllowed({ headers }: IncomingMessage): boolean {
    return headers.origin !== undefined && this.origins.has(headers.origin)
  }

  private overrides(given: HeaderList): boolean {
    for (let at = 0; at < given.length; at += 2) if (this.names.has(given[at] as string)) return true
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
