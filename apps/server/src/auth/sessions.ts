import { Inject, Injectable } from '@nestjs/common'
import { IsNull, LessThan, MoreThan } from 'typeorm'
import { newId } from '../lib/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Database, type Executor } from '../platform/db/index.js'
import type { UserPrincipal } from './principal.js'
import { Principals, rolesOf, toPrincipal } from './principals.js'
import { hashToken, newRefreshToken, newSeed } from './refresh-token.js'
import { Session } from './session.entity.js'

/** Where a session was started, for the user to recognise it. */
export interface ClientInfo {
  readonly address: string
  readonly userAgent: string | undefined
}

/** A session and the token that continues it. The token is not stored and cannot be asked for again. */
export interface OpenSession {
  readonly principal: UserPrincipal
  readonly refreshToken: string
}

/** A password hash that was proven to belong to a user. */
export interface ProvenPassword {
  readonly userId: string
  readonly passwordHash: string
}

const maxUserAgentLength = 300

/** The places users are signed in at. */
@Injectable()
export class Sessions {
  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Opens a session for a user. */
  async open(tx: Executor, userId: string, client: ClientInfo): Promise<OpenSession> {
    return (await this.start(tx, openSession, [userId, client.address, cut(client.userAgent)]))!
  }

  /**
   * Opens a session for whoever proved the password; undefined when it has been changed since. The row of the password is
   * held meanwhile: a sign-in that races with a change comes before it, and is ended by it, or does not happen.
   */
  openProven({ userId, passwordHash }: ProvenPassword, client: ClientInfo): Promise<OpenSession | undefined> {
    return this.start(this.db, openProvenSession, [userId, client.address, cut(client.userAgent), passwordHash])
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

  /** A page of the user's live sessions, the newest first. */
  list(userId: string, { limit, after }: { limit: number; after?: string }): Promise<Session[]> {
    const where = {
      userId,
      revokedAt: IsNull(),
      expiresAt: MoreThan(new Date()),
      ...(after && { id: LessThan(after) }),
    }
    return this.db.dataSource.getRepository(Session).find({ where, order: { id: 'DESC' }, take: limit })
  }

  private async start(tx: Executor, text: string, values: unknown[]): Promise<OpenSession | undefined> {
    const sessionId = newId()
    const refreshToken = newRefreshToken()
    const ttl = this.config.refreshTokenTtlSeconds
    const { rows } = await tx.run({ text, values: [sessionId, ttl, hashToken(refreshToken), newSeed(), ...values] })
    const [row] = rows as [string, string][]
    return row && { principal: toPrincipal(sessionId, row), refreshToken }
  }
}

const cut = (userAgent: string | undefined): string | null => userAgent?.slice(0, maxUserAgentLength) ?? null

/** SQL: the session `s` is not over. */
export const live = 's.revoked_at is null and s.expires_at > now()'

/** Opens a session if `proof` gives a row. */
const opening = (proof: string): string => `
  with proof as (${proof}),
  session as (
    insert into holdfast.sessions (id, expires_at, user_id, address, user_agent)
    select $1, now() + $2 * interval '1 second', $5, $6, $7 from proof returning id, user_id),
  token as (insert into holdfast.refresh_tokens (hash, seed, session_id) select $3, $4, id from session)
  select user_id, ${rolesOf('session.user_id')} from session`

const openSession = opening('select')
const openProvenSession = opening(
  'select from holdfast.credentials where user_id = $5 and password_hash = $8 for share',
)

const endSession = `
  update holdfast.sessions s set revoked_at = now() where user_id = $1 and id = $2 and ${live}`

const endSessions = `
  update holdfast.sessions s set revoked_at = now() where user_id = $1 and id is distinct from $2 and ${live}`
