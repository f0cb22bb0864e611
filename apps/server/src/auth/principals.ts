import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Database, Signals, type Statement } from '../platform/db/index.js'
import { BoundedMap } from './bounded-map.js'
import { isAbout, type UserPrincipal } from './principal.js'
import { mustHaveSecondFactor } from './second-factor.js'

interface Entry {
  readonly principal: UserPrincipal
  readonly loadedAtMs: number
}

const rememberedSessions = 20_000
/** How long memory is trusted while signals arrive, and while they may not. */
const maxAgeMs = 60_000
const maxAgeWithoutSignalsMs = 1000

/**
 * Who a session stands for. Kept in memory until anything about the session, its user or the user's roles changes: the
 * database then signals the id of the user, or of an API key, on the channel `auth`.
 */
@Injectable()
export class Principals implements OnModuleInit {
  private readonly cached = new BoundedMap<string, Entry>(rememberedSessions)
  private readonly handlers: ((id?: string) => void)[] = []
  private changes = 0

  constructor(
    private readonly db: Database,
    private readonly signals: Signals,
  ) {}

  /** Rises whenever somebody may not be who they were: what was found at another version may be over. */
  get version(): number {
    return this.changes
  }

  onModuleInit(): void {
    this.signals.on('auth', (id) => this.forget(id))
    this.signals.onReset(() => this.forgetAll())
  }

  /** The principal as memory knows it, without waiting; undefined when the database must be asked. */
  findCached(sessionId: string, nowMs = Date.now()): UserPrincipal | undefined {
    const entry = this.cached.get(sessionId)
    if (entry === undefined) return undefined
    const ageMs = nowMs - entry.loadedAtMs
    return ageMs < (this.signals.healthy ? maxAgeMs : maxAgeWithoutSignalsMs) ? entry.principal : undefined
  }

  /** The principal as the database knows it; undefined when the session has ended or its user is gone. */
  find(sessionId: string): Promise<UserPrincipal | undefined> {
    return this.findBy(sessionId, { text: findPrincipal, values: [sessionId] })
  }

  /** The same by a statement that does more, and gives a {@link PrincipalRow} where the session is {@link valid}. */
  async findBy(sessionId: string, statement: Statement): Promise<UserPrincipal | undefined> {
    const { changes } = this
    const loadedAtMs = Date.now()
    const { rows } = await this.db.run(statement)
    const principal = rows[0] && toPrincipal(sessionId, rows[0] as PrincipalRow)
    // What changed while the answer was under way may be missing in it: it serves this request and no other.
    if (principal !== undefined && changes === this.changes) this.cached.set(sessionId, { principal, loadedAtMs })
    return principal
  }

  /** The same of many sessions at once, for what stays open; those that have ended are not among the answers. */
  async findAll(sessionIds: readonly string[]): Promise<ReadonlyMap<string, UserPrincipal>> {
    const { rows } = await this.db.run({ text: findPrincipals, values: [sessionIds] })
    return new Map((rows as [string, ...PrincipalRow][]).map(([id, ...row]) => [id, toPrincipal(id, row)]))
  }

  /** Calls `handler` with the id when a user or a key, or any, may not be who they were: what stays open asks again. */
  onForget(handler: (id?: string) => void): void {
    this.handlers.push(handler)
  }

  /** Makes the next request of that user, or by that key, ask the database. */
  forget(id: string): void {
    this.changes += 1
    for (const [sessionId, { principal }] of this.cached) if (isAbout(principal, id)) this.cached.delete(sessionId)
    for (const handler of this.handlers) handler(id)
  }

  /** Makes every next request ask the database. */
  forgetAll(): void {
    this.changes += 1
    this.cached.clear()
    for (const handler of this.handlers) handler()
  }
}

/** SQL for the sorted roles of a user, as JSON text. */
export const rolesOf = (userId: string): string => `to_json(array(
  select role from (
    select role from holdfast.user_roles r where r.user_id = ${userId}
    union all select 'anonymous' from holdfast.accounts a where a.user_id = ${userId} and a.kind = 'anonymous') roles
  order by role collate "C"))`

/** SQL for a text that is equal as long as the user is in the same teams, in the same roles. */
export const membershipsOf = (userId: string): string => `(
    select md5(string_agg(m.team_id || ' ' || m.roles::text, ',' order by m.team_id))
    from holdfast.memberships m where m.user_id = ${userId})`

/** SQL for a time in milliseconds since 1970. */
export const milliseconds = (time: string): string => `(extract(epoch from ${time}) * 1000)::float8`

/**
 * SQL: the session `s` stands for somebody. One by which an admin acts as another user lives as long as the admin's own
 * session, and as the admin is one, and never as another admin; any other of somebody who must have a second factor has proven one.
 */
export const valid = `s.revoked_at is null and s.expires_at > now()
    and exists (select from public.users u where u.id = s.user_id)
    and not exists (select from holdfast.accounts a where a.user_id = s.user_id and a.disabled_at is not null)
    and (s.second_factor_at is not null or s.acting_session_id is not null or not ${mustHaveSecondFactor('s.user_id')})
    and (s.acting_session_id is null or exists (
      select from holdfast.sessions acting join holdfast.user_roles r on r.user_id = acting.user_id and r.role = 'admin'
      where acting.id = s.acting_session_id and acting.revoked_at is null and acting.expires_at > now()
        and not exists (select from holdfast.accounts a where a.user_id = acting.user_id and a.disabled_at is not null)
        and not exists (select from holdfast.user_roles upwards where upwards.user_id = s.user_id and upwards.role = 'admin')))`

/** SQL for what is known of the session `s`: a {@link PrincipalRow}. */
export const principalColumns = `s.user_id, ${rolesOf('s.user_id')}, ${milliseconds('s.proven_at')}, ${milliseconds('s.second_factor_at')},
    (select acting.user_id from holdfast.sessions acting where acting.id = s.acting_session_id),
    s.team_id, ${membershipsOf('s.user_id')}`

const findPrincipal = `
  select ${principalColumns} from holdfast.sessions s where s.id = $1 and ${valid}`

const findPrincipals = `
  select s.id, ${principalColumns} from holdfast.sessions s where s.id = any($1::uuid[]) and ${valid}`

export type PrincipalRow = [
  userId: string,
  rolesJson: string,
  provenAtMs: number,
  secondFactorAtMs: number | null,
  impersonatorId: string | null,
  team: string | null,
  memberships: string | null,
]

export function toPrincipal(sessionId: string, row: PrincipalRow): UserPrincipal {
  const [userId, rolesJson, provenAtMs, secondFactorAtMs, impersonatorId, team, memberships] = row
  const roles: string[] = JSON.parse(rolesJson)
  return Object.freeze({
    kind: 'user',
    userId,
    sessionId,
    roles: Object.freeze(roles),
    admin: roles.includes('admin'),
    proof: Object.freeze({ provenAtMs, secondFactorAtMs: secondFactorAtMs ?? undefined }),
    ...(impersonatorId !== null && { impersonatorId }),
    ...(team !== null && { team }),
    ...(memberships !== null && { memberships }),
  })
}
