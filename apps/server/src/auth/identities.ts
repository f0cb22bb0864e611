import { Injectable } from '@nestjs/common'
import { AccessTokens } from './access-tokens.js'
import { invalidToken } from './auth-errors.js'
import type { UserPrincipal } from './principal.js'
import { Principals } from './principals.js'

/** Who a token stands for, and until when. */
export interface Identity {
  readonly principal: UserPrincipal
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
}
