import { Injectable } from '@nestjs/common'
import { Principals, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { Mailer } from '../../platform/mail/index.js'
import { findAccountById } from '../account/find-account.js'
import { parseEmail } from '../account/parse-email.js'
import { ProvenEmails } from '../account/proven-email.js'
import { EmailSettings } from '../email/email-settings.js'
import { AccountMails } from '../mails/account-mails.js'
import { LinkedIdentities, type LinkedIdentity } from './linked-identities.js'
import type { ProvenIdentity } from './proven-identity.js'
import { ProviderList } from './provider-list.js'

/** Adds ways to sign in to an account, and takes them away. */
@Injectable()
export class IdentityLinks {
  constructor(
    private readonly db: Database,
    private readonly identities: LinkedIdentities,
    private readonly proven: ProvenEmails,
    private readonly providers: ProviderList,
    private readonly mails: AccountMails,
    private readonly mailer: Mailer,
    private readonly email: EmailSettings,
    private readonly principals: Principals,
  ) {}

  /** Makes the identity the user's. @throws conflict when it is somebody else's */
  async link({ userId }: UserPrincipal, identity: ProvenIdentity): Promise<LinkedIdentity> {
    const linked = await this.db.transaction(async (tx) => {
      await this.identities.lock(tx, identity)
      const owner = await this.identities.findOwner(tx, identity)
      if (owner !== undefined && owner !== userId) throw belongsToAnother()
      const id = await this.identities.store(tx, userId, identity)
      await this.noteProof(tx, userId, identity)
      if (owner === undefined) await this.notify(tx, userId, `${identity.provider} was added as a way to sign in`)
      return (await this.identities.find(tx, userId, id))!
    })
    this.principals.forget(userId)
    return linked
  }

  /** @throws not_found, conflict when it is the last way in */
  async unlink({ userId }: UserPrincipal, id: string): Promise<void> {
    const { enabled, canMail } = await this.findWays()
    await this.db.transaction(async (tx) => {
      // Two who remove the last two ways wait for each other, and one of them finds it the last.
      await tx.run({ text: lockUser, values: [userId] })
      const identity = await this.identities.find(tx, userId, id)
      if (identity === undefined) throw new AppError('not_found', 'There is no such identity')
      const { rows } = await tx.run({ text: hasAnotherWay, values: [userId, id, enabled, canMail] })
      if (rows[0]![0] !== true) throw lastWay()
      await this.identities.remove(tx, id)
      await this.notify(tx, userId, `${identity.provider} was removed as a way to sign in`)
    })
    this.principals.forget(userId)
  }

  /** What somebody could sign in by: an identity of a provider that is gone is no way in. */
  private async findWays(): Promise<{ enabled: string[]; canMail: boolean }> {
    const [providers, { code, link }] = await Promise.all([this.providers.list(), this.email.get()])
    return { enabled: providers.map(({ id }) => id), canMail: (code || link) && (await this.mailer.isConfigured()) }
  }

  /** The owner of the account has proven its address, too, where the provider's word is good for that. */
  private async noteProof(tx: Executor, userId: string, { email = '', emailIsProven }: ProvenIdentity): Promise<void> {
    const account = emailIsProven ? await findAccountById(tx, userId) : undefined
    if (account?.email !== undefined && account.email === parseEmail(email)) await this.proven.note(tx, userId)
  }

  private async notify(tx: Executor, userId: string, subject: string): Promise<void> {
    const account = await findAccountById(tx, userId)
    if (account?.email !== undefined)
      await this.mails.enqueue(tx, { kind: 'securityNotice', to: account.email, data: { subject } })
  }
}

const belongsToAnother = (): AppError =>
  new AppError('conflict', 'This identity belongs to another account', {
    hint: 'Sign in by it, and unlink it there first: DELETE /api/v1/auth/identities/{id}',
  })

const lastWay = (): AppError =>
  new AppError('conflict', 'This is the last way to sign in to the account', {
    hint: 'Set a password, add a passkey or link another provider first',
  })

const lockUser = 'select from public.users where id = $1 for no key update'

const hasAnotherWay = `
  select exists (select from holdfast.credentials where user_id = $1)
    or exists (select from holdfast.identities where user_id = $1 and id <> $2 and provider = any ($3::text[]))
    or exists (select from holdfast.factors where user_id = $1 and kind = 'passkey' and confirmed_at is not null)
    or ($4::boolean and exists (
      select from holdfast.accounts a join public.users u on u.id = a.user_id
      where u.id = $1 and a.verified_email = u.email))`
