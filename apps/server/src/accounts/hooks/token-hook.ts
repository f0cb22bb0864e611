import type { Json } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { Principals, SessionRefresh, type UserPrincipal } from '../../auth/index.js'
import { Database } from '../../platform/db/index.js'
import { Hooks } from './hooks.js'
import { parseClaims } from './parse-claims.js'

export type CustomClaims = { readonly [name: string]: Json }

/** Claims that the hook `beforeToken` adds to an access token. Asked for each token anew. */
@Injectable()
export class TokenHook {
  constructor(
    private readonly db: Database,
    private readonly hooks: Hooks,
    private readonly principals: Principals,
    refreshes: SessionRefresh,
  ) {
    refreshes.claimsFrom((sessionId) => this.claimsForSession(sessionId))
  }

  private async claimsForSession(sessionId: string): Promise<CustomClaims> {
    const principal = (await this.hooks.isSet('beforeToken')) ? await this.principals.find(sessionId) : undefined
    return principal === undefined ? noClaims : this.claimsFor(principal)
  }

  /** @throws unavailable */
  async claimsFor({ userId, roles, sessionId, impersonatorId }: UserPrincipal): Promise<CustomClaims> {
    if (!(await this.hooks.isSet('beforeToken'))) return noClaims
    const { rows } = await this.db.run({ text: findMethods, values: [sessionId] })
    const methods: string[] = JSON.parse((rows[0]?.[0] as string | undefined) ?? '[]')
    const data = { userId, roles, methods, sessionId, ...(impersonatorId !== undefined && { impersonatorId }) }
    return (await this.hooks.ask('beforeToken', data, parseClaims)) ?? noClaims
  }
}

const noClaims: CustomClaims = {}

const findMethods = 'select to_json(methods)::text from holdfast.sessions where id = $1'
