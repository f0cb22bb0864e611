import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { Database, type Executor, type Transaction } from '../../platform/db/index.js'
import { findAccountByEmail } from '../account/find-account.js'
import { NewAccounts } from '../account/new-accounts.js'
import { parseEmail } from '../account/parse-email.js'
import { ProvenEmails } from '../account/proven-email.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { LinkedIdentities } from './linked-identities.js'
import type { ProvenIdentity } from './proven-identity.js'

/** Signs in whoever proved to be somebody at another provider, by OAuth, SAML or otherwise. */
@Injectable()
export class IdentitySignIns {
  constructor(
    private readonly db: Database,
    private readonly identities: LinkedIdentities,
    private readonly accounts: NewAccounts,
    private readonly proven: ProvenEmails,
    private readonly permissions: PermissionsService,
    private readonly sessions: Sessions,
    private readonly signIns: SignIns,
  ) {}

  /**
   * The user of the identity; else the one whose e-mail address it proves; else a new one. Answers as JSON text.
   * @throws link_required, forbidden where sign-up is closed, account_disabled
   */
  async signIn(identity: ProvenIdentity, request: Request): Promise<string> {
    const { userId, signedIn } = await this.inTransaction(identity, async (tx, profile) => {
      const userId = (await this.identities.findOwner(tx, identity)) ?? (await this.findUser(tx, identity, profile))
      await this.identities.store(tx, userId, identity)
      return { userId, signedIn: await this.signIns.open(tx, { userId, methods: ['fed'] }, request) }
    })
    this.sessions.forget(userId)
    return this.signIns.answer(signedIn, request)
  }

  private async findUser(tx: Executor, identity: ProvenIdentity, profile: Profile): Promise<string> {
    const email = parseEmail(identity.email ?? '')
    const account = email === undefined ? undefined : await findAccountByEmail(tx, email)
    if (account === undefined) return this.create(tx, { email, emailIsProven: identity.emailIsProven, profile })
    if (!identity.emailIsProven || account.kind !== 'person') throw linkRequired()
    // Whoever set up the account never showed that the address is theirs: what they set goes (A120).
    if (!account.emailIsProven) await this.proven.take(tx, account.userId)
    return account.userId
  }

  private create(
    tx: Executor,
    account: { email: string | undefined; emailIsProven: boolean; profile: Profile },
  ): Promise<string> {
    this.accounts.requireOpen()
    return this.accounts.create(tx, { ...account, emailIsProven: account.emailIsProven && account.email !== undefined })
  }

  /**
   * Once more where somebody else took the address meanwhile, or where the provider's name or picture is nothing that the
   * fields here take: nobody is turned away for that.
   */
  private async inTransaction<T>(
    identity: ProvenIdentity,
    work: (tx: Transaction, profile: Profile) => Promise<T>,
  ): Promise<T> {
    const run = (profile: Profile) =>
      this.db.transaction(async (tx) => {
        await this.identities.lock(tx, identity)
        return work(tx, profile)
      })
    try {
      return await run(this.pickProfile(identity.profile))
    } catch (error) {
      if (!(error instanceof AppError) || !mayPassNext.includes(error.code)) throw error
      return run({})
    }
  }

  /** Of what the provider tells, the fields that users may change of themselves (A122). */
  private pickProfile(profile: ProvenIdentity['profile']): Profile {
    const fields = this.permissions.writableFields(['user'], 'update', 'users')
    return Object.fromEntries(
      Object.entries(profile).filter(([name, value]) => fields.has(name) && value !== undefined),
    )
  }
}

type Profile = Readonly<Record<string, unknown>>

const mayPassNext: readonly string[] = ['unique_violation', 'validation_failed', 'invalid_value', 'field_not_writable']

const linkRequired = (): AppError =>
  new AppError(
    'link_required',
    'There is an account with this e-mail address, and the provider has not proven it yours',
    {
      hint: 'Sign in to the account as before, and then link the provider: POST /api/v1/auth/identities/{provider}',
    },
  )
