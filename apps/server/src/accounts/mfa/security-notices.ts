import { Injectable } from '@nestjs/common'
import type { Executor } from '../../platform/db/index.js'
import { findAccountById } from '../account/find-account.js'
import { AccountMails } from '../mails/account-mails.js'

/** Tells users by mail what has changed in how they sign in: it may not have been them. */
@Injectable()
export class SecurityNotices {
  constructor(private readonly mails: AccountMails) {}

  /** `subject` says what happened in one sentence. Users without an address are told nothing. */
  async enqueue(tx: Executor, userId: string, subject: string): Promise<void> {
    const account = await findAccountById(tx, userId)
    if (account?.email === undefined) return
    const { email: to, locale } = account
    await this.mails.enqueue(tx, { kind: 'securityNotice', to, data: { subject }, ...(locale && { locale }) })
  }
}
