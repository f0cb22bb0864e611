import { Injectable } from '@nestjs/common'
import { AccessTokens } from './access-tokens.js'
import { invalidToken } from './auth-errors.js'
import { credentialOf, type Holder } from './principal.js'
import { Principals } from './principals.js'

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
  ) {}

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
