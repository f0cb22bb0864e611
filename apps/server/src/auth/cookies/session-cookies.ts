import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Inject, Injectable } from '@nestjs/common'
import { defineError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { OwnPages } from './own-page.js'
import { readCookie, writeCookie } from './parse-cookies.js'

declare module 'node:http' {
  interface IncomingMessage {
    /** Who is signed in here showed cookies: what answers with tokens answers with cookies, whatever else is asked for. */
    signedInByCookie?: boolean
  }
}

/** What a browser holds of a session. */
export interface CookieTokens {
  readonly sessionId: string
  readonly accessToken: string
  readonly refreshToken: string
}

const forbidden = defineError('forbidden')
const invalidCsrfToken = defineError('invalid_csrf_token')

/** The only routes that a refresh token is sent to. */
const refreshPath = '/api/v1/auth'
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Sessions that browsers hold in cookies, out of reach of scripts. Three of them: the access token; the refresh token, for
 * the routes that need it; and the id of the session, sealed, which ties the refresh token to this browser. On https the
 * first and the last are of this host alone (`__Host-`), so no neighbouring subdomain can slip its own session in.
 */
@Injectable()
export class SessionCookies {
  private readonly secure: boolean
  private readonly names: { readonly access: string; readonly session: string; readonly refresh: string }
  private readonly pages: OwnPages

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly secrets: Secrets,
  ) {
    this.secure = config.publicUrl.startsWith('https:')
    this.names = {
      access: this.secure ? '__Host-holdfast_access' : 'holdfast_access',
      session: this.secure ? '__Host-holdfast_session' : 'holdfast_session',
      refresh: this.secure ? '__Secure-holdfast_refresh' : 'holdfast_refresh',
    }
    this.pages = new OwnPages(config)
  }

  readAccessToken(request: IncomingMessage): string | undefined {
    return readCookie(request, this.names.access)
  }

  readRefreshToken(request: IncomingMessage): string | undefined {
    return readCookie(request, this.names.refresh)
  }

  /** The session this browser was given, whether or not it has ended since. */
  async readSessionId(request: IncomingMessage): Promise<string | undefined> {
    const [sessionId, seal, ...rest] = readCookie(request, this.names.session)?.split('.') ?? []
    if (sessionId === undefined || seal === undefined || rest.length > 0) return undefined
    return isEqual(seal, await this.seal(sessionId, 'session cookie')) ? sessionId : undefined
  }

  /** The session that an answer of ours with these cookies gives a browser. */
  sessionIdIn(setCookies: readonly string[]): string | undefined {
    const start = `${this.names.session}=`
    return (
      setCookies
        .find((line) => line.startsWith(start))
        ?.slice(start.length)
        .split('.')[0] || undefined
    )
  }

  /** What a page must send back to change anything: bound to the session, of use with its cookies only. */
  csrfToken(sessionId: string): Promise<string> {
    return this.seal(sessionId, 'csrf')
  }

  async write(response: ServerResponse, { sessionId, accessToken, refreshToken }: CookieTokens): Promise<void> {
    const session = `${sessionId}.${await this.seal(sessionId, 'session cookie')}`
    // The access token in it ends sooner: who then still shows it is told to refresh.
    this.set(response, [accessToken, session, refreshToken], this.config.refreshTokenTtlSeconds)
  }

  clear(response: ServerResponse): void {
    this.set(response, ['', '', ''], 0)
  }

  /** @throws forbidden where the request does not come from a page of ours */
  requireOwnPage(request: IncomingMessage): void {
    if (this.pages.isOne(request)) return
    throw forbidden('Pages of this origin may not use cookies here', {
      hint: 'Name the origin in CORS_ORIGINS. What is no browser sends the header Origin, or uses bearer tokens.',
    })
  }

  /**
   * A browser sends cookies whoever made it ask. So whatever changes something must come from a page of ours, and show what
   * only such a page can know; a socket, which every page may open and read, must come from one.
   * @throws forbidden, invalid_csrf_token
   */
  async requireIntent(request: IncomingMessage, sessionId: string): Promise<void> {
    const isSafe = safeMethods.has(request.method!)
    if (isSafe && request.headers.upgrade === undefined) return
    this.requireOwnPage(request)
    if (isSafe) return
    const given = request.headers['x-csrf-token']
    if (typeof given === 'string' && isEqual(given, await this.csrfToken(sessionId))) return
    throw invalidCsrfToken('The header X-CSRF-Token is missing or of another session', {
      hint: 'Send the csrfToken of the sign-in; GET /api/v1/auth/csrf gives it again',
    })
  }

  private set(response: ServerResponse, [access, session, refresh]: [string, string, string], maxAgeSeconds: number) {
    const { names, secure } = this
    response.appendHeader('Set-Cookie', [
      writeCookie(names.access, access, { path: '/', secure, maxAgeSeconds }),
      writeCookie(names.session, session, { path: '/', secure, maxAgeSeconds }),
      writeCookie(names.refresh, refresh, { path: refreshPath, secure, maxAgeSeconds }),
    ])
  }

  private async seal(sessionId: string, purpose: string): Promise<string> {
    return (await this.secrets.digest(sessionId, purpose)).toString('base64url')
  }
}

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
