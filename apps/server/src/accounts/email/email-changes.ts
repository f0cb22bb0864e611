import type { EmailChangeState } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions, type UserPrincipal } from '../../auth/index.js'
import { AppError, newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { InternalWrites } from '../../records/index.js'
import { type Account, findAccountByEmail, findAccountById } from '../account/find-account.js'
import { ProvenEmails } from '../account/proven-email.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { AccountMails } from '../mails/account-mails.js'
import { type MailRequest, MailRequests } from '../mails/mail-requests.js'
import { invalidLink } from '../one-time/invalid-secret.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { revokePending } from '../one-time/revoke-pending.js'
import { clientOf } from '../sign-in/client-of.js'
import { FreshProofs } from '../step-up/fresh-proofs.js'
import { StepUpService } from '../step-up/step-up.service.js'
import { type EmailChange, noteProof, startChange } from './email-change-rows.js'
import { EmailSettings } from './email-settings.js'

type Side = 'old' | 'new'

/** One token proves one address for one change. */
interface ChangeDetails {
  readonly changeId: string
  readonly side: Side
  readonly email: string
}

/**
 * Another e-mail address for an account: whoever asks has lately proven who they are, the new address is proven, and the
 * old one too where it was (A118). Whether somebody else has the new address is told to whoever reads its mail alone.
 */
@Injectable()
export class EmailChanges {
  constructor(
    private readonly db: Database,
    private readonly limits: AttemptLimits,
    private readonly settings: EmailSettings,
    private readonly secrets: OneTimeSecrets,
    private readonly mails: AccountMails,
    private readonly requests: MailRequests,
    private readonly records: InternalWrites,
    private readonly proven: ProvenEmails,
    private readonly sessions: Sessions,
    private readonly proofs: FreshProofs,
    private readonly stepUps: StepUpService,
  ) {
    requests.define('emailChange', (asked) => this.start(asked))
  }

  /**
   * `email` is checked. Without a password the caller must have proven lately who they are.
   * @throws step_up_required, invalid_credentials, validation_failed, unavailable, rate_limited
   */
  async request(
    caller: UserPrincipal,
    { email, password }: { email: string; password: string | undefined },
    request: Request,
  ): Promise<void> {
    const account = await findAccountById(this.db, caller.userId)
    if (account?.kind !== 'person') throw notAPerson()
    if (password === undefined) await this.proofs.require(caller)
    else await this.stepUps.byPassword(caller, password, clientOf(request).address)
    if (account.email === email) throw sameAddress()
    await this.requests.add('emailChange', { email, userId: caller.userId, sessionId: caller.sessionId }, request)
  }

  /** Notes one proof; the change happens with the last. @throws invalid_secret, unique_violation, rate_limited */
  async confirm(token: string, request: Request): Promise<EmailChangeState> {
    await this.limits.count('secret', clientOf(request).address)
    return this.db.transaction(async (tx) => {
      const used = await this.secrets.useToken<ChangeDetails>(tx, 'email.change', token)
      const change = used && (await noteProof(tx, used.details.changeId, used.details.side))
      if (change === undefined) throw invalidLink()
      const waitingFor = change.waitsForOld ? 'old' : change.waitsForNew ? 'new' : null
      if (waitingFor === null) {
        await this.apply(tx, change)
        tx.afterCommit(() => this.sessions.forget(change.userId))
      }
      return { email: change.newEmail, waitingFor }
    })
  }

  private async apply(tx: Executor, { userId, oldEmail, newEmail, sessionId }: EmailChange): Promise<void> {
    const account = await findAccountById(tx, userId)
    if (account === undefined || (account.email ?? null) !== oldEmail) throw invalidLink()
    await this.records.completeUser(userId, newEmail, {}, tx)
    await this.proven.note(tx, userId)
    await revokePending(tx, this.secrets, userId)
    await this.sessions.endAll(userId, { except: sessionId, tx })
    if (oldEmail === null) return
    const data = { subject: mask(newEmail) }
    await this.mails.enqueue(tx, { kind: 'emailChangeNotice', to: oldEmail, data, ...localeOf(account) })
  }

  private async start({ email, userId, sessionId, locale }: MailRequest): Promise<void> {
    const account = await findAccountById(this.db, userId!)
    if (account === undefined || account.disabled || account.email === email) return
    const isTaken = (await findAccountByEmail(this.db, email)) !== undefined
    const { verifyMinutes: minutes } = await this.settings.get()
    const change = { id: newId(), oldEmail: account.email ?? null, newEmail: email, waitsForOld: account.emailIsProven }
    await this.db.transaction(async (tx) => {
      await this.secrets.revoke(tx, 'email.change', account.userId)
      await startChange(tx, { ...change, userId: account.userId, sessionId: sessionId! }, minutes)
      const send = (side: Side, to: string) =>
        this.sendLink(tx, { account, changeId: change.id, email, side, to, minutes, locale })
      if (change.waitsForOld) await send('old', change.oldEmail!)
      if (isTaken) await this.mails.enqueue(tx, { kind: 'knownSignUp', to: email, data: {}, locale })
      else await send('new', email)
    })
  }

  private async sendLink(
    tx: Executor,
    {
      account,
      changeId,
      email,
      side,
      to,
      minutes,
      locale,
    }: ChangeDetails & { account: Account; to: string; minutes: number; locale: string | undefined },
  ): Promise<void> {
    const { userId } = account
    const details = { changeId, side, email }
    const token = await this.secrets.issueToken(tx, {
      purpose: 'email.change',
      userId,
      ttlSeconds: minutes * 60,
      details,
    })
    const data = { link: this.mails.link('email', token), minutes, subject: email }
    await this.mails.enqueue(tx, { kind: 'emailChange', to, data, locale: account.locale ?? locale })
  }
}

const localeOf = ({ locale }: Account): { locale?: string } => (locale === undefined ? {} : { locale })

/** `g…@example.com`: whoever reads the mail of the old address knows where to ask, and no address to write to. */
const mask = (email: string): string => `${email.slice(0, 1)}…${email.slice(email.lastIndexOf('@'))}`

const notAPerson = (): AppError =>
  new AppError('forbidden', 'An anonymous user signs up to get an address', {
    hint: 'POST /api/v1/auth/signup, /auth/otp or /auth/magic-link',
  })

const sameAddress = (): AppError => {
  const message = 'email is the address of the account already'
  return new AppError('validation_failed', message, { errors: [{ path: 'email', code: 'unchanged', message }] })
}
