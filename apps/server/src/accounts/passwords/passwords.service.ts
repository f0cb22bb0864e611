import { Injectable } from '@nestjs/common'
import { Sessions } from '../../auth/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { InternalWrites } from '../../records/index.js'
import { ProvenEmails } from '../account/proven-email.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { revokePending } from '../one-time/revoke-pending.js'
import { type Credential, findCredentialOf, replacePassword, storePassword } from './credentials.js'
import { normalizePassword } from './parse-password.js'
import { PasswordHasher } from './password-hasher.js'

/** Gives, proves and changes passwords. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly db: Database,
    private readonly records: InternalWrites,
    private readonly sessions: Sessions,
    private readonly hasher: PasswordHasher,
    private readonly proven: ProvenEmails,
    private readonly secrets: OneTimeSecrets,
  ) {}

  /**
   * Gives an e-mail address an account with this password: a new one, or the one it has, whose sessions then end. For
   * whoever runs the server, who answers for the address. Returns the id of the user.
   */
  async provideAccount(tx: Executor, email: string, passwordHash: string): Promise<string> {
    const { rows } = await tx.run({ text: 'select id from public.users where email = $1', values: [email] })
    const [known] = rows as [string][]
    const userId = known?.[0] ?? (await this.records.create('first admin', 'users', { email }, tx))
    await storePassword(tx, { userId, passwordHash })
    await this.proven.note(tx, userId)
    if (known) await this.sessions.endAll(userId, { tx })
    return userId
  }

  /** The user's credential when this is the password; undefined when it is not. */
  async prove(userId: string, password: string): Promise<Credential | undefined> {
    const credential = await findCredentialOf(this.db, userId)
    const matches = await this.hasher.verify(credential?.passwordHash, normalizePassword(password))
    return matches ? credential : undefined
  }

  /**
   * Changes a password that was proven and ends every session, the caller's own too, since its tokens may be in other
   * hands; what was under way is void. False when the password has been changed meanwhile. `forget` the user once the transaction committed.
   */
  async change(tx: Executor, proven: Credential, passwordHash: string): Promise<boolean> {
    if (!(await replacePassword(tx, proven, passwordHash))) return false
    await revokePending(tx, this.secrets, proven.userId)
    await this.sessions.endAll(proven.userId, { tx })
    return true
  }
}
