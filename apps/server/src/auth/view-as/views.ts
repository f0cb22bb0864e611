import { Injectable } from '@nestjs/common'
import { Database } from '../../platform/db/index.js'
import { ApiKeys } from '../keys/api-keys.js'
import { type Principal, publicPrincipal } from '../principal.js'
import { membershipsOf, rolesOf } from '../principals.js'
import { assumedUser, nobody } from './assumed-user.js'
import { parseViewAs, wrongTarget } from './parse-view-as.js'

/**
 * Whom an admin reads as. The guard asks only for admins and on routes that read; nothing here opens a session, counts as a
 * use of a key, or lasts beyond the request.
 */
@Injectable()
export class Views {
  constructor(
    private readonly db: Database,
    private readonly keys: ApiKeys,
  ) {}

  /** @throws invalid_value for somebody who is not there, or to whom nothing could be open */
  async find(header: string): Promise<Principal> {
    const target = parseViewAs(header)
    switch (target.kind) {
      case 'public':
        return publicPrincipal
      case 'user':
        return this.findUser(target.id, target.team)
      case 'roles':
        return this.findRoles(target.roles)
      case 'key':
        return this.findKey(target.id)
    }
  }

  private async findUser(id: string, team: string | undefined): Promise<Principal> {
    const { rows } = await this.db.run({ text: findUser, values: [id, team ?? null] })
    const [roles, disabled, memberships, isMember] = (rows[0] as UserRow | undefined) ?? []
    if (roles === undefined) throw wrongTarget('There is no such user')
    if (disabled) throw wrongTarget('This user is disabled: nothing is open to them', 'Enable the user first.')
    if (team !== undefined && !isMember) throw wrongTarget('The user is no member of this team')
    return { ...assumedUser(id, JSON.parse(roles), team), ...(memberships && { memberships }) }
  }

  /** Somebody signed in with these roles and no others, who is nobody in particular. */
  private async findRoles(names: readonly string[]): Promise<Principal> {
    if (names.includes('public')) {
      if (names.length > 1) throw wrongTarget('public is everyone and goes with no other role')
      return publicPrincipal
    }
    const roles = names.filter((name) => name !== 'user')
    const { rows } = await this.db.run({ text: findMissingRole, values: [roles] })
    if (rows[0]) throw wrongTarget(`There is no role ${rows[0][0]}`, 'Roles are public, user and those of your own.')
    return assumedUser(nobody, roles)
  }

  private async findKey(id: string): Promise<Principal> {
    const key = (await this.keys.load([id])).get(id)
    if (!key) throw wrongTarget('There is no such API key, or it is over')
    return key.principal
  }
}

type UserRow = [roles: string, disabled: boolean, memberships: string | null, isMember: boolean]

const findUser = `
  select ${rolesOf('u.id')}::text,
    exists (select from holdfast.accounts a where a.user_id = u.id and a.disabled_at is not null),
    ${membershipsOf('u.id')},
    exists (select from holdfast.memberships m where m.user_id = u.id and m.team_id = $2::uuid)
  from public.users u where u.id = $1`

/** A role that a rule speaks about exists as far as rules go, whether or not somebody has it. */
const findMissingRole = `
  select asked.role from unnest($1::text[]) asked(role)
  where not exists (select from holdfast.roles r where r.name = asked.role)
    and not exists (select from holdfast.collections c
      where (c.definition::jsonb -> 'rules') @> jsonb_build_array(jsonb_build_object('role', asked.role)))`
