import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { isAdmin, type OpenSession, Principals, type UserPrincipal } from '../../auth/index.js'
import { AppError, newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { type Account, findAccountById } from '../account/find-account.js'
import { SecurityNotices } from '../mfa/security-notices.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { Redirects } from '../redirects/redirects.js'
import { type SignedIn, SignIns } from '../sign-in/sign-ins.js'

interface ImpersonationSettings {
  readonly enabled: boolean
  readonly notify: boolean
}

const codeSeconds = 60

type CodeDetails = { readonly adminSessionId: string; readonly reason: string }

interface LinkOptions {
  readonly reason: string
  readonly redirectTo: string
}

/** Admins who act as a user: never as another admin, not without a trace, and no longer than they are here themselves. */
@Injectable()
export class Impersonations {
  private readonly settings: Settings<ImpersonationSettings>

  constructor(
    private readonly db: Database,
    private readonly signIns: SignIns,
    private readonly notices: SecurityNotices,
    private readonly redirects: Redirects,
    private readonly secrets: OneTimeSecrets,
    private readonly principals: Principals,
    private readonly log: Log,
    settings: SettingsStore,
  ) {
    this.settings = settings.define<ImpersonationSettings>({
      name: 'auth.impersonation',
      description: 'Admins who act as a user',
      defaults: { enabled: true, notify: true },
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          enabled: { type: 'boolean', description: 'Whether admins may act as users' },
          notify: { type: 'boolean', description: 'Whether the user gets a mail each time' },
        },
      },
    })
  }

  /** A session of the user that ends with the admin's own. @throws not_found, forbidden, account_disabled */
  async begin(admin: UserPrincipal, userId: string, reason: string, request: Request): Promise<SignedIn> {
    await this.requireAllowed(admin, userId)
    const { notify } = await this.settings.get()
    const session = await this.db.transaction(async (tx) => {
      const opened = await this.open(tx, admin, userId, request)
      const { sessionId } = opened.principal
      await tx.run({ text: store, values: [newId(), userId, admin.userId, sessionId, reason] })
      if (notify) await this.notices.enqueue(tx, userId, 'An admin has signed in as you.')
      return opened
    })
    const { sessionId } = session.principal
    this.log.warn(
      { adminId: admin.userId, userId, sessionId, reason, requestId: request.id },
      'an admin acts as a user',
    )
    return { state: 'open', session }
  }

  /** Where the app gets such a session by a code. @throws invalid_value for a place that is not allowed, and as begin */
  async link(admin: UserPrincipal, userId: string, { reason, redirectTo }: LinkOptions): Promise<string> {
    const target = await this.redirects.check(redirectTo, 'redirectTo')
    await this.requireAllowed(admin, userId)
    const details: CodeDetails = { adminSessionId: admin.sessionId, reason }
    const secret = { purpose: 'impersonation.code', userId, ttlSeconds: codeSeconds, details } as const
    target.searchParams.set('code', await this.secrets.issueToken(this.db, secret))
    return target.href
  }

  /** Undefined where the code is none of these. @throws invalid_secret where the admin is here no more, and as begin */
  async redeem(code: string, request: Request): Promise<SignedIn | undefined> {
    const used = await this.secrets.useToken<CodeDetails>(this.db, 'impersonation.code', code)
    if (used?.userId === undefined) return undefined
    const { adminSessionId, reason } = used.details
    const admin = await this.principals.find(adminSessionId)
    if (admin === undefined || !isAdmin(admin))
      throw new AppError('invalid_secret', 'The admin who made this link is signed in no more')
    return this.begin(admin, used.userId, reason, request)
  }

  private async requireAllowed(admin: UserPrincipal, userId: string): Promise<void> {
    const { enabled } = await this.settings.get()
    if (!enabled) throw new AppError('forbidden', 'Impersonation is switched off')
    const account = await findAccountById(this.db, userId)
    if (!account) throw new AppError('not_found', 'There is no such user')
    await this.requireBelow(admin, account)
  }

  private async requireBelow(admin: UserPrincipal, { userId, kind }: Account): Promise<void> {
    if (userId === admin.userId) throw new AppError('forbidden', 'This is you')
    if (kind === 'service')
      throw new AppError('forbidden', 'Nobody acts as a service account', {
        hint: 'Make a key for it: POST /api/v1/admin/api-keys',
      })
    const { rowCount } = await this.db.run({ text: hasAdminRole, values: [userId] })
    if (rowCount !== 0) throw new AppError('forbidden', 'Nobody acts as another admin')
  }

  private async open(tx: Executor, admin: UserPrincipal, userId: string, request: Request): Promise<OpenSession> {
    const signedIn = await this.signIns.open(
      tx,
      { userId, methods: ['impersonation'], actingSessionId: admin.sessionId },
      request,
    )
    if (signedIn.state === 'open') return signedIn.session
    throw new Error('Impersonation asks for no second factor')
  }
}

const hasAdminRole = `select from holdfast.user_roles where user_id = $1 and role = 'admin'`
const store = `
  insert into holdfast.impersonations (id, user_id, admin_id, admin_email, session_id, reason)
  select $1, $2, $3, (select email from public.users where id = $3), $4, $5`
