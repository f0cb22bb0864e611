import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { findAccountById, findAccountByPhone } from '../account/find-account.js'
import { NewAccounts } from '../account/new-accounts.js'
import { anonymousCaller } from '../anonymous/anonymous-caller.js'
import { SecurityNotices } from '../mfa/security-notices.js'
import { OneTimeSecrets, type Purpose } from '../one-time/one-time-secrets.js'
import { type SignedIn, SignIns } from '../sign-in/sign-ins.js'
import { PhoneMessages } from './phone-messages.js'

const ttlSeconds = 600

interface CodeRequest {
  readonly phone: string
  readonly locale: string | undefined
}

/** Codes to phones: to sign in, and to give an account a number. Numbers are in E.164. */
@Injectable()
export class PhonesService {
  constructor(
    private readonly db: Database,
    private readonly secrets: OneTimeSecrets,
    private readonly messages: PhoneMessages,
    private readonly accounts: NewAccounts,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
    private readonly notices: SecurityNotices,
  ) {}

  /** Whether anybody gets a code is not told, and takes no time that could tell. */
  async requestSignIn({ phone, locale }: CodeRequest): Promise<void> {
    const account = await findAccountByPhone(this.db, phone)
    const send = account !== undefined || (await this.accounts.isOpen())
    await this.sendCode({ purpose: 'phone.code', subject: phone, phone, locale: locale ?? account?.locale, send })
  }

  /** Signs in the user with this number, or makes one where sign-up is open. @throws invalid_secret, forbidden */
  async signIn(phone: string, code: string, given: Readonly<Record<string, unknown>>, request: Request) {
    if ((await this.secrets.useCode('phone.code', phone, code)) === undefined) throw wrongCode()
    const account = await findAccountByPhone(this.db, phone)
    if (account !== undefined) return this.signIns.complete({ userId: account.userId, methods: ['sms'] }, request)
    return this.signUp(phone, given, request)
  }

  /** Sends a code that gives the number to a user. */
  async requestChange(userId: string, { phone, locale }: CodeRequest): Promise<void> {
    const account = await findAccountById(this.db, userId)
    const subject = changeSubject(userId, phone)
    await this.sendCode({
      ...{ purpose: 'phone.change', subject, phone, locale: locale ?? account?.locale, send: true, userId },
    })
  }

  /** @throws invalid_secret, unique_violation where another account has the number */
  async confirmChange(userId: string, phone: string, code: string): Promise<void> {
    if ((await this.secrets.useCode('phone.change', changeSubject(userId, phone), code)) === undefined)
      throw wrongCode()
    await this.db.transaction(async (tx) => {
      if ((await tx.run({ text: storePhone, values: [userId, phone] })).rowCount === 0) throw taken()
      await this.notices.enqueue(tx, userId, 'A phone number was added, which signs in.')
    })
  }

  private async signUp(phone: string, given: Readonly<Record<string, unknown>>, request: Request): Promise<string> {
    const profile = await this.accounts.admit({ method: 'phone', phone, profile: given }, request)
    const upgradeOf = anonymousCaller(request)
    const signedIn = await this.db.transaction(async (tx): Promise<SignedIn> => {
      const userId = await this.accounts.create(tx, { provenPhone: phone, profile, upgradeOf })
      return this.signIns.open(tx, { userId, methods: ['sms'] }, request)
    })
    if (upgradeOf !== undefined) this.sessions.forget(upgradeOf)
    return this.signIns.answer(signedIn, request)
  }

  private async sendCode({ purpose, subject, phone, locale, send, userId }: NewCode): Promise<void> {
    await this.db.transaction(async (tx) => {
      const secret = { purpose, ttlSeconds, ...(userId !== undefined && { userId }) }
      const code = await this.secrets.issueCode(tx, secret, subject)
      await this.messages.enqueue(tx, { to: phone, code, ttlSeconds, locale, send })
    })
  }
}

interface NewCode extends CodeRequest {
  readonly purpose: Purpose
  /** Whom the code is good for. */
  readonly subject: string
  readonly send: boolean
  readonly userId?: string
}

/** A code that somebody asked for is nothing in the hands of another user. */
const changeSubject = (userId: string, phone: string): string => `${phone} ${userId}`

const wrongCode = (): AppError =>
  new AppError('invalid_secret', 'The code is wrong, was used or is too old', { hint: 'Ask for another one' })

const taken = (): AppError => new AppError('unique_violation', 'Another account has this number')

const storePhone = `
  insert into holdfast.accounts as a (user_id, phone)
  select $1, $2 where not exists (select from holdfast.accounts o where o.phone = $2 and o.user_id <> $1)
  on conflict (user_id) do update set phone = excluded.phone`
