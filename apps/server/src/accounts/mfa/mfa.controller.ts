import type { One } from '@holdfast/contract'
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common'
import { ApiExtraModels, ApiNoContentResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger'
import { Caller, type GuardedRequest, type UserPrincipal } from '../../auth/index.js'
import { Public, SignedIn } from '../../platform/http/index.js'
import { AnswersOne } from '../describe-answers.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { parseId } from '../parse-id.js'
import { clientOf } from '../sign-in/client-of.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { FreshProof } from '../step-up/fresh-proof.js'
import { Enrolments } from './enrolments.js'
import {
  MfaDetails,
  MfaVerifyRequest,
  RecoveryCodesDetails,
  TotpConfirmRequest,
  TotpDetails,
  TotpRequest,
} from './mfa.dto.js'
import { MfaService } from './mfa.service.js'
import { TotpLabels } from './totp-labels.js'
import { orTokens, withSignIn } from './with-sign-in.js'

@ApiTags('Second factors')
@Controller('auth/mfa')
export class MfaController {
  constructor(
    private readonly mfa: MfaService,
    private readonly enrolments: Enrolments,
    private readonly labels: TotpLabels,
    private readonly limits: AttemptLimits,
    private readonly signIns: SignIns,
  ) {}

  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'The second factors of the user' })
  @AnswersOne(MfaDetails)
  async describe(@Caller() { userId }: UserPrincipal): Promise<One<MfaDetails>> {
    return { data: await this.mfa.describe(userId) }
  }

  @Post('totp')
  @Public()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Begin to set up an authenticator app',
    description: 'For a signed-in user with a fresh proof, or a sign-in that needs a factor where none is set up.',
  })
  @AnswersOne(TotpDetails, 201)
  async beginTotp(@Body() body: TotpRequest, @Req() request: GuardedRequest): Promise<One<TotpDetails>> {
    await this.limits.count('factor', clientOf(request).address)
    const enrolment = await this.enrolments.resolve(request.principal, body.mfaToken)
    const { id, secret } = await this.mfa.beginTotp(enrolment, body.name ?? 'Authenticator app')
    return { data: { id, secret, ...(await this.labels.describe(enrolment.userId, secret)) } }
  }

  @Post('totp/confirm')
  @Public()
  @HttpCode(200)
  @Header('Content-Type', 'application/json; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Make the app a second factor by its first code; with `mfaToken` also signs in' })
  @ApiExtraModels(RecoveryCodesDetails)
  @ApiResponse({
    status: 200,
    description: 'Recovery codes, and tokens where it signs in',
    schema: orTokens(RecoveryCodesDetails),
  })
  async confirmTotp(@Body() { code, mfaToken }: TotpConfirmRequest, @Req() request: GuardedRequest): Promise<string> {
    await this.limits.count('factor', clientOf(request).address)
    const enrolment = await this.enrolments.resolve(request.principal, mfaToken)
    const { recoveryCodes, signedIn } = await this.mfa.confirmTotp(enrolment, code, request)
    return withSignIn({ recoveryCodes }, signedIn && (await this.signIns.answer(signedIn, request)))
  }

  @Post('verify')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Finish a sign-in by a code of an authenticator app, or a recovery code' })
  @AnswersTokens()
  async verify(@Body() { mfaToken, code }: MfaVerifyRequest, @Req() request: GuardedRequest): Promise<string> {
    await this.limits.count('factor', clientOf(request).address)
    return this.signIns.answer(await this.mfa.verify(mfaToken, code, request), request)
  }

  @Post('recovery-codes')
  @SignedIn()
  @FreshProof()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'New recovery codes; those of before are void' })
  @AnswersOne(RecoveryCodesDetails, 201)
  async replaceRecoveryCodes(@Caller() { userId }: UserPrincipal): Promise<One<RecoveryCodesDetails>> {
    return { data: { recoveryCodes: await this.mfa.replaceRecoveryCodes(userId) } }
  }

  @Delete(':id')
  @SignedIn()
  @FreshProof()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a factor: an authenticator app or a passkey' })
  @ApiNoContentResponse()
  async remove(@Caller() caller: UserPrincipal, @Param('id') id: string): Promise<void> {
    await this.mfa.remove(caller, parseId(id))
  }
}
