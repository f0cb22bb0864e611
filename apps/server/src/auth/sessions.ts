import { Inject, Injectable } from '@nestjs/common'
import { newId } from '../lib/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Database, type Executor } from '../platform/db/index.js'
import type { UserPrincipal } from './principal.js'
import { type PrincipalRow, Principals, principalColumns, toPrincipal } from './principals.js'
import { hashToken, newRefreshToken, newSeed } from './refresh-token.js'
import { hasAnyFactor, hasSecondFactor, mustHaveSecondFactor } from './second-factor.js'

/** Where a session was started, for the user to recognise it. */
export interface ClientInfo {
  readonly address: string
  readonly userAgent: string | undefined
  /** As a trusted proxy tells. */
  readonly country?: string | undefined
  readonly city?: string | undefined
}

/** A session and the token that continues it. The token is not stored and cannot be asked for again. */
export interface OpenSession {
  readonly principal: UserPrincipal
  readonly refreshToken: string
  /** Claims for the access token beside ours, where somebody was asked for them already. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

/** A password hash that was proven to belong to a user. */
export interface ProvenPassword {
  readonly userId: string
  readonly passwordHash: string
}

/** Names of RFC 8176 where it has one: `pwd otp sms swk` (passkey) `fed` (another identity provider) `hwk kba`; `mail`, `anonymous`. */
export type ProofMethod = 'pwd' | 'otp' | 'sms' | 'mail' | 'swk' | 'fed' | 'recovery' | 'anonymous' | 'impersonation'

/** How somebody proved to be a user. */
export interface Proof {
  readonly userId: string
  readonly methods: readonly ProofMethod[]
  /** Two factors were proven, or one that is as good: a passkey that verified its user. */
  readonly secondFactor?: boolean
  /** When that was, where it was in an earlier session that this one takes the place of. Default: now. */
  readonly secondFactorAtMs?: number | undefined
  /** The hash of the password that was proven: a session opens only while it is still this one. */
  readonly passwordHash?: string
  /** Whether the user must have proven the e-mail address before. */
  readonly needsVerifiedEmail?: boolean
  readonly transport?: 'bearer' | 'cookie'
  /** Impersonation: the admin's session. */
  readonly actingSessionId?: string
}

/** What came of it. `secondFactor`: the user has one, or has a role that must have one, and has not proven it yet. */
export type SessionOutcome =
  | { readonly state: 'open'; readonly session: OpenSession }
  | { readonly state: 'secondFactor'; readonly enrolled: boolean }
  | { readonly state: 'disabled' }
  | { readonly state: 'unverified' }
  /** The user is gone, or the password has been changed since. */
  | { readonly state: 'gone' }

const maxUserAgentLength = 300

/** The places users are signed in at. */
@Injectable()
export class Sessions {
  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Opens a session for whoever proved to be a user, in one statement. The row of a proven password is held meanwhile: a
   * sign-in that races with a change comes before it, and is ended by it, or does not happen.
   */
  async open(tx: Executor, proof: Proof, client: ClientInfo): Promise<SessionOutcome> {
    const sessionId = newId()
    const refreshToken = newRefreshToken()
    const { userId, methods, needsVerifiedEmail = false, transport = 'bearer' } = proof
    const { rows } = await tx.run({
      text: proof.passwordHash === undefined ? openSession : openProvenSession,
      values: [
        ...[sessionId, this.config.refreshTokenTtlSeconds, hashToken(refreshToken), newSeed()],
        ...[userId, client.address, cut(client.userAgent), methods, secondFactorAt(proof), needsVerifiedEmail],
        ...[transport, proof.actingSessionId ?? null, client.country ?? null, client.city ?? null],
        ...(proof.passwordHash === undefined ? [] : [proof.passwordHash]),
      ],
    })
    return toOutcome(rows[0] as OpenedRow | undefined, sessionId, refreshToken)
  }

  /** Ends one session of a user. Returns false when there is no such session. */
  async end(userId: string, sessionId: string): Promise<boolean> {
    const { rowCount } = await this.db.run({ text: endSession, values: [userId, sessionId] })
    this.forget(userId)
    return rowCount === 1
  }

  /** Ends all sessions of a user, or all but one. Inside a transaction, `forget` the user once it has committed. */
  async endAll(userId: string, options: { except?: string; tx?: Executor } = {}): Promise<void> {
    const { except, tx = this.db } = options
    await tx.run({ text: endSessions, values: [userId, except ?? null] })
    this.forget(userId)
  }

  /** Makes this node ask the database who the user's sessions stand for; the others are signalled by the database. */
  forget(userId: string): void {
    this.principals.forget(userId)
  }
}

const cut = (userAgent: string | undefined): string | null => userAgent?.slice(0, maxUserAgentLength) ?? null

/** As PostgreSQL reads it. */
function secondFactorAt({ secondFactor = false, secondFactorAtMs }: Proof): string | null {
  if (!secondFactor) return null
  return secondFactorAtMs === undefined ? 'now' : new Date(secondFactorAtMs).toISOString()
}

/** SQL: the session `s` is not over. */
export const live = 's.revoked_at is null and s.expires_at > now()'

/** Opens a session if `proof` gives a row, and nothing stands against it. Programs never sign in, and nobody acts as an admin. */
const opening = (proof: string): string => `
  with proof as materialized (${proof}),
  account as (
    select u.id,
      a.disabled_at is not null as disabled,
      $10::boolean and a.verified_email is distinct from u.email as unverified,
      ${hasAnyFactor('u.id')} as enrolled,
      ${hasSecondFactor('u.id')} or ${mustHaveSecondFactor('u.id')} as asked
    from proof, public.users u left join holdfast.accounts a on a.user_id = u.id
    where u.id = $5 and a.kind is distinct from 'service' and ($12::uuid is null or not exists (
      select from holdfast.user_roles r where r.user_id = u.id and r.role = 'admin'))),
  s as (
    insert into holdfast.sessions
      (id, expires_at, user_id, address, user_agent, methods, second_factor_at, transport, acting_session_id, country, city)
    select $1, now() + $2 * interval '1 second', id, $6, $7, $8, $9::timestamptz, $11, $12::uuid, $13, $14
    from account where not disabled and not unverified and ($9::timestamptz is not null or $12::uuid is not null or not asked)
    returning *),
  token as (insert into holdfast.refresh_tokens (hash, seed, session_id) select $3, $4, id from s)
  select a.disabled, a.unverified, a.enrolled, s.id is not null, ${principalColumns}
  from account a left join s on true`

const openSession = opening('select')
const openProvenSession = opening(
  'select from holdfast.credentials where user_id = $5 and password_hash = $15 for share',
)

type OpenedRow = [disabled: boolean, unverified: boolean, enrolled: boolean, open: boolean, ...PrincipalRow]

function toOutcome(row: OpenedRow | undefined, sessionId: string, refreshToken: string): SessionOutcome {
  if (row === undefined) return { state: 'gone' }
  const [disabled, unverified, enrolled, open, ...principal] = row
  if (open) return { state: 'open', session: { principal: toPrincipal(sessionId, principal), refreshToken } }
  if (disabled) return { state: 'disabled' }
  return unverified ? { state: 'unverified' } : { state: 'secondFactor', enrolled }
}

const endSession = `
  update holdfast.sessions s set revoked_at = now() where user_id = $1 and id = $2 and ${live}`

const endSessions = `
  update holdfast.sessions s set revoked_at = now() where user_id = $1 and id is distinct from $2 and ${live}`
