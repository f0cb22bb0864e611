import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { type OpenSession, type Proof, Sessions, sessionModeOf } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { SignInHook } from '../hooks/sign-in-hook.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { clientOf } from './client-of.js'
import { SignInAnswer } from './sign-in-answer.js'

/** How long somebody has to prove a second factor. */
const pendingSeconds = 600
/** And how often they may be wrong. */
const pendingTries = 5

/** What became of a proof: a session, or the token of a sign-in that still needs a second factor. */
export type SignedIn =
  | { readonly state: 'open'; readonly session: OpenSession }
  | { readonly state: 'secondFactor'; readonly mfaToken: string; readonly enrolled: boolean; readonly userId: string }

/** What a pending sign-in remembers of the first factor. */
export interface PendingSignIn {
  readonly methods: Proof['methods']
  readonly passwordHash: string | null
}

/**
 * Where every way to sign in ends, whatever was proven and how: so that none goes past a disabled account, a second factor
 * or a hook. `open` writes, within a transaction where there is one; `answer` comes after its commit.
 */
@Injectable()
export class SignIns {
  /** Told of every session somebody opened by themselves. Nobody waits for it. */
  onOpen: (session: OpenSession, request: Request) => void = () => {}

  constructor(
    private readonly db: Database,
    private readonly sessions: Sessions,
    private readonly secrets: OneTimeSecrets,
    private readonly answers: SignInAnswer,
    private readonly hook: SignInHook,
  ) {}

  /** Signs in whoever proved to be a user. @throws invalid_credentials, account_disabled, email_not_verified */
  async complete(proof: Proof, request: Request): Promise<string> {
    return this.answer(await this.open(this.db, proof, request), request)
  }

  async open(tx: Executor, proof: Proof, request: Request): Promise<SignedIn> {
    const outcome = await this.sessions.open(tx, { transport: sessionModeOf(request), ...proof }, clientOf(request))
    switch (outcome.state) {
      case 'open':
        await this.hook.enqueue(tx, outcome.session, proof, clientOf(request))
        this.onOpen(outcome.session, request)
        return outcome
      case 'secondFactor':
        return this.pend(tx, proof, outcome.enrolled)
      case 'disabled':
        throw new AppError('account_disabled', 'This account is disabled', { hint: 'Ask an admin' })
      case 'unverified':
        throw new AppError('email_not_verified', 'The e-mail address of this account is not verified yet', {
          hint: 'Follow the link in the mail. POST /api/v1/auth/verify/request sends another one.',
        })
      case 'gone':
        throw invalidCredentials()
    }
  }

  /** JSON text. */
  async answer(signedIn: SignedIn, request: Request): Promise<string> {
    if (signedIn.state === 'secondFactor') return this.answers.ofPending(signedIn)
    const { session } = signedIn
    try {
      return await this.answers.ofSession(session, request)
    } catch (error) {
      // Nobody has its tokens.
      await this.sessions.end(session.principal.userId, session.principal.sessionId)
      throw error
    }
  }

  private async pend(tx: Executor, proof: Proof, enrolled: boolean): Promise<SignedIn> {
    const { userId, methods, passwordHash = null } = proof
    const details = { methods: [...methods], passwordHash }
    const secret = { purpose: 'mfa', userId, ttlSeconds: pendingSeconds, tries: pendingTries, details } as const
    const mfaToken = await this.secrets.issueToken(tx, secret)
    return { state: 'secondFactor', mfaToken, enrolled, userId }
  }
}

/** One answer for every reason, so that nobody learns who has an account. */
export const invalidCredentials = (): AppError => new AppError('invalid_credentials', 'E-mail or password is wrong')
