import type { IncomingMessage } from 'node:http'
import { Injectable } from '@nestjs/common'
import { AppError } from '../lib/index.js'
import { AccessTokens } from './access-tokens.js'
import { invalidToken } from './auth-errors.js'
import { SessionCookies } from './cookies/session-cookies.js'
import { ApiKeys, type Visit } from './keys/api-keys.js'
import { twoCredentials } from './keys/key-errors.js'
import { looksLikeKey } from './keys/key-text.js'
import type { StoredKey } from './keys/stored-key.js'
import { credentialOf, type Holder } from './principal.js'
import { Principals } from './principals.js'
import { readBearer } from './read-bearer.js'

/** Who a token or an API key stands for, and until when. */
export interface Identity {
  readonly principal: Holder
  readonly expiresAtMs: number
}

/** Tells who is asking by what they show. */
@Injectable()
export class Identities {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly principals: Principals,
    private readonly cookies: SessionCookies,
    private readonly keys: ApiKeys,
  ) {}

  /**
   * By the token or API key in the headers or, where there is none, by a cookie; undefined where there is nothing. A
   * publishable key beside what stands for a user must be good, and the user counts. On the ways in, which sign in,
   * refresh and sign out, a cookie that is not good is as none: a browser sends it along however little it is still worth.
   * @throws unauthenticated, token_expired, forbidden and, for cookies, invalid_csrf_token
   */
  async ofRequest(request: IncomingMessage, isWayIn = false): Promise<Identity | undefined> {
    const token = readBearer(request)
    const appKey = readAppKey(request)
    const key = appKey === undefined ? undefined : await this.keys.identify(appKey, request)
    if (key !== undefined && !isPublishable(key.principal)) {
      if (token !== undefined) throw twoCredentials()
      return key
    }
    if (token !== undefined && key !== undefined && looksLikeKey(token)) throw twoCredentials()
    if (token !== undefined) return this.identify(token, request)
    const found = this.ofCookie(request)
    return (await (isWayIn ? found.catch(ignoreRefusal) : found)) ?? key
  }

  /** @throws unauthenticated, token_expired, forbidden, invalid_csrf_token */
  private async ofCookie(request: IncomingMessage): Promise<Identity | undefined> {
    const token = this.cookies.readAccessToken(request)
    if (token === undefined) return undefined
    const identity = await this.identify(token, request)
    const { principal } = identity
    // Cookies hold sessions that were opened here, and nothing else that stands for somebody.
    if (principal.kind !== 'user' || principal.keyId !== undefined) throw invalidToken()
    await this.cookies.requireIntent(request, principal.sessionId)
    request.signedInByCookie = true
    return identity
  }

  /** `visit`: where it is shown from; a key that is bound to places is good nowhere else. @throws unauthenticated, token_expired, forbidden */
  async identify(token: string, visit: Visit = nowhere): Promise<Identity> {
    if (looksLikeKey(token)) return this.keys.identify(token, visit)
    const { sessionId, userId, expiresAtMs } = this.tokens.findVerified(token) ?? (await this.tokens.verify(token))
    const principal = this.principals.findCached(sessionId) ?? (await this.principals.find(sessionId))
    if (principal?.userId !== userId) throw invalidToken()
    return { principal, expiresAtMs }
  }

  /** The principal as memory knows it, without waiting; undefined when the database must be asked. */
  findCached(token: string, visit: Visit): Holder | undefined {
    if (looksLikeKey(token)) return this.keys.findCached(token, visit)?.principal
    const nowMs = Date.now()
    const claims = this.tokens.findVerified(token, nowMs)
    const principal = claims && this.principals.findCached(claims.sessionId, nowMs)
    return principal?.userId === claims?.userId ? principal : undefined
  }

  /** Who it is by now, for what lasts; undefined when the session or the key has ended or its user is gone. */
  async findCurrent(principal: Holder): Promise<Holder | undefined> {
    const credential = credentialOf(principal)
    if (principal.keyId === undefined)
      return this.principals.findCached(credential) ?? (await this.principals.find(credential))
    const key = (await this.keys.load([credential])).get(credential)
    return key && ofSamePlaces(principal, key.principal)
  }

  /** The same of many at once, by their sessions and keys; those that have ended are not among the answers. */
  async findAllCurrent(principals: readonly Holder[]): Promise<ReadonlyMap<string, Holder>> {
    const [keys, sessions] = [new Set<string>(), new Set<string>()]
    for (const principal of principals) (principal.keyId === undefined ? sessions : keys).add(credentialOf(principal))
    const [bySession, byKey] = await Promise.all([
      sessions.size > 0 ? this.principals.findAll([...sessions]) : new Map<string, Holder>(),
      keys.size > 0 ? this.keys.load([...keys]) : new Map<string, StoredKey>(),
    ])
    const found = new Map<string, Holder>(bySession)
    for (const principal of principals) {
      const key = byKey.get(credentialOf(principal))
      const current = key && ofSamePlaces(principal, key.principal)
      if (current) found.set(credentialOf(principal), current)
    }
    return found
  }
}

/** The `X-API-Key` header. One that is sent twice comes joined, and is no key. */
export const readAppKey = ({ headers }: IncomingMessage): string | undefined =>
  headers['x-api-key'] as string | undefined

const nowhere: Visit = { headers: {}, socket: {} }

/** What was opened where a key was good must be opened anew once it is good elsewhere: where it was opened is asked again. */
const ofSamePlaces = (was: Holder, now: Holder): Holder | undefined => (was.places === now.places ? now : undefined)

const isPublishable = (principal: Holder): boolean => principal.kind === 'key' && principal.publishable

/** What failed otherwise, such as the database, is no refusal. */
function ignoreRefusal(error: unknown): undefined {
  if (error instanceof AppError && error.status < 500) return undefined
  throw error
}
