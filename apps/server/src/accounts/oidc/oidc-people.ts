import { Injectable } from '@nestjs/common'
import { rolesOf } from '../../auth/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { Database } from '../../platform/db/index.js'

/** What an app may learn of somebody, by the scopes it was allowed. */
export interface OidcClaims {
  readonly [claim: string]: unknown
  readonly sub: string
}

/** Which claims a scope tells. */
export const claimsOfScopes = {
  openid: ['sub'],
  profile: ['name', 'updated_at'],
  email: ['email', 'email_verified'],
  roles: ['roles'],
  teams: ['teams'],
}

/** The fields of a user that hold the name for people, whichever there is. */
const nameFields = ['name', 'displayName', 'fullName']

/** Who people are, for apps. */
@Injectable()
export class OidcPeople {
  constructor(
    private readonly db: Database,
    private readonly permissions: PermissionsService,
  ) {}

  /** Undefined where there is no such user, or not any more. */
  async find(userId: string): Promise<OidcClaims | undefined> {
    const { rows } = await this.db.run({ text: findPerson, values: [userId, this.nameField() ?? null] })
    if (rows[0] === undefined) return undefined
    const [email, emailIsProven, name, updatedAt, roles, teams] = rows[0] as PersonRow
    return {
      sub: userId,
      ...(email !== null && { email, email_verified: emailIsProven }),
      ...(name !== null && { name }),
      updated_at: updatedAt,
      roles: JSON.parse(roles),
      teams: JSON.parse(teams),
    }
  }

  /** Only what users say of themselves: other fields are for those whom the rules let read them. */
  private nameField(): string | undefined {
    const fields = this.permissions.writableFields(['user'], 'update', 'users')
    return nameFields.find((name) => fields.has(name))
  }
}

type PersonRow = [
  email: string | null,
  emailIsProven: boolean,
  name: string | null,
  updatedAt: number,
  roles: string,
  teams: string,
]

const findPerson = `
  select u.email, coalesce(a.verified_email = u.email, false), to_jsonb(u) ->> $2::text,
    floor(extract(epoch from u."updatedAt"))::float8, ${rolesOf('u.id')}::text,
    coalesce((select json_agg(json_build_object('id', m.team_id, 'roles', m.roles) order by m.team_id)
      from holdfast.memberships m where m.user_id = u.id), '[]')::text
  from public.users u left join holdfast.accounts a on a.user_id = u.id
  where u.id = $1 and a.disabled_at is null`
