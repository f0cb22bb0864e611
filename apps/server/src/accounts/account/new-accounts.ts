import { Inject, Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import type { Executor } from '../../platform/db/index.js'
import { InternalWrites } from '../../records/index.js'

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
}

/** Makes accounts: the one way to a new user, whoever asks for it. */
@Injectable()
export class NewAccounts {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly records: InternalWrites,
  ) {}

  /** Whether visitors may make accounts for themselves. @throws forbidden */
  requireOpen(): void {
    if (!this.isOpen) throw new AppError('forbidden', 'Sign-up is closed', { hint: 'Ask an admin' })
  }

  get isOpen(): boolean {
    return this.config.signupEnabled
  }

  /**
   * Returns the id of the user.
   * @throws unique_violation when the e-mail has an account, validation_failed for the profile
   */
  async create(tx: Executor, account: NewAccount): Promise<string> {
    const { kind = 'person', email, emailIsProven = false, provenPhone, profile = {}, locale } = account
    const userId = await this.records.createUser(email, profile, tx)
    if (kind !== 'person' || emailIsProven || provenPhone !== undefined || locale !== undefined) {
      const verified = emailIsProven ? (email ?? null) : null
      await tx.run({ text: store, values: [userId, kind, verified, provenPhone ?? null, locale ?? null] })
    }
    return userId
  }
}

const store = `
  insert into holdfast.accounts (user_id, kind, verified_email, verified_at, phone, locale)
  values ($1, $2, $3, case when $3::text is not null then now() end, $4, $5)`
