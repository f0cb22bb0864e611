import type { OwnTeam, TeamInvite } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { Sessions, type UserPrincipal } from '../../auth/index.js'
import { AppError, defineError, newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { findAccountById } from '../account/find-account.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { AccountMails } from '../mails/account-mails.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import type { PageQuery } from '../page-query.js'
import { iso, Memberships, parseRoles, requireSelf } from './memberships.js'
import { nameTeam } from './name-team.js'
import { TeamCollection } from './team-collection.js'
import { requireManager, requireMayGive } from './team-rights.js'

const notFound = defineError('not_found')
const forbidden = defineError('forbidden')

const validMinutes = 7 * 24 * 60

/** What the token of an invite stands for. Team, address and roles lie in the invite, which can be taken back. */
type InviteDetails = { inviteId: string }

export interface NewInvite {
  /** As `parseEmail` gives it. */
  readonly email: string
  readonly roles: readonly string[]
  readonly locale?: string | undefined
}

/** Invites to a team: each for one address, with roles, for one use. */
@Injectable()
export class TeamInvites {
  constructor(
    private readonly db: Database,
    private readonly memberships: Memberships,
    private readonly teams: TeamCollection,
    private readonly secrets: OneTimeSecrets,
    private readonly mails: AccountMails,
    private readonly sessions: Sessions,
    private readonly limits: AttemptLimits,
  ) {}

  /** Whether there is an account at the address, nobody learns: the mail is the same. An invite to the same address is replaced. */
  async create(caller: UserPrincipal, teamId: string, invite: NewInvite, address: string): Promise<TeamInvite> {
    requireSelf(caller)
    await this.mails.requireReachable()
    requireMayGive(await this.memberships.standing(caller, teamId), invite.roles)
    // Who may not invite uses up nobody's share of mails.
    await this.limits.count('message', address, invite.email)
    return this.send(caller, teamId, invite)
  }

  private async send(caller: UserPrincipal, teamId: string, { email, roles, locale }: NewInvite): Promise<TeamInvite> {
    const collection = this.teams.get()
    return this.db.transaction(async (tx) => {
      const standing = await this.memberships.standing(caller, teamId, tx)
      requireMayGive(standing, roles)
      // Addresses of people who never came are kept no longer than their invites are good.
      await tx.run({ text: dropExpired, values: [] })
      const inviteId = newId()
      const inviter = standing.roles === undefined ? null : caller.userId
      const { rows } = await tx.run({
        text: storeInvite,
        values: [inviteId, teamId, email, roles, inviter, validMinutes],
      })
      const details: InviteDetails = { inviteId }
      const token = await this.secrets.issueToken(tx, {
        purpose: 'team.invite',
        ttlSeconds: validMinutes * 60,
        details,
      })
      const link = this.mails.link('team-invite', token)
      const subject = await nameTeam(tx, collection, teamId)
      await this.mails.enqueue(tx, {
        kind: 'teamInvite',
        to: email,
        data: { link, subject, minutes: validMinutes },
        ...(locale !== undefined && { locale }),
      })
      return toInvite(rows[0] as InviteRow)
    })
  }

  /** A page of the invites that wait, and one more where there is one. */
  async list(caller: UserPrincipal, teamId: string, { limit, after }: PageQuery): Promise<TeamInvite[]> {
    requireManager(await this.memberships.standing(caller, teamId))
    const { rows } = await this.db.run({ text: listInvites, values: [teamId, after ?? null, limit + 1] })
    return (rows as InviteRow[]).map(toInvite)
  }

  /** Its link is void at once. @throws not_found */
  async revoke(caller: UserPrincipal, teamId: string, inviteId: string): Promise<void> {
    requireSelf(caller)
    requireManager(await this.memberships.standing(caller, teamId))
    const { rowCount } = await this.db.run({ text: dropInvite, values: [teamId, inviteId] })
    if (rowCount !== 1) throw notFound('There is no such invite')
  }

  /**
   * Makes the caller a member. The token alone is not enough: the caller must have proven to own the address it was sent to.
   * Who is a member keeps the roles they have. @throws invalid_secret, email_not_verified, forbidden
   */
  async accept(caller: UserPrincipal, token: string): Promise<OwnTeam> {
    const joined = await this.db.transaction(async (tx) => {
      const used = await this.secrets.useToken<InviteDetails>(tx, 'team.invite', token)
      const { rows } = await tx.run({ text: takeInvite, values: [used?.details.inviteId ?? null] })
      const invite = rows[0] as [teamId: string, email: string, rolesJson: string] | undefined
      if (!invite) throw invalidInvite()
      const [teamId, email, rolesJson] = invite
      await requireAddress(tx, caller.userId, email)
      const { rows: members } = await tx.run({ text: join, values: [teamId, caller.userId, parseRoles(rolesJson)] })
      const [kept, createdAt] = members[0] as [string, string]
      return { id: teamId, roles: parseRoles(kept), createdAt, current: caller.team === teamId }
    })
    this.sessions.forget(caller.userId)
    return joined
  }
}

/** Thrown inside the transaction, so that the token is still good for whom it was meant for. */
async function requireAddress(tx: Executor, userId: string, email: string): Promise<void> {
  const account = await findAccountById(tx, userId)
  if (account?.email !== email)
    throw forbidden('This invite is for another e-mail address', { hint: 'Sign in with the address it was sent to.' })
  if (!account.emailIsProven)
    throw new AppError('email_not_verified', 'The e-mail address of this account is not verified yet', {
      hint: 'Verify it, then accept: the link stays good.',
    })
}

const invalidInvite = () =>
  new AppError('invalid_secret', 'The invite is not valid, any more or for anybody', { hint: 'Ask for another one.' })

type InviteRow = [id: string, email: string, rolesJson: string, createdAt: string, expiresAt: string]

const toInvite = ([id, email, rolesJson, createdAt, expiresAt]: InviteRow): TeamInvite => ({
  id,
  email,
  roles: parseRoles(rolesJson),
  createdAt,
  expiresAt,
})

const columns = `id, email, to_json(roles)::text, ${iso('created_at')}, ${iso('expires_at')}`

const storeInvite = `
  insert into holdfast.team_invites (id, team_id, email, roles, invited_by, expires_at)
  values ($1, $2, $3, $4, $5, now() + $6 * interval '1 minute')
  on conflict (team_id, email) do update set id = excluded.id, roles = excluded.roles, invited_by = excluded.invited_by,
    created_at = now(), expires_at = excluded.expires_at
  returning ${columns}`

const listInvites = `
  select ${columns} from holdfast.team_invites
  where team_id = $1 and expires_at > now() and ($2::uuid is null or id < $2) order by id desc limit $3`

const dropInvite = 'delete from holdfast.team_invites where team_id = $1 and id = $2'

const dropExpired = 'delete from holdfast.team_invites where expires_at < now()'

const takeInvite = `
  delete from holdfast.team_invites where id = $1 and expires_at > now() returning team_id, email, to_json(roles)::text`

const join = `
  with joined as (
    insert into holdfast.memberships (team_id, user_id, roles) values ($1, $2, $3) on conflict do nothing
    returning roles, created_at)
  select to_json(roles)::text, ${iso('created_at')} from joined
  union all
  select to_json(roles)::text, ${iso('created_at')} from holdfast.memberships where team_id = $1 and user_id = $2`
