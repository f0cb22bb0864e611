import type { One } from '@holdfast/contract'
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Req } from '@nestjs/common'
import { ApiExtraModels, ApiNoContentResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger'
import { Caller, type GuardedRequest, type UserPrincipal } from '../../auth/index.js'
import { InPerson, Public, SignedIn } from '../../platform/http/index.js'
import { AnswersAll, AnswersOne } from '../describe-answers.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { Enrolments } from '../mfa/enrolments.js'
import { orTokens, withSignIn } from '../mfa/with-sign-in.js'
import { parseId } from '../parse-id.js'
import { clientOf } from '../sign-in/client-of.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { FreshProof } from '../step-up/fresh-proof.js'
import {
  PasskeyCeremonyDetails,
  PasskeyChangeRequest,
  PasskeyDetails,
  PasskeyOptionsRequest,
  PasskeyRegistrationRequest,
} from './passkeys.dto.js'
import { PasskeysService } from './passkeys.service.js'

@ApiTags('Passkeys')
@Controller('auth/passkeys')
export class PasskeysController {
  constructor(
    private readonly passkeys: PasskeysService,
    private readonly enrolments: Enrolments,
    private readonly limits: AttemptLimits,
    private readonly signIns: SignIns,
  ) {}

  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'The passkeys of the user' })
  @AnswersAll(PasskeyDetails)
  async list(@Caller() { userId }: UserPrincipal): Promise<One<PasskeyDetails[]>> {
    return { data: await this.passkeys.list(userId) }
  }

  @Post('register/options')
  @Public()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Begin to register a passkey',
    description: 'For a signed-in user with a fresh proof, or a sign-in that needs a factor where none is set up.',
  })
  @AnswersOne(PasskeyCeremonyDetails)
  async begin(
    @Body() { mfaToken }: PasskeyOptionsRequest,
    @Req() request: GuardedRequest,
  ): Promise<One<PasskeyCeremonyDetails>> {
    await this.limits.count('ceremony', clientOf(request).address)
    const enrolment = await this.enrolments.resolve(request.principal, mfaToken)
    return { data: await this.passkeys.begin(enrolment) }
  }

  @Post('register')
  @Public()
  @Header('Content-Type', 'application/json; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Register the passkey that the authenticator made',
    description: 'With `mfaToken` it also signs in: the answer has tokens and `recoveryCodes` besides.',
  })
  @ApiExtraModels(PasskeyDetails)
  @ApiResponse({
    status: 201,
    description: 'The passkey, and tokens where it signs in',
    schema: orTokens(PasskeyDetails),
  })
  async register(
    @Body() { mfaToken, name = 'Passkey', ...answer }: PasskeyRegistrationRequest,
    @Req() request: GuardedRequest,
  ): Promise<string> {
    await this.limits.count('ceremony', clientOf(request).address)
    const enrolment = await this.enrolments.resolveNext(request.principal, mfaToken)
    const { passkey, recoveryCodes, signedIn } = await this.passkeys.register(enrolment, { ...answer, name }, request)
    if (signedIn === undefined) return withSignIn(passkey, undefined)
    return withSignIn({ ...passkey, recoveryCodes }, await this.signIns.answer(signedIn, request))
  }

  @Patch(':id')
  @InPerson()
  @ApiOperation({ summary: 'Rename a passkey' })
  @AnswersOne(PasskeyDetails)
  async rename(
    @Caller() caller: UserPrincipal,
    @Param('id') id: string,
    @Body() { name }: PasskeyChangeRequest,
  ): Promise<One<PasskeyDetails>> {
    return { data: await this.passkeys.rename(caller, parseId(id), name) }
  }

  @Delete(':id')
  @InPerson()
  @FreshProof()
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a passkey' })
  @ApiNoContentResponse()
  async remove(@Caller() caller: UserPrincipal, @Param('id') id: string): Promise<void> {
    await this.passkeys.remove(caller, parseId(id))
  }
}
