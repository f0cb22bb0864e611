import { Inject, Injectable } from '@nestjs/common'
import { IsNull, LessThan, MoreThan } from 'typeorm'
import { AppError, newId } from '../lib/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Database, type Executor } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import { Principals } from './principals.js'
import { hashToken, isRefreshToken, newRefreshToken, newSeed, successorOf } from './refresh-token.js'
import { Session } from './session.entity.js'

/** Where a session was started, for the user to recognise it. */
export interface ClientInfo {
  readonly address: string
  readonly userAgent: string | undefined
}

/** A session and the token that continues it. The token is not stored and cannot be asked for again. */
export interface OpenSession {
  readonly userId: string
  readonly sessionId: string
  readonly refreshToken: string
}

interface StoredToken {
  readonly userId: string
  readonly sessionId: string
  readonly seed: Buffer
}

const maxUserAgentLength = 300

/**
 * Sessions and their refresh tokens. A token is good for one refresh; a second use ends the session, since then two
 * parties hold it (RFC 9700, section 4.14.2).
 */
@Injectable()
export class Sessions {
  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
    @Inject(CONFIG) private readonly config: Config,
    private readonly log: Log,
  ) {}

  async open(tx: Executor, userId: string, client: ClientInfo): Promise<OpenSession> {
    const sessionId = newId()
    const refreshToken = newRefreshToken()
    const userAgent = client.userAgent?.slice(0, maxUserAgentLength) ?? null
    const ttl = this.config.refreshTokenTtlSeconds
    const values = [sessionId, userId, ttl, userAgent, client.address, hashToken(refreshToken), newSeed()]
    await tx.run({ name: 'open_session', text: openSession, values })
    return { userId, sessionId, refreshToken }
  }

  /**
   * Exchanges a refresh token for its successor. Shown again within the grace time and before its successor was used, it
   * gives the same successor: a lost answer or a second tab signs nobody out.
   * @throws invalid_refresh_token
   */
  async refresh(refreshToken: string): Promise<OpenSession> {
    const hash = hashToken(refreshToken)
    const stored = isRefreshToken(refreshToken) ? await this.findToken(hash) : undefined
    if (stored === undefined) throw invalidRefreshToken()
    const { userId, sessionId, seed } = stored
    const successor = successorOf(refreshToken, seed)
    if ((await this.rotate(hash, successor)) || (await this.isRepeat(hash, successor)))
      return { userId, sessionId, refreshToken: successor }
    if (await this.end(userId, sessionId))
      this.log.warn({ userId, sessionId }, 'a refresh token was used twice; its session is ended')
    throw invalidRefreshToken()
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

  /** Ends the session a refresh token belongs to, whichever of its tokens it is. */
  async endByRefreshToken(refreshToken: string): Promise<void> {
    const stored = isRefreshToken(refreshToken) ? await this.findToken(hashToken(refreshToken)) : undefined
    if (stored !== undefined) await this.end(stored.userId, stored.sessionId)
  }

  private async findToken(hash: Buffer): Promise<StoredToken | undefined> {
    const { rows } = await this.db.run({ name: 'find_refresh_token', text: findToken, values: [hash] })
    const [row] = rows as [string, string, string][]
    return row && { userId: row[0], sessionId: row[1], seed: Buffer.from(row[2], 'hex') }
  }

  private async rotate(hash: Buffer, successor: string): Promise<boolean> {
    const values = [hash, hashToken(successor), newSeed(), this.config.refreshTokenTtlSeconds]
    const { rowCount } = await this.db.run({ name: 'rotate_refresh_token', text: rotateToken, values })
    return rowCount === 1
  }

  private async isRepeat(hash: Buffer, successor: string): Promise<boolean> {
    const values = [hash, hashToken(successor), this.config.refreshGraceSeconds]
    const { rowCount } = await this.db.run({ name: 'find_repeated_refresh', text: findRepeat, values })
    return rowCount === 1
  }
}

/** One answer for every reason, so that nobody learns which tokens existed. */
export const invalidRefreshToken = (): AppError =>
  new AppError('invalid_refresh_token', 'The refresh token is not valid', {
    hint: 'Sign in again',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })

const live = 's.revoked_at is null and s.expires_at > now()'

const openSession = `
  with session as (
    insert into holdfast.sessions (id, user_id, expires_at, user_agent, address)
    values ($1, $2, now() + $3 * interval '1 second', $4, $5) returning id)
  insert into holdfast.refresh_tokens (hash, session_id, seed) select $6, id, $7 from session`

const findToken = `
  select s.user_id, s.id, encode(t.seed, 'hex')
  from holdfast.refresh_tokens t join holdfast.sessions s on s.id = t.session_id where t.hash = $1`

// Of any number of callers one finds rotated_at null; the others wait for its row lock and then match no row.
const rotateToken = `
  with rotated as (
    update holdfast.refresh_tokens t set rotated_at = now() from holdfast.sessions s
    where t.hash = $1 and t.rotated_at is null and s.id = t.session_id and ${live} returning t.session_id),
  extended as (
    update holdfast.sessions set last_used_at = now(), expires_at = now() + $4 * interval '1 second'
    where id in (select session_id from rotated))
  insert into holdfast.refresh_tokens (hash, session_id, seed) select $2, session_id, $3 from rotated`

const findRepeat = `
  select from holdfast.refresh_tokens t
  join holdfast.refresh_tokens successor on successor.hash = $2
  join holdfast.sessions s on s.id = t.session_id
  where t.hash = $1 and t.rotated_at > now() - $3 * interval '1 second' and successor.rotated_at is null and ${live}`

const endSession = `
  update holdfast.sessions s set revoked_at = now() where user_id = $1 and id = $2 and ${live}`

const endSessions = `
  update holdfast.sessions s set revoked_at = now() where user_id = $1 and id is distinct from $2 and ${live}`
