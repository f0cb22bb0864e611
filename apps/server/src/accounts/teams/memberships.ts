import type { OwnTeam, TeamMember, UserTeam } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { isAdmin, isInPerson, Sessions, type UserPrincipal } from '../../auth/index.js'
import { defineError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import type { PageQuery } from '../page-query.js'
import { TeamCollection, teamNotFound } from './team-collection.js'
import { checkChange, isManager, isOwner, type Standing } from './team-rights.js'

const forbidden = defineError('forbidden')
const conflict = defineError('conflict')
const notFound = defineError('not_found')

/** Who is a member of which team, and changing that. */
@Injectable()
export class Memberships {
  constructor(
    private readonly db: Database,
    private readonly teams: TeamCollection,
    private readonly sessions: Sessions,
  ) {}

  /** What the caller is in the team. Who is nothing in it is not told that it is there. @throws not_found */
  async standing(caller: UserPrincipal, teamId: string, db: Executor = this.db): Promise<Standing> {
    const { table } = this.teams.get()
    const { rows } = await db.run({ text: findStanding(table), values: [teamId, caller.userId] })
    const [exists, rolesJson] = rows[0] as [boolean, string | null]
    const standing = { roles: rolesJson === null ? undefined : parseRoles(rolesJson), isServerAdmin: isAdmin(caller) }
    if (!exists || (standing.roles === undefined && !standing.isServerAdmin)) throw teamNotFound()
    return standing
  }

  /** A page of the members, and one more where there is one. Addresses are for those who invite to them. */
  async list(caller: UserPrincipal, teamId: string, { limit, after }: PageQuery): Promise<TeamMember[]> {
    const withEmail = isManager(await this.standing(caller, teamId))
    const { rows } = await this.db.run({ text: listMembers, values: [teamId, after ?? null, limit + 1] })
    return (rows as MemberRow[]).map(([userId, email, rolesJson, createdAt]) => ({
      userId,
      ...(withEmail && { email }),
      roles: parseRoles(rolesJson),
      createdAt,
    }))
  }

  async listOwn({ userId, team }: UserPrincipal): Promise<OwnTeam[]> {
    return (await this.listOf(userId)).map((membership) => ({ ...membership, current: membership.id === team }))
  }

  /** The teams a user is in, the first joined first. */
  async listOf(userId: string): Promise<UserTeam[]> {
    const { rows } = await this.db.run({ text: listOwn, values: [userId] })
    return (rows as [string, string, string][]).map(([id, rolesJson, createdAt]) => ({
      id,
      roles: parseRoles(rolesJson),
      createdAt,
    }))
  }

  /** Gives a member exactly these roles, or with `undefined` takes them out. @throws not_found, forbidden, conflict */
  async change(caller: UserPrincipal, teamId: string, userId: string, roles: readonly string[] | undefined) {
    requireSelf(caller)
    await this.standing(caller, teamId)
    const changed = await this.db.transaction(async (tx) => {
      const members = await lockMembers(tx, teamId, [caller.userId, userId])
      const before = members.get(userId)
      const standing = { roles: members.get(caller.userId), isServerAdmin: isAdmin(caller) }
      // Somebody else may have taken the caller out meanwhile.
      if (standing.roles === undefined && !standing.isServerAdmin) throw teamNotFound()
      if (before === undefined) throw notFound('There is no such member')
      const owners = [...members.values()].filter(isOwner).length
      checkChange(standing, { before, after: roles, isSelf: userId === caller.userId, owners })
      return roles === undefined ? remove(tx, teamId, userId) : update(tx, teamId, userId, roles)
    })
    this.sessions.forget(userId)
    return changed
  }

  /** By an admin of the server. @throws not_found, conflict for who is a member already */
  async add(teamId: string, userId: string, roles: readonly string[]): Promise<TeamMember> {
    const { table } = this.teams.get()
    const { rows } = await this.db.run({ text: addMember(table), values: [teamId, userId, roles] })
    if (!rows[0]) throw notFound('There is no such team or no such user')
    const [email, createdAt] = rows[0] as [string | null, string | null]
    if (createdAt === null) throw conflict('The user is a member already', { hint: 'PATCH changes their roles.' })
    this.sessions.forget(userId)
    return { userId, email, roles: [...roles], createdAt }
  }
}

/** A key that somebody left lying about, or an admin who acts as a member, must not let others into a team for good. */
export function requireSelf(caller: UserPrincipal): void {
  if (!isInPerson(caller) && !isAdmin(caller))
    throw forbidden('This is for the user in person: no API key and nobody who acts as the user may do it')
}

export const parseRoles = (json: string): string[] => JSON.parse(json) as string[]

/** The members a change depends on, with all owners: whoever changes them at the same time waits. */
async function lockMembers(
  tx: Executor,
  teamId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await tx.run({ text: lockRows, values: [teamId, userIds] })
  return new Map((rows as [string, string][]).map(([id, rolesJson]) => [id, parseRoles(rolesJson)]))
}

async function remove(tx: Executor, teamId: string, userId: string): Promise<void> {
  await tx.run({ text: removeMember, values: [teamId, userId] })
}

/** What a member may no longer give, they have not given: their invites that wait go with the right. */
async function update(tx: Executor, teamId: string, userId: string, roles: readonly string[]): Promise<void> {
  await tx.run({ text: updateRoles, values: [teamId, userId, roles] })
  if (isOwner(roles)) return
  const isStillManager = isManager({ roles, isServerAdmin: false })
  await tx.run({ text: dropInvites, values: [teamId, userId, isStillManager] })
}

type MemberRow = [userId: string, email: string | null, rolesJson: string, createdAt: string]

/** SQL for a time as answers give it. */
export const iso = (time: string): string => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const findStanding = (table: string): string => `
  select exists (select from ${table} t where t.id = $1),
    (select to_json(m.roles)::text from holdfast.memberships m where m.team_id = $1 and m.user_id = $2)`

const listMembers = `
  select m.user_id, u.email, to_json(m.roles)::text, ${iso('m.created_at')}
  from holdfast.memberships m join public.users u on u.id = m.user_id
  where m.team_id = $1 and ($2::uuid is null or m.user_id < $2) order by m.user_id desc limit $3`

const listOwn = `
  select m.team_id, to_json(m.roles)::text, ${iso('m.created_at')}
  from holdfast.memberships m where m.user_id = $1 order by m.created_at, m.team_id`

const lockRows = `
  select m.user_id, to_json(m.roles)::text from holdfast.memberships m
  where m.team_id = $1 and (m.user_id = any($2::uuid[]) or 'owner' = any(m.roles)) order by m.user_id for update`

const removeMember = 'delete from holdfast.memberships where team_id = $1 and user_id = $2'
const updateRoles = 'update holdfast.memberships set roles = $3 where team_id = $1 and user_id = $2'
const dropInvites = `
  delete from holdfast.team_invites where team_id = $1 and invited_by = $2 and (not $3::boolean or 'owner' = any(roles))`

const addMember = (table: string): string => `
  with added as (
    insert into holdfast.memberships (team_id, user_id, roles)
    select t.id, u.id, $3 from ${table} t, public.users u where t.id = $1 and u.id = $2
    on conflict do nothing returning created_at)
  select u.email, (select ${iso('a.created_at')} from added a) from ${table} t, public.users u where t.id = $1 and u.id = $2`
