import type { NewServiceAccount, ServiceAccount } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type Principal, Principals } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { InternalWrites } from '../../records/index.js'
import { NewAccounts } from '../account/new-accounts.js'
import { requireGrantable } from '../account/require-grantable.js'
import type { PageQuery } from '../page-query.js'
import { iso } from '../sessions/session-store.js'

/** Users that are programs. They have roles and API keys, no address, and no way to sign in. */
@Injectable()
export class ServiceAccountsService {
  constructor(
    private readonly db: Database,
    private readonly accounts: NewAccounts,
    private readonly records: InternalWrites,
    private readonly principals: Principals,
  ) {}

  /** @throws validation_failed for roles that do not exist, forbidden */
  async create(caller: Principal, { name, roles = [] }: NewServiceAccount): Promise<ServiceAccount> {
    const id = await this.db.transaction(async (tx) => {
      await requireGrantable(tx, caller, roles)
      const userId = await this.accounts.create(tx, { kind: 'service' })
      await tx.run({ text: setName, values: [userId, name] })
      await setRoles(tx, userId, roles)
      return userId
    })
    return this.get(id)
  }

  async list({ limit, after }: PageQuery): Promise<ServiceAccount[]> {
    const { rows } = await this.db.run({ text: list, values: [limit, after ?? null] })
    return (rows as [string][]).map(([json]) => JSON.parse(json))
  }

  /** @throws not_found */
  async get(id: string, db: Executor = this.db): Promise<ServiceAccount> {
    const { rows } = await db.run({ text: find, values: [id] })
    const [row] = rows as [string][]
    if (!row) throw new AppError('not_found', 'There is no such service account')
    return JSON.parse(row[0])
  }

  /** @throws not_found, and as create */
  async change(caller: Principal, id: string, { name, roles }: Partial<NewServiceAccount>): Promise<ServiceAccount> {
    await this.db.transaction(async (tx) => {
      const { roles: had } = await this.get(id, tx)
      if (name !== undefined) await tx.run({ text: setName, values: [id, name] })
      if (!roles) return
      await requireGrantable(
        tx,
        caller,
        roles.filter((role) => !had.includes(role)),
      )
      await setRoles(tx, id, roles)
    })
    this.principals.forget(id)
    return this.get(id)
  }

  /** Its keys go with it. @throws not_found */
  async delete(id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      await this.get(id, tx)
      await this.records.delete('a service account', 'users', id, tx)
    })
    this.principals.forget(id)
  }
}

/** Gives a user exactly these roles. */
export async function setRoles(tx: Executor, userId: string, roles: readonly string[]): Promise<void> {
  await tx.run({ text: addRoles, values: [userId, roles] })
  await tx.run({ text: removeRoles, values: [userId, roles] })
}

const select = `
  select json_build_object('id', u.id, 'name', a.name, 'disabled', a.disabled_at is not null,
    'createdAt', ${iso('u."createdAt"')},
    'roles', array(select role from holdfast.user_roles r where r.user_id = u.id order by role collate "C"))::text
  from public.users u join holdfast.accounts a on a.user_id = u.id and a.kind = 'service'`
const find = `${select} where u.id = $1`
const list = `${select} where $2::uuid is null or u.id < $2 order by u.id desc limit $1`
const setName = 'update holdfast.accounts set name = $2 where user_id = $1'
const addRoles = `
  insert into holdfast.user_roles (user_id, role) select distinct $1::uuid, unnest($2::text[]) on conflict do nothing`
const removeRoles = 'delete from holdfast.user_roles where user_id = $1 and role <> all ($2::text[])'
