import { Injectable } from '@nestjs/common'
import { type PageQuery, requireRoles } from '../accounts/index.js'
import { Principals } from '../auth/index.js'
import { AppError } from '../lib/index.js'
import { Database } from '../platform/db/index.js'
import type { AdminUser } from './admin.dto.js'

/** Users and the roles they have. */
@Injectable()
export class UsersService {
  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
  ) {}

  /** Users, the newest first. */
  async list({ limit, after }: PageQuery): Promise<AdminUser[]> {
    const { rows } = await this.db.run({ text: listUsers, values: [limit, after ?? null] })
    return (rows as Row[]).map(toUser)
  }

  /** @throws not_found */
  async get(id: string): Promise<AdminUser> {
    const { rows } = await this.db.run({ text: getUser, values: [id] })
    if (rows[0] === undefined) throw noSuchUser()
    return toUser(rows[0] as Row)
  }

  /**
   * Gives a user exactly these roles.
   * @throws not_found, validation_failed for a role that does not exist, conflict when the last admin would be none any more
   */
  async setRoles(id: string, roles: readonly string[]): Promise<void> {
    await this.db.transaction(async (tx) => {
      const { rowCount } = await tx.run({ text: lockUser, values: [id] })
      if (rowCount === 0) throw noSuchUser()
      await requireRoles(tx, roles)
      await tx.run({ text: addRoles, values: [id, roles] })
      await tx.run({ text: removeRoles, values: [id, roles] })
    })
    this.principals.forget(id)
  }
}

const noSuchUser = (): AppError => new AppError('not_found', 'There is no such user')

type Row = [id: string, email: string, createdAt: string, roles: string]

const toUser = ([id, email, createdAt, roles]: Row): AdminUser => ({ id, email, createdAt, roles: JSON.parse(roles) })

const selectUser = `
  select u.id, u.email, to_char(u."createdAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    to_json(array(select role from holdfast.user_roles r where r.user_id = u.id order by role collate "C"))
  from public.users u`
const getUser = `${selectUser} where u.id = $1`
const listUsers = `${selectUser} where $2::uuid is null or u.id < $2 order by u.id desc limit $1`

const lockUser = 'select from public.users where id = $1 for no key update'
const addRoles = `
  insert into holdfast.user_roles (user_id, role) select distinct $1::uuid, unnest($2::text[]) on conflict do nothing`
const removeRoles = 'delete from holdfast.user_roles where user_id = $1 and role <> all ($2::text[])'
