import { Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { giveBackCodeTry, takeCodeTry } from './code-tries.js'
import { parseRecoveryCode } from './recovery-code.js'
import { RecoveryCodes } from './recovery-codes.js'
import { SecurityNotices } from './security-notices.js'
import { isTotpCode } from './totp.js'
import { TotpFactors } from './totp-factors.js'

/** A code that may be one of the user's, and for which a try was taken. */
export type TriedCode =
  | { readonly kind: 'otp'; readonly userId: string; readonly code: string }
  | { readonly kind: 'recovery'; readonly userId: string; readonly code: string }

/** Proves second factors by codes: of an authenticator app, or from paper. */
@Injectable()
export class SecondFactors {
  constructor(
    private readonly db: Database,
    private readonly totp: TotpFactors,
    private readonly recovery: RecoveryCodes,
    private readonly notices: SecurityNotices,
  ) {}

  /**
   * Takes a try, outside of the transaction that goes by the code: what is rolled back there has been tried all the same.
   * Recovery codes cannot be guessed, and so go on when codes of an app are locked.
   * @throws invalid_secret, rate_limited
   */
  async try(userId: string, text: string): Promise<TriedCode> {
    const code = text.replaceAll(/\s/g, '')
    if (isTotpCode(code)) {
      await takeCodeTry(this.db, userId)
      return { kind: 'otp', userId, code }
    }
    const recoveryCode = parseRecoveryCode(text)
    if (recoveryCode === undefined) throw wrongCode()
    return { kind: 'recovery', userId, code: recoveryCode }
  }

  /** Uses the code up. Returns the method it proves. @throws invalid_secret */
  async use(tx: Executor, { kind, userId, code }: TriedCode): Promise<'otp' | 'recovery'> {
    if (kind === 'otp') {
      if (!(await this.totp.use(tx, userId, code))) throw wrongCode()
      await giveBackCodeTry(tx, userId)
    } else {
      if (!(await this.recovery.use(tx, userId, code))) throw wrongCode()
      const left = await this.recovery.count(tx, userId)
      await this.notices.enqueue(tx, userId, `A recovery code was used; ${left} are left.`)
    }
    return kind
  }
}

export const wrongCode = (): AppError => {
  const message = 'The code is wrong, or was used before'
  return new AppError('invalid_secret', message, { errors: [{ path: 'code', code: 'invalid_secret', message }] })
}
