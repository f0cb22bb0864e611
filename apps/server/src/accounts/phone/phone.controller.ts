import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { Public, SignedIn } from '../../platform/http/index.js'
import { BotChecked } from '../bot-checks/bot-checked.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { parseProfile } from '../sign-in/parse-sign-up.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { FreshProof } from '../step-up/fresh-proof.js'
import { parseConfirmation } from './parse-confirmation.js'
import { parsePhone } from './parse-phone.js'
import { PhoneConfirmation, PhoneRequest } from './phone.dto.js'
import { PhoneSettings, requireAllowed } from './phone-settings.js'
import { PhonesService } from './phones.service.js'

const verifySchema = {
  type: 'object',
  required: ['phone', 'code'],
  properties: { phone: { type: 'string', example: '+4915123456789' }, code: { type: 'string', example: '123456' } },
  additionalProperties: { description: 'A field of `users` that the role `user` may update, for a new account' },
}

@ApiTags('Auth')
@Controller('auth/phone')
export class PhoneController {
  constructor(
    private readonly settings: PhoneSettings,
    private readonly limits: AttemptLimits,
    private readonly permissions: PermissionsService,
    private readonly phones: PhonesService,
  ) {}

  @Post()
  @BotChecked('phone')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    summary: 'Send a code to sign in by',
    description: 'Answers the same whether or not there is an account with this number.',
  })
  @ApiNoContentResponse()
  async request(@Body() body: PhoneRequest, @Req() request: Request): Promise<void> {
    const phone = await this.admit(body.phone, request)
    await this.phones.requestSignIn({ phone, locale: body.locale })
  }

  @Post('verify')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Sign in by the code, or make an account with the number',
    description: 'With the token of an anonymous user, a number without an account goes to that user.',
  })
  @ApiBody({ schema: verifySchema })
  @AnswersTokens()
  async verify(@Body() body: unknown, @Req() request: Request): Promise<string> {
    await this.settings.require()
    const { phone: text, code, rest } = parseConfirmation(body)
    const profile = parseProfile(rest, this.permissions.writableFields(['user'], 'update', 'users'))
    const phone = await parsePhone(text)
    await this.limits.count('secret', clientOf(request).address)
    return this.phones.signIn(phone, code, profile, request)
  }

  @Post('change')
  @HttpCode(204)
  @SignedIn()
  @FreshProof()
  @ApiOperation({ summary: 'Send a code that gives the number to your account' })
  @ApiNoContentResponse()
  async change(@Caller() user: UserPrincipal, @Body() body: PhoneRequest, @Req() request: Request): Promise<void> {
    requirePerson(user)
    const phone = await this.admit(body.phone, request)
    await this.phones.requestChange(user.userId, { phone, locale: body.locale })
  }

  @Post('confirm')
  @HttpCode(204)
  @SignedIn()
  @FreshProof()
  @ApiOperation({ summary: 'Give the number to your account by the code' })
  @ApiNoContentResponse()
  async confirm(
    @Caller() user: UserPrincipal,
    @Body() body: PhoneConfirmation,
    @Req() request: Request,
  ): Promise<void> {
    requirePerson(user)
    await this.settings.require()
    const phone = await parsePhone(body.phone)
    await this.limits.count('secret', clientOf(request).address)
    await this.phones.confirmChange(user.userId, phone, body.code)
  }

  /** A number that may be sent a message now. */
  private async admit(text: string, request: Request): Promise<string> {
    const provider = await this.settings.require()
    const phone = await parsePhone(text)
    requireAllowed(phone, provider)
    await this.limits.count('phone', clientOf(request).address, phone)
    return phone
  }
}

function requirePerson({ roles }: UserPrincipal): void {
  if (roles.includes('anonymous'))
    throw new AppError('forbidden', 'Anonymous users become a person by POST /api/v1/auth/phone/verify')
}
