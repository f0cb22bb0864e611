import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { Database, type Executor, type Transaction } from '../../platform/db/index.js'
import { type Account, findAccountByEmail } from '../account/find-account.js'
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
   * The user of the identity; else the one whose e-mail address it proves; else a new one, or the anonymous user who asks.
   * Answers as JSON text.
   * @throws link_required, forbidden where sign-up is closed, account_disabled
   */
  async signIn(
    identity: ProvenIdentity,
    request: Request,
    { upgradeOf }: { upgradeOf?: string | undefined } = {},
  ): Promise<string> {
    const admitted = await this.admitIfNew(identity, request)
    const { userId, signedIn } = await this.inTransaction(identity, admitted, async (tx, profile) => {
      const known = await this.findUser(tx, identity)
      // Somebody who was known a moment ago, and whose account is gone: nobody was asked about a new one.
      if (known === undefined && admitted === undefined) throw signInAgain()
      const userId = known ?? (await this.create(tx, identity, profile, upgradeOf))
      await this.identities.store(tx, userId, identity)
      return { userId, signedIn: await this.signIns.open(tx, { userId, methods: ['fed'] }, request) }
    })
    this.sessions.forget(userId)
    return this.signIns.answer(signedIn, request)
  }

  /** The profile of somebody who gets an account by this; undefined for who has one. Asked for outside of any transaction. */
  private async admitIfNew(identity: ProvenIdentity, request: Request): Promise<Profile | undefined> {
    if ((await this.identities.findOwner(this.db, identity)) ?? (await this.findAccount(this.db, identity)))
      return undefined
    const { method, email, provider, createsUsers: alsoWhereClosed } = identity
    const profile = this.pickProfile(identity.profile)
    return this.accounts.admit({ method, email, provider, profile, alsoWhereClosed }, request)
  }

  /** The user of the identity, or of the address that it proves. */
  private async findUser(tx: Transaction, identity: ProvenIdentity): Promise<string | undefined> {
    const owner = await this.identities.findOwner(tx, identity)
    const account = owner === undefined ? await this.findAccount(tx, identity) : undefined
    if (account === undefined) return owner
    if (!identity.emailIsProven || account.kind !== 'person') throw linkRequired()
    // Whoever set up the account never showed that the address is theirs: what they set goes (A120).
    if (!account.emailIsProven) await this.proven.take(tx, account.userId)
    return account.userId
  }

  private async findAccount(db: Executor, { email: text = '' }: ProvenIdentity): Promise<Account | undefined> {
    const email = parseEmail(text)
    return email === undefined ? undefined : findAccountByEmail(db, email)
  }

  private async create(
    tx: Executor,
    identity: ProvenIdentity,
    profile: Profile,
    upgradeOf: string | undefined,
  ): Promise<string> {
    if (identity.createsUsers !== true) await this.accounts.requireOpen()
    const email = parseEmail(identity.email ?? '')
    const emailIsProven = identity.emailIsProven && email !== undefined
    return this.accounts.create(tx, { ...(email !== undefined && { email }), emailIsProven, profile, upgradeOf })
  }

  /**
   * Once more where somebody else took the address meanwhile, or where the provider's name or picture is nothing that the
   * fields here take: nobody is turned away for that.
   */
  private async inTransaction<T>(
    identity: ProvenIdentity,
    profile: Profile | undefined,
    work: (tx: Transaction, profile: Profile) => Promise<T>,
  ): Promise<T> {
    const run = (profile: Profile) =>
      this.db.transaction(async (tx) => {
        await this.identities.lock(tx, identity)
        return work(tx, profile)
      })
    try {
      return await run(profile ?? {})
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

const signInAgain = (): AppError =>
  new AppError('conflict', 'The account has just been deleted', { hint: 'Begin the sign-in again' })

const linkRequired = (): AppError =>
  new AppError(
    'link_required',
    'There is an account with this e-mail address, and the provider has not proven it yours',
    {
      hint: 'Sign in to the account as before, and then link the provider: POST /api/v1/auth/identities/{provider}',
    },
  )
