import type { UserMailKind } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { Principals } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { findAccountById } from '../account/find-account.js'
import { EmailVerification } from '../email/email-verification.js'
import { LinkedIdentities } from '../identities/linked-identities.js'
import { AccountMails } from '../mails/account-mails.js'
import { SecurityNotices } from '../mfa/security-notices.js'
import { PasswordResets } from '../passwords/password-resets.js'
import { lockUser } from './user-store.js'

/** What admins do about how a user gets in. */
@Injectable()
export class UserAccess {
  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
    private readonly identities: LinkedIdentities,
    private readonly mails: AccountMails,
    private readonly notices: SecurityNotices,
    private readonly resets: PasswordResets,
    private readonly verification: EmailVerification,
  ) {}

  /** Whoever can no longer sign in is helped by the mail that resets the password. @throws not_found */
  async unlink(userId: string, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const isUser = (await lockUser(tx, userId)) !== undefined
      const identity = isUser ? await this.identities.find(tx, userId, id) : undefined
      if (identity === undefined) throw new AppError('not_found', 'There is no such identity')
      await this.identities.remove(tx, id)
      await this.notices.enqueue(tx, userId, `An admin has removed ${identity.provider} as a way to sign in.`)
    })
    this.principals.forget(userId)
  }

  /** Never answers what is in the mail: an admin who could read it could be the user. @throws not_found, conflict, unavailable */
  async sendMail(userId: string, kind: UserMailKind): Promise<void> {
    this.mails.requireReachable()
    const account = await findAccountById(this.db, userId)
    if (account === undefined) throw new AppError('not_found', 'There is no such user')
    const { kind: kindOfUser, email, emailIsProven, disabled, locale } = account
    if (kindOfUser !== 'person' || email === undefined)
      throw new AppError('conflict', 'The user has no address to write to', { hint: 'Give the account one first' })
    if (disabled) throw new AppError('conflict', 'The account is disabled', { hint: 'Enable it first' })
    if (kind === 'verify' && emailIsProven) throw new AppError('conflict', 'The address is proven already')
    const to = { userId, email, locale }
    await this.db.transaction((tx) => (kind === 'reset' ? this.resets.send(tx, to) : this.verification.send(tx, to)))
  }
}
