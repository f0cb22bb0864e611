import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Public } from '../../platform/http/index.js'
import { anonymousCaller } from '../anonymous/anonymous-caller.js'
import { SessionCodes } from '../hosted/session-codes.js'
import { Impersonations } from '../impersonation/impersonations.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { ExchangeRequest } from './identities.dto.js'
import { IdentitySignIns } from './identity-sign-ins.js'
import { invalidCode, SignInCodes } from './sign-in-codes.js'

@ApiTags('Auth')
@Controller('auth/oauth/exchange')
export class ExchangeController {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly codes: SignInCodes,
    private readonly signIns: IdentitySignIns,
    private readonly sessionCodes: SessionCodes,
    private readonly impersonations: Impersonations,
    private readonly ends: SignIns,
  ) {}

  @Post()
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Exchange the code of a sign-in by another provider, or at the pages of this server, for tokens',
  })
  @AnswersTokens()
  async exchange(@Body() { code, codeVerifier }: ExchangeRequest, @Req() request: Request): Promise<string> {
    await this.limits.count('ceremony', clientOf(request).address)
    const proof = await this.sessionCodes.redeem(code, codeVerifier)
    if (proof !== undefined) return this.ends.complete(proof, request)
    const acting = await this.impersonations.redeem(code, request)
    if (acting !== undefined) return this.ends.answer(acting, request)
    const { identity, linkTo, codeChallenge } = await this.codes.redeem(code, codeVerifier)
    const anonymous = anonymousCaller(request)
    // A code that links signs nobody in but the one who began: whoever was led to the link of somebody else stays who
    // they are. An anonymous user becomes only who they themselves went to prove to be.
    if (linkTo !== undefined && linkTo !== anonymous) throw invalidCode()
    const upgradeOf = linkTo !== undefined || codeChallenge !== undefined ? anonymous : undefined
    return this.signIns.signIn(identity, request, { upgradeOf })
  }
}
