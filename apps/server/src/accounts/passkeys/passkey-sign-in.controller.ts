import type { One } from '@holdfast/contract'
import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { InPerson, Public } from '../../platform/http/index.js'
import { AnswersOne } from '../describe-answers.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { PasskeySignIns } from './passkey-sign-ins.js'
import { MfaPasskeyRequest, MfaTokenRequest, PasskeyCeremonyDetails, PasskeyProofRequest } from './passkeys.dto.js'

@ApiTags('Passkeys')
@Controller('auth')
export class PasskeySignInController {
  constructor(
    private readonly passkeys: PasskeySignIns,
    private readonly limits: AttemptLimits,
    private readonly signIns: SignIns,
  ) {}

  @Post('passkeys/options')
  @Public()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Begin to sign in by a passkey, without a user name' })
  @AnswersOne(PasskeyCeremonyDetails)
  async begin(@Req() request: Request): Promise<One<PasskeyCeremonyDetails>> {
    await this.limits.count('ceremony', clientOf(request).address)
    return { data: await this.passkeys.begin() }
  }

  @Post('passkeys/verify')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in by a passkey',
    description: 'One that verified its user counts as both factors.',
  })
  @AnswersTokens()
  async signIn(@Body() body: PasskeyProofRequest, @Req() request: Request): Promise<string> {
    await this.limits.count('ceremony', clientOf(request).address)
    return this.signIns.answer(await this.passkeys.signIn(body, request), request)
  }

  @Post('mfa/passkey/options')
  @Public()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Begin to prove a passkey as the second factor of a sign-in' })
  @AnswersOne(PasskeyCeremonyDetails)
  async beginSecond(
    @Body() { mfaToken }: MfaTokenRequest,
    @Req() request: Request,
  ): Promise<One<PasskeyCeremonyDetails>> {
    await this.limits.count('ceremony', clientOf(request).address)
    return { data: await this.passkeys.beginSecond(mfaToken) }
  }

  @Post('mfa/passkey/verify')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Finish a sign-in by a passkey' })
  @AnswersTokens()
  async proveSecond(@Body() body: MfaPasskeyRequest, @Req() request: Request): Promise<string> {
    await this.limits.count('ceremony', clientOf(request).address)
    return this.signIns.answer(await this.passkeys.proveSecond(body, request), request)
  }

  @Post('step-up/passkey/options')
  @InPerson()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Begin a step-up by a passkey; POST /auth/step-up takes what the authenticator answers' })
  @AnswersOne(PasskeyCeremonyDetails)
  async beginStepUp(@Caller() caller: UserPrincipal, @Req() request: Request): Promise<One<PasskeyCeremonyDetails>> {
    await this.limits.count('ceremony', clientOf(request).address)
    return { data: await this.passkeys.beginStepUp(caller) }
  }
}
