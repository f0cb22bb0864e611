import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { isInPerson, notSignedIn, type Principal, type ProofMethod, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import type { SignedIn } from '../sign-in/sign-ins.js'
import { FreshProofs } from '../step-up/fresh-proofs.js'
import { countFactors, lockFactors } from './factors.js'
import { type Pending, PendingSignIns } from './pending-sign-ins.js'

/** Somebody who may set up a factor: signed in, or on the way there with a first factor and no second one to prove. */
export type Enrolment =
  | { readonly userId: string; readonly caller: UserPrincipal; readonly pending?: undefined }
  | { readonly userId: string; readonly pending: Pending; readonly caller?: undefined }

/** Tells who may set up a factor, and lets in who had to. */
@Injectable()
export class Enrolments {
  constructor(
    private readonly db: Database,
    private readonly proofs: FreshProofs,
    private readonly pendings: PendingSignIns,
  ) {}

  /** @throws unauthenticated, step_up_required, invalid_secret, forbidden */
  async resolve(principal: Principal, mfaToken: string | undefined): Promise<Enrolment> {
    if (mfaToken !== undefined) {
      const pending = await this.pendings.peek(mfaToken)
      await requireNoFactor(this.db, pending.userId)
      return { userId: pending.userId, pending }
    }
    if (principal.kind !== 'user') throw notSignedIn()
    await this.proofs.require(principal)
    return { userId: principal.userId, caller: principal }
  }

  /** The same for a later step, whose first one was only open to a fresh proof. @throws unauthenticated, invalid_secret, forbidden */
  async resolveNext(principal: Principal, mfaToken: string | undefined): Promise<Enrolment> {
    if (mfaToken !== undefined) return this.resolve(principal, mfaToken)
    if (!isInPerson(principal)) throw notSignedIn()
    return { userId: principal.userId, caller: principal }
  }

  /** Before the factor becomes one: no two who only have a first factor get in by factors of their own. */
  async lock(tx: Executor, { userId, pending }: Enrolment): Promise<void> {
    await lockFactors(tx, userId)
    if (pending) await requireNoFactor(tx, userId)
  }

  /** Signs in who had to set up the factor for that. */
  async finish(
    tx: Executor,
    { pending }: Enrolment,
    method: ProofMethod,
    request: Request,
  ): Promise<SignedIn | undefined> {
    return pending && this.pendings.finish(tx, pending, method, request)
  }
}

async function requireNoFactor(db: Executor, userId: string): Promise<void> {
  if ((await countFactors(db, userId)) === 0) return
  throw new AppError('forbidden', 'A factor is set up: prove that one', { hint: 'POST /api/v1/auth/mfa/verify' })
}
