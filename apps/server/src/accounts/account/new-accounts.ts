import type { HookData } from '@holdfast/contract'
import { Inject, Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { invalidToken, Sessions } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import type { Executor } from '../../platform/db/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { InternalWrites } from '../../records/index.js'
import { SignUpHook } from '../hooks/sign-up-hook.js'
import { clientOf } from '../sign-in/client-of.js'

/** Somebody who gets an account. */
export interface NewAccount {
  /** `service`: a program, which has API keys and never signs in. Default `person`. */
  readonly kind?: 'person' | 'anonymous' | 'service'
  readonly email?: string
  /** Whether the e-mail address, or this phone number (E.164), was proven. */
  readonly emailIsProven?: boolean
  readonly provenPhone?: string
  /** Other fields of the record: those the role `user` may update. */
  readonly profile?: Readonly<Record<string, unknown>>
  readonly locale?: string
  /**
   * The anonymous user who becomes this person, as `anonymousCaller(request)` tells: id, records and roles stay, the
   * sessions end. Only for an address or identity that has no account yet: where there is one, sign in as that one, and
   * the anonymous user stays as it is.
   */
  readonly upgradeOf?: string | undefined
}

/** How somebody makes an account for themselves. */
export type SignUpMethod = HookData['beforeSignUp']['method']

/** Somebody who is about to make an account. */
export interface SignUpAttempt {
  readonly method: SignUpMethod
  readonly email?: string | undefined
  readonly phone?: string | undefined
  /** The name of the identity provider. */
  readonly provider?: string | undefined
  readonly profile?: NewAccount['profile'] | undefined
  /** The provider of a company, set up to make accounts whether or not visitors can. */
  readonly alsoWhereClosed?: boolean | undefined
}

/** Makes accounts: the one way to a new user, whoever asks for it. */
@Injectable()
export class NewAccounts {
  private readonly settings: Settings<{ readonly enabled: boolean }>

  constructor(
    @Inject(CONFIG) config: Config,
    store: SettingsStore,
    private readonly records: InternalWrites,
    private readonly sessions: Sessions,
    private readonly hook: SignUpHook,
  ) {
    this.settings = store.define({
      name: 'auth.signUp',
      description: 'Accounts that visitors make for themselves',
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: { enabled: { type: 'boolean', description: 'Whether visitors may create accounts' } },
      },
      defaults: { enabled: config.signupEnabled },
      pinned: config.given.has('SIGNUP_ENABLED')
        ? { enabled: { key: 'SIGNUP_ENABLED', value: config.signupEnabled } }
        : undefined,
    })
  }

  /** Whether visitors may make accounts for themselves. @throws forbidden */
  async requireOpen(): Promise<void> {
    if (!(await this.isOpen())) throw new AppError('forbidden', 'Sign-up is closed', { hint: 'Ask an admin' })
  }

  async isOpen(): Promise<boolean> {
    return (await this.settings.get()).enabled
  }

  /**
   * Asks whether a visitor may make an account, and what stands in the profile then. For every way by which visitors make
   * accounts, once they have proven what they sign up with, and before the transaction that makes it.
   * @throws forbidden, unavailable
   */
  async admit(attempt: SignUpAttempt, request: Request): Promise<NonNullable<NewAccount['profile']>> {
    if (attempt.alsoWhereClosed !== true) await this.requireOpen()
    const { method, email, phone, provider, profile = {} } = attempt
    return this.hook.decide({
      method,
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
      ...(provider !== undefined && { provider }),
      profile: profile as HookData['beforeSignUp']['profile'],
      address: clientOf(request).address,
    })
  }

  /**
   * Returns the id of the user. After the commit of an upgrade, `Sessions.forget` the user.
   * @throws unique_violation when the e-mail has an account, validation_failed for the profile, unauthenticated when the
   * user to be upgraded has become a person meanwhile
   */
  async create(tx: Executor, account: NewAccount): Promise<string> {
    if (account.upgradeOf !== undefined) return this.upgrade(tx, account.upgradeOf, account)
    const { kind = 'person', email, emailIsProven = false, provenPhone, profile = {}, locale } = account
    const userId = await this.records.createUser(email, profile, tx)
    if (kind !== 'person' || emailIsProven || provenPhone !== undefined || locale !== undefined) {
      const verified = emailIsProven ? (email ?? null) : null
      await tx.run({ text: store, values: [userId, kind, verified, provenPhone ?? null, locale ?? null] })
    }
    return userId
  }

  /** Of any number who upgrade the same user at once, one finds them anonymous; the others wait for it, and find a person. */
  private async upgrade(tx: Executor, userId: string, account: NewAccount): Promise<string> {
    const { email, emailIsProven = false, provenPhone, profile = {}, locale } = account
    const verified = emailIsProven ? (email ?? null) : null
    const values = [userId, verified, provenPhone ?? null, locale ?? null]
    const { rowCount } = await tx.run({ text: becomePerson, values })
    if (rowCount !== 1) throw invalidToken()
    await this.records.completeUser(userId, email, profile, tx)
    await this.sessions.endAll(userId, { tx })
    return userId
  }
}

const becomePerson = `
  update holdfast.accounts set kind = 'person', verified_email = $2, phone = coalesce($3, phone), locale = coalesce($4, locale),
    verified_at = case when $2::text is not null then now() end
  where user_id = $1 and kind = 'anonymous'`

const store = `
  insert into holdfast.accounts (user_id, kind, verified_email, verified_at, phone, locale)
  values ($1, $2, $3, case when $3::text is not null then now() end, $4, $5)`
