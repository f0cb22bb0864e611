import { Inject, Injectable } from '@nestjs/common'
import { AppError } from '../lib/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Database } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import type { UserPrincipal } from './principal.js'
import { Principals, principalColumns, valid } from './principals.js'
import { hashToken, isRefreshToken, newSeed, successorOf } from './refresh-token.js'
import { type OpenSession, Sessions } from './sessions.js'

interface StoredToken {
  readonly userId: string
  readonly sessionId: string
  readonly seed: Buffer
}

/** What an access token of a session says beside who it is. */
type ClaimSource = (sessionId: string) => Promise<Readonly<Record<string, unknown>>>

/**
 * Goes on with a session by its refresh token. A token is good for one refresh; a second use ends the session, since then
 * two parties hold it (RFC 9700, section 4.14.2).
 */
@Injectable()
export class SessionRefresh {
  private claimSource: ClaimSource = async () => ({})

  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
    private readonly sessions: Sessions,
    @Inject(CONFIG) private readonly config: Config,
    private readonly log: Log,
  ) {}

  /**
   * Exchanges a refresh token for its successor. Shown again within the grace time and before its successor was used, it
   * gives the same successor: a lost answer or a second tab signs nobody out.
   * With `ofSession` it must be a token of that session. @throws invalid_refresh_token
   */
  async refresh(refreshToken: string, ofSession?: string): Promise<OpenSession> {
    const hash = hashToken(refreshToken)
    const stored = await this.find(refreshToken)
    if (stored === undefined || (ofSession ?? stored.sessionId) !== stored.sessionId) throw invalidRefreshToken()
    const { userId, sessionId, seed } = stored
    const successor = successorOf(refreshToken, seed)
    const claims = await this.claimSource(sessionId)
    const hashes = [hash, hashToken(successor)]
    const principal = (await this.rotate(sessionId, hashes)) ?? (await this.findRepeat(sessionId, hashes))
    if (principal) return { principal, refreshToken: successor, claims }
    if (await this.sessions.end(userId, sessionId))
      this.log.warn({ userId, sessionId }, 'a refresh token was used twice; its session is ended')
    throw invalidRefreshToken()
  }

  /** Asks `source` for the claims of each next access token, while the refresh token is still good: its failure can be tried again. */
  claimsFrom(source: ClaimSource): void {
    this.claimSource = source
  }

  /** Ends the session a refresh token belongs to, whichever of its tokens it is; with `ofSession` only that one. */
  async end(refreshToken: string, ofSession?: string): Promise<void> {
    const stored = await this.find(refreshToken)
    if (stored !== undefined && (ofSession ?? stored.sessionId) === stored.sessionId)
      await this.sessions.end(stored.userId, stored.sessionId)
  }

  private async find(refreshToken: string): Promise<StoredToken | undefined> {
    if (!isRefreshToken(refreshToken)) return undefined
    const { rows } = await this.db.run({ text: findToken, values: [hashToken(refreshToken)] })
    const [row] = rows as [string, string, string][]
    return row && { userId: row[0], sessionId: row[1], seed: Buffer.from(row[2], 'hex') }
  }

  private rotate(sessionId: string, hashes: readonly Buffer[]): Promise<UserPrincipal | undefined> {
    const values = [...hashes, newSeed(), this.config.refreshTokenTtlSeconds]
    return this.principals.findBy(sessionId, { text: rotateToken, values })
  }

  private findRepeat(sessionId: string, hashes: readonly Buffer[]): Promise<UserPrincipal | undefined> {
    const values = [...hashes, this.config.refreshGraceSeconds]
    return this.principals.findBy(sessionId, { text: findRepeat, values })
  }
}

/** One answer for every reason, so that nobody learns which tokens existed. */
const invalidRefreshToken = (): AppError =>
  new AppError('invalid_refresh_token', 'The refresh token is not valid', {
    hint: 'Sign in again',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })

const findToken = `
  select s.user_id, s.id, encode(t.seed, 'hex')
  from holdfast.refresh_tokens t join holdfast.sessions s on s.id = t.session_id where t.hash = $1`

// Of any number of callers one finds rotated_at null; the others wait for its row lock and then match no row.
const rotateToken = `
  with rotated as (
    update holdfast.refresh_tokens t set rotated_at = now() from holdfast.sessions s
    where t.hash = $1 and t.rotated_at is null and s.id = t.session_id and ${valid} returning t.session_id),
  extended as (
    update holdfast.sessions set last_used_at = now(), expires_at = now() + $4 * interval '1 second'
    where id in (select session_id from rotated)),
  issued as (
    insert into holdfast.refresh_tokens (hash, session_id, seed) select $2, session_id, $3 from rotated)
  select ${principalColumns} from rotated join holdfast.sessions s on s.id = rotated.session_id`

const findRepeat = `
  select ${principalColumns} from holdfast.refresh_tokens t
  join holdfast.refresh_tokens successor on successor.hash = $2
  join holdfast.sessions s on s.id = t.session_id
  where t.hash = $1 and t.rotated_at > now() - $3 * interval '1 second' and successor.rotated_at is null and ${valid}`
