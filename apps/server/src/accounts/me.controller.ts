import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Caller, type UserPrincipal } from '../auth/index.js'
import { SignedIn } from '../platform/http/index.js'
import { PasswordChangeRequest } from './accounts.dto.js'
import { AccountsService, invalidCredentials } from './accounts.service.js'
import { AttemptLimits } from './attempt-limits.js'
import { clientOf } from './client-of.js'
import { parseNewPassword } from './parse-password.js'
import { AnswersTokens, AnswersUser, SignInAnswer } from './sign-in-answer.js'

@ApiTags('Auth')
@SignedIn()
@Controller('auth')
export class MeController {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly accounts: AccountsService,
    private readonly answer: SignInAnswer,
  ) {}

  @Get('me')
  @ApiOperation({ summary: 'The signed-in user' })
  @AnswersUser()
  me(@Caller() user: UserPrincipal): Promise<string> {
    return this.answer.ofUser(user)
  }

  @Post('password/change')
  @HttpCode(200)
  @ApiOperation({ summary: 'Change the password; all tokens of before end, the answer has new ones' })
  @AnswersTokens()
  async changePassword(
    @Caller() { userId }: UserPrincipal,
    @Body() { current, password }: PasswordChangeRequest,
    @Req() request: Request,
  ): Promise<string> {
    const wanted = parseNewPassword(password, 'password')
    const client = clientOf(request)
    const proven = await this.limits.tryPassword(userId, client.address, () =>
      this.accounts.provePassword(userId, current),
    )
    if (proven === undefined) throw invalidCredentials()
    return this.answer.ofSession(await this.accounts.changePassword(proven, wanted, client))
  }
}
