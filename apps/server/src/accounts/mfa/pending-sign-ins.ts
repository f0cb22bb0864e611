import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import type { ProofMethod } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import { OneTimeSecrets, type UsedSecret } from '../one-time/one-time-secrets.js'
import { type PendingSignIn, type SignedIn, SignIns } from '../sign-in/sign-ins.js'

/** Somebody who has proven a first factor and nothing more. */
export interface Pending extends PendingSignIn {
  readonly mfaToken: string
  /** Names the sign-in without letting anybody finish it. */
  readonly id: string
  readonly userId: string
}

/** Sign-ins that wait for a second factor. Their token can finish them and do nothing else. */
@Injectable()
export class PendingSignIns {
  constructor(
    private readonly secrets: OneTimeSecrets,
    private readonly signIns: SignIns,
  ) {}

  /** @throws invalid_secret */
  async peek(mfaToken: string): Promise<Pending> {
    return toPending(mfaToken, await this.secrets.peekToken<PendingSignIn>('mfa', mfaToken))
  }

  /** Takes one of the few tries the token has. @throws invalid_secret */
  async try(mfaToken: string): Promise<Pending> {
    return toPending(mfaToken, await this.secrets.tryToken<PendingSignIn>('mfa', mfaToken))
  }

  /**
   * Signs in: `method` was proven beside what the token stands for. Uses the token up; a password that was changed since the
   * first factor voids it.
   * @throws invalid_secret, invalid_credentials, account_disabled
   */
  async finish(tx: Executor, pending: Pending, method: ProofMethod, request: Request): Promise<SignedIn> {
    const { userId, methods, passwordHash, mfaToken } = pending
    if ((await this.secrets.useToken(tx, 'mfa', mfaToken)) === undefined) throw invalidMfaToken()
    const proof = { userId, methods: [...methods, method], secondFactor: true }
    return this.signIns.open(tx, { ...proof, ...(passwordHash !== null && { passwordHash }) }, request)
  }
}

/** What a challenge for a passkey is bound to. */
export const holderOfPending = ({ id }: Pending): string => `mfa ${id}`

function toPending(mfaToken: string, secret: UsedSecret<PendingSignIn> | undefined): Pending {
  if (secret?.userId === undefined) throw invalidMfaToken()
  return { ...secret.details, id: secret.id, userId: secret.userId, mfaToken }
}

const invalidMfaToken = (): AppError => {
  const message = 'The sign-in is over: its token was used, is too old or has no tries left'
  const errors = [{ path: 'mfaToken', code: 'invalid_secret', message }]
  return new AppError('invalid_secret', message, { hint: 'Sign in again', errors })
}
