import type { AdminUserChange, AdminUserDetails, NewAdminUser } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { isInPerson, type Principal, Principals, Sessions } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { InternalWrites } from '../../records/index.js'
import { NewAccounts } from '../account/new-accounts.js'
import { requireGrantable } from '../account/require-grantable.js'
import { SecurityNotices } from '../mfa/security-notices.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { storePassword } from '../passwords/credentials.js'
import { PasswordHasher } from '../passwords/password-hasher.js'
import { PasswordPolicy } from '../passwords/password-policy.js'
import { setRoles } from '../service-accounts/service-accounts.service.js'
import { parseNewEmail } from '../sign-in/parse-sign-up.js'
import { findUser, lockUser, noteDisabled, noteLocale } from './user-store.js'

/** Users as admins manage them. */
@Injectable()
export class UsersService {
  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
    private readonly sessions: Sessions,
    private readonly accounts: NewAccounts,
    private readonly records: InternalWrites,
    private readonly secrets: OneTimeSecrets,
    private readonly notices: SecurityNotices,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
  ) {}

  /** @throws not_found */
  async get(id: string): Promise<AdminUserDetails> {
    const user = await findUser(this.db, id)
    if (!user) throw noSuchUser()
    return user
  }

  /** `password`: checked. @throws unique_violation, validation_failed, forbidden */
  async create(caller: Principal, raw: NewAdminUser, password: string | undefined): Promise<AdminUserDetails> {
    const { roles = [], emailIsProven = false, profile = {}, locale } = raw
    const email = raw.email === undefined ? undefined : parseNewEmail(raw.email)
    if (password !== undefined) await this.policy.require(password, 'password', email)
    const passwordHash = password === undefined ? undefined : await this.hasher.hash(password)
    const id = await this.db.transaction(async (tx) => {
      await requireGrantable(tx, caller, roles)
      const account = { emailIsProven, profile, ...(email !== undefined && { email }), ...(locale && { locale }) }
      const userId = await this.accounts.create(tx, account)
      if (passwordHash !== undefined) await storePassword(tx, { userId, passwordHash })
      await setRoles(tx, userId, roles)
      return userId
    })
    return this.get(id)
  }

  /**
   * Gives a user exactly these roles.
   * @throws not_found, validation_failed for a role that does not exist, forbidden, conflict when the last admin would be
   * none any more
   */
  async setRoles(caller: Principal, id: string, roles: readonly string[]): Promise<void> {
    await this.db.transaction(async (tx) => {
      const had = await requireUser(tx, id)
      await requireGrantable(
        tx,
        caller,
        roles.filter((role) => !had.includes(role)),
      )
      await setRoles(tx, id, roles)
    })
    this.principals.forget(id)
  }

  /** @throws not_found, unique_violation, conflict when the last admin would be disabled */
  async change(caller: Principal, id: string, { disabled, email, locale }: AdminUserChange): Promise<AdminUserDetails> {
    const address = email === undefined ? undefined : parseNewEmail(email)
    await this.db.transaction(async (tx) => {
      requireMayChange(caller, await requireUser(tx, id))
      if (address !== undefined) await this.changeEmail(tx, id, address)
      if (locale !== undefined) await noteLocale(tx, id, locale)
      if (disabled !== undefined) await noteDisabled(tx, id, disabled)
      if (disabled) await this.sessions.endAll(id, { tx })
    })
    this.principals.forget(id)
    return this.get(id)
  }

  /** With what its relations say goes with it. @throws not_found, conflict for the last admin */
  async delete(id: string): Promise<void> {
    const deleted = await this.db.transaction((tx) => this.records.delete('an admin', 'users', id, tx))
    if (!deleted) throw noSuchUser()
    this.principals.forget(id)
  }

  /** For somebody who lost them all. The user is told, and every session ends. @throws not_found */
  async removeFactors(caller: Principal, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      requireMayChange(caller, await requireUser(tx, id))
      for (const table of ['factors', 'recovery_codes'])
        await tx.run({ text: `delete from holdfast.${table} where user_id = $1`, values: [id] })
      await this.sessions.endAll(id, { tx })
      await this.notices.enqueue(tx, id, 'An admin has removed all second factors and passkeys.')
    })
    this.principals.forget(id)
  }

  /** Links and codes that went to the old address are void. The new one counts as not proven. */
  private async changeEmail(tx: Executor, id: string, email: string): Promise<void> {
    await this.records.completeUser(id, email, {}, tx)
    await this.secrets.revoke(tx, undefined, id)
  }
}

/** The roles the user has. @throws not_found */
async function requireUser(tx: Executor, id: string): Promise<readonly string[]> {
  const roles = await lockUser(tx, id)
  if (!roles) throw noSuchUser()
  return roles
}

/** By the address, or without the factors, of an admin a key that leaks would become one. */
function requireMayChange(caller: Principal, roles: readonly string[]): void {
  if (roles.includes('admin') && !isInPerson(caller))
    throw new AppError('forbidden', 'The account of an admin is changed by admins in person, not by an API key')
}

const noSuchUser = (): AppError => new AppError('not_found', 'There is no such user')
