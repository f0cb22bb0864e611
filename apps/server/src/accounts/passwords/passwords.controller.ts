import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Caller, Sessions, type UserPrincipal } from '../../auth/index.js'
import { Database } from '../../platform/db/index.js'
import { InPerson } from '../../platform/http/index.js'
import { findAccountById } from '../account/find-account.js'
import { PasswordChangeRequest } from '../accounts.dto.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { AccountMails } from '../mails/account-mails.js'
import { languageOf } from '../mails/languages.js'
import { clientOf } from '../sign-in/client-of.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { invalidCredentials, SignIns } from '../sign-in/sign-ins.js'
import { parseNewPassword } from './parse-password.js'
import { PasswordHasher } from './password-hasher.js'
import { PasswordPolicy } from './password-policy.js'
import { PasswordsService } from './passwords.service.js'

@ApiTags('Auth')
@Controller('auth/password')
export class PasswordsController {
  constructor(
    private readonly db: Database,
    private readonly limits: AttemptLimits,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly mails: AccountMails,
    private readonly passwords: PasswordsService,
    private readonly sessions: Sessions,
    private readonly signIns: SignIns,
  ) {}

  @Post('change')
  @HttpCode(200)
  @InPerson()
  @ApiOperation({ summary: 'Change the password; all tokens of before end, the answer has new ones' })
  @AnswersTokens()
  async change(
    @Caller() { userId, proof }: UserPrincipal,
    @Body() { current, password }: PasswordChangeRequest,
    @Req() request: Request,
  ): Promise<string> {
    const wanted = parseNewPassword(password, 'password')
    const proven = await this.limits.tryPassword(userId, clientOf(request).address, () =>
      this.passwords.prove(userId, current),
    )
    if (proven === undefined) throw invalidCredentials()
    const account = await findAccountById(this.db, userId)
    await this.policy.require(wanted, 'password', account?.email)
    const passwordHash = await this.hasher.hash(wanted)
    // The password is no second factor: the one that was proven stays as old as it is.
    const { secondFactorAtMs } = proof ?? {}
    const secondFactor = secondFactorAtMs !== undefined
    const signedIn = await this.db.transaction(async (tx) => {
      if (!(await this.passwords.change(tx, proven, passwordHash))) throw invalidCredentials()
      if (account?.email !== undefined)
        await this.mails.enqueue(tx, {
          kind: 'passwordChanged',
          to: account.email,
          data: {},
          locale: languageOf(request),
        })
      return this.signIns.open(tx, { userId, passwordHash, methods: ['pwd'], secondFactor, secondFactorAtMs }, request)
    })
    this.sessions.forget(userId)
    return this.signIns.answer(signedIn, request)
  }
}
