import type { IncomingMessage } from 'node:http'
import { Injectable } from '@nestjs/common'
import { AccessTokens } from './access-tokens.js'
import { invalidToken } from './auth-errors.js'
import { SessionCookies } from './cookies/session-cookies.js'
import { credentialOf, type Holder } from './principal.js'
import { Principals } from './principals.js'
import { readBearer } from './read-bearer.js'

/** Who a token stands for, and until when. */
export interface Identity {
  readonly principal: Holder
  readonly expiresAtMs: number
}

/** Tells who is asking by the token they show. */
@Injectable()
export class Identities {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly principals: Principals,
    private readonly cookies: SessionCookies,
  ) {}

  /**
   * By the token in the `Authorization` header or, where there is no such header, in a cookie; undefined where there is
   * neither. @throws unauthenticated, token_expired and, for cookies, forbidden, invalid_csrf_token
   */
  async ofRequest(request: IncomingMessage): Promise<Identity | undefined> {
    const token = readBearer(request)
    return token === undefined ? this.ofCookie(request) : this.identify(token)
  }

  /** @throws unauthenticated, token_expired, forbidden, invalid_csrf_token */
  async ofCookie(request: IncomingMessage): Promise<Identity | undefined> {
    const token = this.cookies.readAccessToken(request)
    if (token === undefined) return undefined
    const identity = await this.identify(token)
    const { principal } = identity
    // Cookies hold sessions that were opened here, and nothing else that stands for somebody.
    if (principal.kind !== 'user' || principal.keyId !== undefined) throw invalidToken()
    await this.cookies.requireIntent(request, principal.sessionId)
    request.signedInByCookie = true
    return identity
  }

  /** @throws unauthenticated, token_expired */
  async identify(token: string): Promise<Identity> {
    const { sessionId, userId, expiresAtMs } = this.tokens.findVerified(token) ?? (await this.tokens.verify(token))
    const principal = this.principals.findCached(sessionId) ?? (await this.principals.find(sessionId))
    if (principal?.userId !== userId) throw invalidToken()
    return { principal, expiresAtMs }
  }

  /** Who it is by now, for what lasts; undefined when the session has ended or its user is gone. */
  async findCurrent(principal: Holder): Promise<Holder | undefined> {
    const credential = credentialOf(principal)
    return this.principals.findCached(credential) ?? (await this.principals.find(credential))
  }

  /** The same of many at once, by their sessions and keys; those that have ended are not among the answers. */
  findAllCurrent(principals: readonly Holder[]): Promise<ReadonlyMap<string, Holder>> {
    return this.principals.findAll([...new Set(principals.map(credentialOf))])
  }
}
