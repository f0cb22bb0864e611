import { Injectable } from '@nestjs/common'
import { type ClientInfo, type OpenSession, Sessions } from '../auth/index.js'
import { AppError } from '../lib/index.js'
import { Database, type Executor } from '../platform/db/index.js'
import { InternalWrites } from '../records/index.js'
import { type Credential, findCredentialOf, replacePassword, storePassword } from './credentials.js'
import { normalizePassword } from './parse-password.js'
import type { SignUp } from './parse-sign-up.js'
import { PasswordHasher } from './password-hasher.js'

export const invalidCredentials = (): AppError => new AppError('invalid_credentials', 'E-mail or password is wrong')

/** Makes accounts, opens sessions, changes passwords. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly db: Database,
    private readonly records: InternalWrites,
    private readonly sessions: Sessions,
    private readonly hasher: PasswordHasher,
  ) {}

  /** @throws unique_violation when the e-mail has an account, validation_failed for the profile */
  async signUp({ email, password, profile }: SignUp, client: ClientInfo): Promise<OpenSession> {
    const passwordHash = await this.hasher.hash(password)
    return this.db.transaction(async (tx) => {
      const userId = await this.records.createUser(email, profile, tx)
      await storePassword(tx, { userId, passwordHash })
      return this.sessions.open(tx, userId, client)
    })
  }

  /**
   * Gives an e-mail address an account with this password: a new one, or the one it has, whose sessions then end. For
   * whoever runs the server. Returns the id of the user.
   */
  async provideAccount(tx: Executor, email: string, passwordHash: string): Promise<string> {
    const { rows } = await tx.run({ text: 'select id from public.users where email = $1', values: [email] })
    const [known] = rows as [string][]
    const userId = known?.[0] ?? (await this.records.create('first admin', 'users', { email }, tx))
    await storePassword(tx, { userId, passwordHash })
    if (known) await this.sessions.endAll(userId, { tx })
    return userId
  }

  /** Opens a session for whoever proved the password, unless it has been changed meanwhile. @throws invalid_credentials */
  async signIn(proven: Credential, client: ClientInfo): Promise<OpenSession> {
    const session = await this.sessions.openProven(proven, client)
    if (session === undefined) throw invalidCredentials()
    return session
  }

  /** The user's credential when this is the password; undefined when it is not. */
  async provePassword(userId: string, password: string): Promise<Credential | undefined> {
    const credential = await findCredentialOf(this.db, userId)
    const matches = await this.hasher.verify(credential?.passwordHash, normalizePassword(password))
    return matches ? credential : undefined
  }

  /**
   * Changes a password that was proven and ends every session, the caller's own too, since its tokens may be in other
   * hands. The caller goes on with the new session.
   * @throws invalid_credentials when the password has been changed meanwhile
   */
  async changePassword(proven: Credential, password: string, client: ClientInfo): Promise<OpenSession> {
    const { userId } = proven
    const passwordHash = await this.hasher.hash(password)
    const session = await this.db.transaction(async (tx) => {
      if (!(await replacePassword(tx, proven, passwordHash))) throw invalidCredentials()
      await this.sessions.endAll(userId, { tx })
      return this.sessions.open(tx, userId, client)
    })
    this.sessions.forget(userId)
    return session
  }
}
