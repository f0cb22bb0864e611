import type { MfaState } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import type { SignedIn } from '../sign-in/sign-ins.js'
import { StepUpService } from '../step-up/step-up.service.js'
import { type Enrolment, Enrolments } from './enrolments.js'
import { countFactors, isSecondFactorRequired, listFactors, lockFactors, removeFactor } from './factors.js'
import { PendingSignIns } from './pending-sign-ins.js'
import { RecoveryCodes } from './recovery-codes.js'
import { SecondFactors, wrongCode } from './second-factors.js'
import { SecurityNotices } from './security-notices.js'
import { TotpFactors, type TotpSecret } from './totp-factors.js'

/** One that is in use, and one that is about to take its place. */
const maxTotpFactors = 2

/** Sets up, proves and removes second factors. */
@Injectable()
export class MfaService {
  constructor(
    private readonly db: Database,
    private readonly sessions: Sessions,
    private readonly stepUps: StepUpService,
    private readonly enrolments: Enrolments,
    private readonly pendings: PendingSignIns,
    private readonly totp: TotpFactors,
    private readonly recovery: RecoveryCodes,
    private readonly secondFactors: SecondFactors,
    private readonly notices: SecurityNotices,
  ) {}

  async describe(userId: string): Promise<MfaState> {
    const [factors, recoveryCodesLeft, required] = await Promise.all([
      listFactors(this.db, userId),
      this.recovery.count(this.db, userId),
      isSecondFactorRequired(this.db, userId),
    ])
    return { factors, recoveryCodesLeft, required }
  }

  /** @throws conflict when there are enough */
  async beginTotp({ userId }: Enrolment, name: string): Promise<TotpSecret> {
    return this.db.transaction(async (tx) => {
      await lockFactors(tx, userId)
      if ((await countFactors(tx, userId, 'totp')) >= maxTotpFactors)
        throw new AppError('conflict', `There are ${maxTotpFactors} authenticator apps already`, {
          hint: 'Remove one first: DELETE /api/v1/auth/mfa/{id}',
        })
      return this.totp.begin(tx, userId, name)
    })
  }

  /** Makes the app a factor of the user by its first code. @throws invalid_secret */
  async confirmTotp(
    enrolment: Enrolment,
    code: string,
    request: Request,
  ): Promise<{ recoveryCodes: string[]; signedIn: SignedIn | undefined }> {
    const { userId, caller, pending } = enrolment
    if (pending) await this.pendings.try(pending.mfaToken)
    const confirmed = await this.db.transaction(async (tx) => {
      await this.enrolments.lock(tx, enrolment)
      if (!(await this.totp.confirm(tx, userId, code))) throw wrongCode()
      const recoveryCodes = await this.firstRecoveryCodes(tx, userId)
      await this.notices.enqueue(tx, userId, 'An authenticator app was added as a second factor.')
      if (caller) await this.stepUps.note(tx, caller, { secondFactor: true })
      return { recoveryCodes, signedIn: await this.enrolments.finish(tx, enrolment, 'otp', request) }
    })
    this.sessions.forget(userId)
    return confirmed
  }

  /** Finishes a sign-in by a code. @throws invalid_secret, rate_limited, and what a sign-in throws */
  async verify(mfaToken: string, text: string, request: Request): Promise<SignedIn> {
    const pending = await this.pendings.try(mfaToken)
    const code = await this.secondFactors.try(pending.userId, text)
    return this.db.transaction(async (tx) => {
      const method = await this.secondFactors.use(tx, code)
      return this.pendings.finish(tx, pending, method, request)
    })
  }

  /** @throws conflict where there is no factor they could stand in for */
  async replaceRecoveryCodes(userId: string): Promise<string[]> {
    return this.db.transaction(async (tx) => {
      await lockFactors(tx, userId)
      if ((await countFactors(tx, userId)) === 0)
        throw new AppError('conflict', 'There is no second factor', { hint: 'POST /api/v1/auth/mfa/totp' })
      await this.notices.enqueue(tx, userId, 'New recovery codes were made; those of before are void.')
      return this.recovery.replace(tx, userId)
    })
  }

  /** @throws not_found, conflict */
  async remove({ userId }: UserPrincipal, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const name = await removeFactor(tx, userId, id)
      await this.notices.enqueue(tx, userId, `A factor was removed: ${name}.`)
    })
    this.sessions.forget(userId)
  }

  private async firstRecoveryCodes(tx: Executor, userId: string): Promise<string[]> {
    return (await this.recovery.count(tx, userId)) > 0 ? [] : this.recovery.replace(tx, userId)
  }
}
