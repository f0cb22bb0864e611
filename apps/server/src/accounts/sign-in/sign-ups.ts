import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions } from '../../auth/index.js'
import { AppError, newId } from '../../lib/index.js'
import { Database, type Transaction } from '../../platform/db/index.js'
import { findAccountByEmail } from '../account/find-account.js'
import { NewAccounts } from '../account/new-accounts.js'
import { anonymousCaller } from '../anonymous/anonymous-caller.js'
import { EmailSettings } from '../email/email-settings.js'
import { EmailVerification } from '../email/email-verification.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { AccountMails } from '../mails/account-mails.js'
import { languageOf } from '../mails/languages.js'
import { storePassword } from '../passwords/credentials.js'
import { PasswordHasher } from '../passwords/password-hasher.js'
import { PasswordPolicy } from '../passwords/password-policy.js'
import { clientOf } from './client-of.js'
import type { SignUp } from './parse-sign-up.js'
import { type SignedIn, SignIns } from './sign-ins.js'

interface NewPasswordAccount {
  readonly email: string
  readonly passwordHash: string
  readonly profile: SignUp['profile']
  readonly locale: string | undefined
}

/** Makes accounts with a password. */
@Injectable()
export class SignUps {
  constructor(
    private readonly db: Database,
    private readonly limits: AttemptLimits,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly accounts: NewAccounts,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
    private readonly settings: EmailSettings,
    private readonly verification: EmailVerification,
    private readonly mails: AccountMails,
  ) {}

  /**
   * Signs the new user in. Undefined where the address must be proven before: a mail is on its way, and whether there was
   * an account is not told.
   * @throws forbidden, unique_violation, validation_failed, rate_limited
   */
  async signUp({ email, password, profile: given }: SignUp, request: Request): Promise<SignedIn | undefined> {
    await this.accounts.requireOpen()
    const { requireVerified } = await this.settings.get()
    const upgradeOf = anonymousCaller(request)
    if (requireVerified) await this.requireProvable(upgradeOf)
    await this.limits.count('signUp', clientOf(request).address)
    await this.policy.require(password, 'password', email)
    const profile = await this.accounts.admit({ method: 'password', email, profile: given }, request)
    const account = { email, profile, passwordHash: await this.hasher.hash(password), locale: languageOf(request) }
    if (requireVerified) return this.createUnproven(account)
    const signedIn = await this.db.transaction((tx) => this.createAndOpen(tx, account, upgradeOf, request))
    if (upgradeOf !== undefined) this.sessions.forget(upgradeOf)
    return signedIn
  }

  private async createAndOpen(
    tx: Transaction,
    { passwordHash, ...account }: NewPasswordAccount,
    upgradeOf: string | undefined,
    request: Request,
  ): Promise<SignedIn> {
    const userId = await this.accounts.create(tx, { ...account, upgradeOf })
    await storePassword(tx, { userId, passwordHash })
    const { verifyOnSignUp } = await this.settings.get()
    if (verifyOnSignUp) await this.verification.send(tx, { userId, ...account })
    return this.signIns.open(tx, { userId, methods: ['pwd'] }, request)
  }

  /** Whoever signs up at the same moment with the same address has the account then: the second look finds it. */
  private async createUnproven(account: NewPasswordAccount): Promise<undefined> {
    try {
      await this.db.transaction((tx) => this.createOrTell(tx, account))
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === 'unique_violation'
      if (!isTaken || !(await findAccountByEmail(this.db, account.email))) throw error
      await this.db.transaction((tx) => this.createOrTell(tx, account))
    }
  }

  /**
   * The same is done for an address that has an account, under an address nobody has, and taken back: what a profile is
   * refused for and how long it all takes tell nothing (A98). The owner of the account is told by mail.
   */
  private async createOrTell(tx: Transaction, { passwordHash, ...account }: NewPasswordAccount): Promise<void> {
    const { email, locale } = account
    const known = await findAccountByEmail(tx, email)
    await tx.run({ text: 'savepoint before_account', values: [] })
    const userId = await this.accounts.create(tx, known ? { ...account, email: `${newId()}@nobody.invalid` } : account)
    await storePassword(tx, { userId, passwordHash })
    if (known === undefined) return this.verification.send(tx, { userId, email, locale })
    await tx.run({ text: 'rollback to savepoint before_account', values: [] })
    await this.mails.enqueue(tx, { kind: 'knownSignUp', to: email, data: {}, locale })
  }

  private async requireProvable(upgradeOf: string | undefined): Promise<void> {
    await this.mails.requireReachable()
    if (upgradeOf === undefined) return
    throw new AppError('forbidden', 'An anonymous user signs up by a code or a link here: both prove the address', {
      hint: 'POST /api/v1/auth/otp or POST /api/v1/auth/magic-link',
    })
  }
}
