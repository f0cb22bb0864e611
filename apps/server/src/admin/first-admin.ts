import { Injectable } from '@nestjs/common'
import { PasswordHasher, PasswordPolicy, PasswordsService, parseNewEmail, parseNewPassword } from '../accounts/index.js'
import { type ClientInfo, type OpenSession, Sessions } from '../auth/index.js'
import { AppError } from '../lib/index.js'
import { Database, type Executor } from '../platform/db/index.js'
import { consumeSetupToken, dropSetupTokens, isSetupToken } from './setup-token.js'

export interface SetUp {
  readonly token: string
  readonly email: string
  readonly password: string
}

/** Any number of ours: who makes the first admin holds it, so that there is one. */
const setupLock = 4_400_013

/** Makes the admin of a server that has none. */
@Injectable()
export class FirstAdmin {
  constructor(
    private readonly db: Database,
    private readonly accounts: PasswordsService,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly sessions: Sessions,
  ) {}

  async exists(db: Executor = this.db): Promise<boolean> {
    const { rows } = await db.run({ text: anyAdmin, values: [] })
    return rows.length > 0
  }

  /** Makes the first admin, unless there is one by now. `email` and `password` are checked. */
  async create(email: string, password: string): Promise<void> {
    const passwordHash = await this.hasher.hash(password)
    await this.db.transaction(async (tx) => {
      await tx.run({ text: lock, values: [setupLock] })
      if (!(await this.exists(tx))) await this.appoint(tx, email, passwordHash)
    })
  }

  /** Makes the first admin with the token of the set-up link, and signs in. @throws unauthenticated, validation_failed */
  async setUp({ token, ...account }: SetUp, client: ClientInfo): Promise<OpenSession> {
    const email = parseNewEmail(account.email)
    const password = parseNewPassword(account.password, 'password')
    if (!(await isSetupToken(this.db, token))) throw invalidLink()
    await this.policy.require(password, 'password', email)
    const passwordHash = await this.hasher.hash(password)
    return this.db.transaction(async (tx) => {
      await tx.run({ text: lock, values: [setupLock] })
      if (!(await consumeSetupToken(tx, token))) throw invalidLink()
      const userId = await this.appoint(tx, email, passwordHash)
      const outcome = await this.sessions.open(tx, { userId, methods: ['pwd'], passwordHash }, client)
      if (outcome.state !== 'open') throw invalidLink()
      return outcome.session
    })
  }

  private async appoint(tx: Executor, email: string, passwordHash: string): Promise<string> {
    const userId = await this.accounts.provideAccount(tx, email, passwordHash)
    await tx.run({ text: giveAdminRole, values: [userId] })
    await dropSetupTokens(tx)
    return userId
  }
}

const invalidLink = (): AppError =>
  new AppError('unauthenticated', 'The set-up link is not valid any more', {
    hint: 'Restart the server for a new link. Where there is an admin already, sign in as that admin.',
    headers: { 'WWW-Authenticate': 'Bearer' },
  })

const lock = 'select pg_advisory_xact_lock($1)'
const anyAdmin = `select from holdfast.user_roles where role = 'admin' limit 1`
const giveAdminRole = `insert into holdfast.user_roles (user_id, role) values ($1, 'admin')`
