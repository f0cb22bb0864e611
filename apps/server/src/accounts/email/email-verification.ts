import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Database, type Executor } from '../../platform/db/index.js'
import { findAccountByEmail, findAccountById } from '../account/find-account.js'
import { ProvenEmails } from '../account/proven-email.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { AccountMails } from '../mails/account-mails.js'
import { type MailRequest, MailRequests } from '../mails/mail-requests.js'
import { invalidLink } from '../one-time/invalid-secret.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { clientOf } from '../sign-in/client-of.js'
import { EmailSettings } from './email-settings.js'

interface VerifyDetails {
  readonly email: string
}

/** Whom to send the link that proves an address. */
export interface Unverified {
  readonly userId: string
  readonly email: string
  readonly locale?: string | undefined
  readonly redirectTo?: string | undefined
}

/** Proofs that an account belongs to its address, by a link in a mail. */
@Injectable()
export class EmailVerification {
  constructor(
    private readonly db: Database,
    private readonly limits: AttemptLimits,
    private readonly settings: EmailSettings,
    private readonly secrets: OneTimeSecrets,
    private readonly mails: AccountMails,
    private readonly requests: MailRequests,
    private readonly proven: ProvenEmails,
  ) {
    requests.define('verify', (asked) => this.sendTo(asked))
  }

  /** Sends the link, as part of what makes or changes the account. */
  async send(tx: Executor, { userId, email, locale, redirectTo }: Unverified): Promise<void> {
    const { verifyMinutes: minutes } = await this.settings.get()
    const secret = { purpose: 'email.verify', userId, ttlSeconds: minutes * 60, details: { email } } as const
    const token = await this.secrets.issueToken(tx, secret, { replace: true })
    const link = this.mails.link('verify', token, redirectTo)
    await this.mails.enqueue(tx, { kind: 'verify', to: email, data: { link, minutes }, locale })
  }

  /** `email` and `redirectTo` are checked. @throws unavailable, rate_limited */
  async request(email: string, redirectTo: string | undefined, request: Request): Promise<void> {
    await this.requests.add('verify', { email, redirectTo }, request)
  }

  /** @throws invalid_secret, rate_limited */
  async verify(token: string, request: Request): Promise<void> {
    await this.limits.count('secret', clientOf(request).address)
    await this.db.transaction(async (tx) => {
      const used = await this.secrets.useToken<VerifyDetails>(tx, 'email.verify', token)
      const account = used?.userId === undefined ? undefined : await findAccountById(tx, used.userId)
      if (account === undefined || account.email !== used!.details.email) throw invalidLink()
      await this.proven.note(tx, account.userId)
    })
  }

  private async sendTo({ email, locale, redirectTo }: MailRequest): Promise<void> {
    const account = await findAccountByEmail(this.db, email)
    if (account?.kind !== 'person' || account.disabled || account.emailIsProven) return
    await this.db.transaction((tx) => this.send(tx, { userId: account.userId, email, locale, redirectTo }))
  }
}
