import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database, type Executor, type Transaction } from '../../platform/db/index.js'
import { type Account, findAccountByEmail } from '../account/find-account.js'
import { NewAccounts, type SignUpMethod } from '../account/new-accounts.js'
import { ProvenEmails } from '../account/proven-email.js'
import { anonymousCaller } from '../anonymous/anonymous-caller.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { AccountMails } from '../mails/account-mails.js'
import { languageOf } from '../mails/languages.js'
import { type MailRequest, MailRequests } from '../mails/mail-requests.js'
import { invalidCode, invalidLink } from '../one-time/invalid-secret.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { clientOf } from '../sign-in/client-of.js'
import { type SignedIn, SignIns } from '../sign-in/sign-ins.js'
import { EmailSettings } from './email-settings.js'

interface EmailDetails {
  readonly email: string
}

/** Somebody who has a mail of ours at an address. `profile`: of the account that is made where there is none. */
interface ProvenAddress {
  readonly email: string
  readonly method: SignUpMethod & ('code' | 'link')
  readonly profile: Readonly<Record<string, unknown>>
}

/**
 * Sign-in by what a mail holds: a code or a link. Both prove the address, so an account that somebody else made with it is
 * taken over; where there is none and sign-up is open, one is made.
 */
@Injectable()
export class EmailSignIns {
  constructor(
    private readonly db: Database,
    private readonly limits: AttemptLimits,
    private readonly settings: EmailSettings,
    private readonly secrets: OneTimeSecrets,
    private readonly mails: AccountMails,
    private readonly requests: MailRequests,
    private readonly accounts: NewAccounts,
    private readonly proven: ProvenEmails,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
  ) {
    requests.define('code', (asked) => this.sendCode(asked))
    requests.define('link', (asked) => this.sendLink(asked))
  }

  /** `email` is checked. @throws forbidden, unavailable, rate_limited */
  async requestCode(email: string, request: Request): Promise<void> {
    await this.settings.requireOn('code')
    await this.requests.add('code', { email }, request)
  }

  /** `email` and `redirectTo` are checked. @throws forbidden, unavailable, rate_limited */
  async requestLink(email: string, redirectTo: string | undefined, request: Request): Promise<void> {
    await this.settings.requireOn('link')
    await this.requests.add('link', { email, redirectTo }, request)
  }

  /** @throws invalid_secret, account_disabled, validation_failed, rate_limited */
  async byCode(
    { email, code, profile }: { email: string; code: string; profile: ProvenAddress['profile'] },
    request: Request,
  ): Promise<SignedIn> {
    await this.settings.requireOn('code')
    await this.limits.count('secret', clientOf(request).address)
    const used = await this.secrets.useCode<EmailDetails>('email.code', email, code)
    if (used === undefined) throw invalidCode()
    return this.signIn({ email, method: 'code', profile }, request)
  }

  /** The address that a link would sign in; undefined for one that is not good. */
  private async peekLink(token: string): Promise<string | undefined> {
    return (await this.secrets.peekToken<EmailDetails>('email.link', token))?.details.email
  }

  /** A link that could not be used for what was wrong with the rest stays good. @throws as {@link byCode} */
  async byLink(token: string, profile: ProvenAddress['profile'], request: Request): Promise<SignedIn> {
    await this.settings.requireOn('link')
    await this.limits.count('secret', clientOf(request).address)
    const email = await this.peekLink(token)
    if (email === undefined) throw invalidLink()
    return this.signIn({ email, method: 'link', profile }, request, async (tx) => {
      if ((await this.secrets.useToken(tx, 'email.link', token)) === undefined) throw invalidLink()
    })
  }

  /** Whoever makes the account at the same moment has made it then: the second look finds it. */
  private async signIn(
    address: ProvenAddress,
    request: Request,
    consume: (tx: Executor) => Promise<void> = async () => {},
  ): Promise<SignedIn> {
    const account = await findAccountByEmail(this.db, address.email)
    const upgradeOf = account === undefined ? anonymousCaller(request) : undefined
    const profile = account === undefined ? await this.admit(address, request) : {}
    try {
      return await this.db.transaction(async (tx) => {
        await consume(tx)
        const userId = account
          ? await this.enter(tx, account)
          : await this.create(tx, { ...address, profile }, upgradeOf, request)
        tx.afterCommit(() => this.sessions.forget(userId))
        return this.signIns.open(tx, { userId, methods: ['mail'] }, request)
      })
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === 'unique_violation' && account === undefined
      if (!isTaken || !(await findAccountByEmail(this.db, address.email))) throw error
      return this.signIn(address, request, consume)
    }
  }

  /** Sign-up may have been closed since the mail was sent. @throws invalid_secret, forbidden */
  private async admit({ email, method, profile }: ProvenAddress, request: Request): Promise<ProvenAddress['profile']> {
    if (!(await this.accounts.isOpen())) throw method === 'code' ? invalidCode() : invalidLink()
    return this.accounts.admit({ method, email, profile }, request)
  }

  private async enter(tx: Executor, { userId }: Account): Promise<string> {
    await this.proven.take(tx, userId)
    return userId
  }

  private create(
    tx: Transaction,
    { email, profile }: ProvenAddress,
    upgradeOf: string | undefined,
    request: Request,
  ): Promise<string> {
    return this.accounts.create(tx, { email, emailIsProven: true, profile, locale: languageOf(request), upgradeOf })
  }

  private async sendCode({ email, locale }: MailRequest): Promise<void> {
    const { codeMinutes: minutes } = await this.settings.get()
    const receiver = await this.findReceiver(email)
    if (receiver === undefined) return
    await this.db.transaction(async (tx) => {
      const secret = { purpose: 'email.code', ...receiver, ttlSeconds: minutes * 60, details: { email } } as const
      const code = await this.secrets.issueCode(tx, secret, email)
      await this.mails.enqueue(tx, { kind: 'code', to: email, data: { code, minutes }, locale })
    })
  }

  private async sendLink({ email, locale, redirectTo }: MailRequest): Promise<void> {
    const { linkMinutes: minutes } = await this.settings.get()
    const receiver = await this.findReceiver(email)
    if (receiver === undefined) return
    await this.db.transaction(async (tx) => {
      const secret = { purpose: 'email.link', ...receiver, ttlSeconds: minutes * 60, details: { email } } as const
      const token = await this.secrets.issueToken(tx, secret, { replace: true })
      const link = this.mails.link('link', token, redirectTo)
      await this.mails.enqueue(tx, { kind: 'link', to: email, data: { link, minutes }, locale })
    })
  }

  /** Undefined for an address that nobody could sign in with. */
  private async findReceiver(email: string): Promise<{ userId?: string } | undefined> {
    const account = await findAccountByEmail(this.db, email)
    if (account === undefined) return (await this.accounts.isOpen()) ? {} : undefined
    return account.kind === 'person' && !account.disabled ? { userId: account.userId } : undefined
  }
}
