import type { Invite, NewInvite } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { type Principal, Sessions } from '../../auth/index.js'
import { Jobs } from '../../jobs/index.js'
import { AppError, newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { Mailer } from '../../platform/mail/index.js'
import { findAccountByEmail } from '../account/find-account.js'
import { NewAccounts } from '../account/new-accounts.js'
import { ProvenEmails } from '../account/proven-email.js'
import { requireGrantable } from '../account/require-grantable.js'
import { AccountMails } from '../mails/account-mails.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import type { PageQuery } from '../page-query.js'
import { storePassword } from '../passwords/credentials.js'
import { parseNewEmail } from '../sign-in/parse-sign-up.js'
import { type SignedIn, SignIns } from '../sign-in/sign-ins.js'
import { dropOldInvites, insertInvite, listInvites, takeBackInvite, takeInvite } from './invite-store.js'

const goodForDays = 7
const goodForSeconds = goodForDays * 24 * 3600

/** What somebody who was invited brings along. */
export interface Acceptance {
  readonly token: string
  readonly passwordHash: string | undefined
  readonly profile: Readonly<Record<string, unknown>>
}

/** Invitations: bound to an address and roles, good once, and known to nobody but the reader of the mail. */
@Injectable()
export class InvitesService {
  constructor(
    private readonly db: Database,
    private readonly secrets: OneTimeSecrets,
    private readonly mails: AccountMails,
    private readonly mailer: Mailer,
    private readonly accounts: NewAccounts,
    private readonly emails: ProvenEmails,
    private readonly sessions: Sessions,
    private readonly signIns: SignIns,
    jobs: Jobs,
  ) {
    jobs.define('accounts.dropInvites', { schedule: '41 3 * * *' }, () => dropOldInvites(this.db))
  }

  /** Sends the mail. @throws validation_failed, forbidden, unavailable where mails reach nobody */
  async invite(caller: Principal, { email: text, roles = [] }: NewInvite, locale: string | undefined): Promise<Invite> {
    const email = parseNewEmail(text)
    await this.mails.requireReachable()
    const id = newId()
    const createdBy = caller.kind === 'user' ? caller.userId : null
    return this.db.transaction(async (tx) => {
      await requireGrantable(tx, caller, roles)
      return this.send(tx, await insertInvite(tx, { id, email, roles, createdBy, seconds: goodForSeconds }), locale)
    })
  }

  /** The same in place of the one of before, whose link is void, and good for as long again. @throws not_found, as invite */
  async resend(caller: Principal, id: string, locale: string | undefined): Promise<Invite> {
    this.mails.requireReachable()
    return this.db.transaction(async (tx) => {
      const old = await takeBackInvite(tx, id)
      if (!old) throw noSuchInvite()
      await requireGrantable(tx, caller, old.roles)
      const createdBy = caller.kind === 'user' ? caller.userId : null
      const invite = await insertInvite(tx, { ...old, id: newId(), createdBy, seconds: goodForSeconds })
      return this.send(tx, invite, locale)
    })
  }

  private async send(tx: Executor, invite: Invite, locale: string | undefined): Promise<Invite> {
    const secret = { purpose: 'invite', ttlSeconds: goodForSeconds, details: { inviteId: invite.id } } as const
    const link = this.mails.link('invite', await this.secrets.issueToken(tx, secret))
    const data = { link, minutes: goodForDays * 24 * 60 }
    await this.mails.enqueue(tx, { kind: 'invite', to: invite.email, data, ...(locale && { locale }) })
    // The log has it anyway there: nobody else reads the mails of such a server.
    return (await this.mailer.isConfigured()) ? invite : { ...invite, link }
  }

  list({ limit, after }: PageQuery): Promise<Invite[]> {
    return listInvites(this.db, limit, after)
  }

  /** @throws not_found */
  async revoke(id: string): Promise<void> {
    if (!(await takeBackInvite(this.db, id))) throw noSuchInvite()
  }

  /**
   * Makes the account, or finds the one of the address: whoever reads its mail owns it, so what a stranger has set there
   * before the first proof is wiped.
   * @throws invalid_secret, conflict, account_disabled, validation_failed
   */
  async accept(acceptance: Acceptance, request: Request): Promise<SignedIn> {
    const { signedIn, userId } = await this.db.transaction(async (tx) => {
      const used = await this.secrets.useToken<{ inviteId: string }>(tx, 'invite', acceptance.token)
      const invite = used && (await takeInvite(tx, used.details.inviteId))
      if (!invite) throw new AppError('invalid_secret', 'The invitation is not good, or not any more')
      const userId = await this.provide(tx, invite.email, acceptance)
      await tx.run({ text: addRoles, values: [userId, invite.roles] })
      return { userId, signedIn: await this.signIns.open(tx, { userId, methods: ['mail'] }, request) }
    })
    this.sessions.forget(userId)
    return signedIn
  }

  /** The account of the address, proven by the mail. */
  private async provide(tx: Executor, email: string, { passwordHash, profile }: Acceptance): Promise<string> {
    const known = await findAccountByEmail(tx, email)
    if (!known) {
      const userId = await this.accounts.create(tx, { email, emailIsProven: true, profile })
      if (passwordHash !== undefined) await storePassword(tx, { userId, passwordHash })
      return userId
    }
    const { userId } = known
    const isFirstProof = await this.emails.take(tx, userId)
    if (passwordHash === undefined) return userId
    if (!isFirstProof)
      throw new AppError('conflict', 'There is an account with this address already', {
        hint: 'Leave out the password: it stays as it is.',
      })
    await storePassword(tx, { userId, passwordHash })
    return userId
  }
}

const noSuchInvite = (): AppError => new AppError('not_found', 'There is no such invitation')

const addRoles = `
  insert into holdfast.user_roles (user_id, role)
  select $1::uuid, name from holdfast.roles where name = any($2::text[]) on conflict do nothing`
