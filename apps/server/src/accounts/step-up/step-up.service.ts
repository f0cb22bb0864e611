import type { PasskeyAnswer } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { Sessions, type UserPrincipal } from '../../auth/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { SecondFactors } from '../mfa/second-factors.js'
import { PasskeyProofs } from '../passkeys/passkey-proofs.js'
import { PasswordsService } from '../passwords/passwords.service.js'
import { invalidCredentials } from '../sign-in/sign-ins.js'
import { FreshProofs, stepUpRequired } from './fresh-proofs.js'

/** Proves again who is behind a session, without a new one. */
@Injectable()
export class StepUpService {
  constructor(
    private readonly db: Database,
    private readonly limits: AttemptLimits,
    private readonly passwords: PasswordsService,
    private readonly proofs: FreshProofs,
    private readonly secondFactors: SecondFactors,
    private readonly passkeys: PasskeyProofs,
    private readonly sessions: Sessions,
  ) {}

  /** @throws invalid_credentials, step_up_required where a second factor is asked for, rate_limited */
  async byPassword(caller: UserPrincipal, password: string, address: string): Promise<void> {
    if (await this.proofs.asksSecondFactor(caller)) throw stepUpRequired(secondFactorOnly)
    const proven = await this.limits.tryPassword(caller.userId, address, () =>
      this.passwords.prove(caller.userId, password),
    )
    if (proven === undefined) throw invalidCredentials()
    await this.note(this.db, caller, { secondFactor: false })
    this.sessions.forget(caller.userId)
  }

  /** @throws invalid_secret, rate_limited */
  async byCode(caller: UserPrincipal, text: string): Promise<void> {
    const code = await this.secondFactors.try(caller.userId, text)
    await this.db.transaction(async (tx) => {
      await this.secondFactors.use(tx, code)
      await this.note(tx, caller, { secondFactor: true })
    })
    this.sessions.forget(caller.userId)
  }

  /** @throws invalid_secret */
  async byPasskey(caller: UserPrincipal, answer: PasskeyAnswer): Promise<void> {
    const { userId, sessionId: holder } = caller
    const passkey = await this.passkeys.prove('stepUp', answer, { userId, holder })
    await this.db.transaction(async (tx) => {
      await this.passkeys.use(tx, passkey)
      await this.note(tx, caller, { secondFactor: passkey.userVerified })
    })
    this.sessions.forget(userId)
  }

  /** Notes a proof with the session. `forget` the user once the transaction committed. */
  async note(
    tx: Executor,
    { userId, sessionId }: UserPrincipal,
    { secondFactor }: { secondFactor: boolean },
  ): Promise<void> {
    await tx.run({ text: noteProof, values: [userId, sessionId, secondFactor] })
  }
}

const secondFactorOnly = {
  asksSecondFactor: true,
  secondFactorSecondsAgo: undefined,
  hasPassword: false,
  hasPasskey: false,
} as const

// An admin who acts as a user and happens to know a secret of theirs is not the user for that.
const noteProof = `
  update holdfast.sessions set proven_at = now(), second_factor_at = case when $3::boolean then now() else second_factor_at end
  where user_id = $1 and id = $2 and revoked_at is null and acting_session_id is null`
