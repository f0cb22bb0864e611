import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions } from '../../auth/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { findAccountByEmail, findAccountById } from '../account/find-account.js'
import { ProvenEmails } from '../account/proven-email.js'
import { EmailSettings } from '../email/email-settings.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { AccountMails } from '../mails/account-mails.js'
import { type MailRequest, MailRequests } from '../mails/mail-requests.js'
import { invalidLink } from '../one-time/invalid-secret.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { revokePending } from '../one-time/revoke-pending.js'
import { clientOf } from '../sign-in/client-of.js'
import { storePassword } from './credentials.js'
import { parseNewPassword } from './parse-password.js'
import { PasswordHasher } from './password-hasher.js'
import { PasswordPolicy } from './password-policy.js'

/** What the link was made for: it is no good once the account has another address. */
interface ResetDetails {
  readonly email: string
}

/** Whom to send the link that sets a new password. */
export interface Forgetful {
  readonly userId: string
  readonly email: string
  readonly locale?: string | undefined
  readonly redirectTo?: string | undefined
}

/** New passwords for those who do not know theirs: by a link to the address of the account. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly db: Database,
    private readonly limits: AttemptLimits,
    private readonly settings: EmailSettings,
    private readonly secrets: OneTimeSecrets,
    private readonly mails: AccountMails,
    private readonly requests: MailRequests,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly proven: ProvenEmails,
    private readonly sessions: Sessions,
  ) {
    requests.define('reset', (asked) => this.sendTo(asked))
  }

  /** `email` and `redirectTo` are checked. @throws unavailable, rate_limited */
  async request(email: string, redirectTo: string | undefined, request: Request): Promise<void> {
    await this.requests.add('reset', { email, redirectTo }, request)
  }

  /** The address whose account would get a new password; undefined for a link that is not good. */
  private async peek(token: string): Promise<string | undefined> {
    return (await this.secrets.peekToken<ResetDetails>('password.reset', token))?.details.email
  }

  /**
   * Sets the password, ends every session and makes what was pending void. A password that is refused leaves the link good.
   * @throws invalid_secret, validation_failed, rate_limited
   */
  async reset(token: string, text: string, request: Request): Promise<void> {
    await this.limits.count('secret', clientOf(request).address)
    const email = await this.peek(token)
    if (email === undefined) throw invalidLink()
    const password = parseNewPassword(text, 'password')
    await this.policy.require(password, 'password', email)
    const passwordHash = await this.hasher.hash(password)
    const userId = await this.db.transaction((tx) => this.use(tx, token, passwordHash))
    this.sessions.forget(userId)
  }

  private async use(tx: Executor, token: string, passwordHash: string): Promise<string> {
    const used = await this.secrets.useToken<ResetDetails>(tx, 'password.reset', token)
    const { userId } = used ?? {}
    if (userId === undefined || (await findAccountById(tx, userId))?.email !== used!.details.email) throw invalidLink()
    await this.proven.take(tx, userId)
    await storePassword(tx, { userId, passwordHash })
    await revokePending(tx, this.secrets, userId)
    await this.sessions.endAll(userId, { tx })
    return userId
  }

  /** Sends the link. Earlier ones are void. */
  async send(tx: Executor, { userId, email, locale, redirectTo }: Forgetful): Promise<void> {
    const { resetMinutes: minutes } = await this.settings.get()
    const secret = { purpose: 'password.reset', userId, ttlSeconds: minutes * 60, details: { email } } as const
    const token = await this.secrets.issueToken(tx, secret, { replace: true })
    const link = this.mails.link('reset', token, redirectTo)
    await this.mails.enqueue(tx, { kind: 'reset', to: email, data: { link, minutes }, locale })
  }

  private async sendTo({ email, locale, redirectTo }: MailRequest): Promise<void> {
    const account = await findAccountByEmail(this.db, email)
    if (account?.kind !== 'person' || account.disabled) return
    await this.db.transaction((tx) => this.send(tx, { userId: account.userId, email, locale, redirectTo }))
  }
}
