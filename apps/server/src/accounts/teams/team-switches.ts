import type { TeamSwitched } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AccessTokens, notSignedIn, Principals, type SessionMode, type UserPrincipal } from '../../auth/index.js'
import { defineError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { teamNotFound } from './team-collection.js'

const forbidden = defineError('forbidden')

/** In which of their teams somebody works: one at a time, for each session. */
@Injectable()
export class TeamSwitches {
  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws not_found for a team the caller is no member of */
  async switchTo(caller: UserPrincipal, team: string | null, mode: SessionMode): Promise<TeamSwitched> {
    const { userId, sessionId, keyId } = caller
    if (keyId !== undefined)
      throw forbidden('An API key works in no team', { hint: 'Sign in, and switch the session.' })
    const { rowCount } = await this.db.run({ text: switchTeam, values: [sessionId, userId, team] })
    if (rowCount !== 1) throw teamNotFound()
    this.principals.forget(userId)
    const principal = await this.principals.find(sessionId)
    if (!principal) throw notSignedIn()
    const { ttlSeconds } = this.tokens
    const answer = { team: principal.team ?? null, expiresIn: ttlSeconds }
    return mode === 'cookie' ? answer : { ...answer, accessToken: await this.tokens.sign(principal) }
  }
}

const switchTeam = `
  update holdfast.sessions s set team_id = $3::uuid
  where s.id = $1 and s.user_id = $2 and s.revoked_at is null
    and ($3::uuid is null or exists (select from holdfast.memberships m where m.team_id = $3 and m.user_id = $2))`
