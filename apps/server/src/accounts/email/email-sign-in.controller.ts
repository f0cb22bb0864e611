import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { PermissionsService } from '../../permissions/index.js'
import { Public } from '../../platform/http/index.js'
import { BotChecked } from '../bot-checks/bot-checked.js'
import { Redirects } from '../redirects/redirects.js'
import { parseNewEmail } from '../sign-in/parse-sign-up.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { CodeRequest, MailToRequest } from './email.dto.js'
import { EmailSignIns } from './email-sign-ins.js'
import { parseCodeSignIn, parseLinkSignIn } from './parse-email-sign-in.js'

const bodyOf = (properties: Record<string, object>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
  additionalProperties: {
    description: 'A field of `users` that the role `user` may update, for an account that is made',
  },
})
const codeBody = bodyOf({
  email: { type: 'string', format: 'email' },
  code: { type: 'string', description: 'The six digits of the mail', example: '123456' },
})
const linkBody = bodyOf({ token: { type: 'string', description: 'The `token` of the link in the mail' } })

const sameAnswer = 'The answer is the same whether or not there is such an account.'
const makesAccount =
  'Where the address has no account and sign-up is open, one is made. With the token of an anonymous user, that user becomes the person.'

@ApiTags('Auth')
@Public()
@Controller('auth')
export class EmailSignInController {
  constructor(
    private readonly emails: EmailSignIns,
    private readonly redirects: Redirects,
    private readonly permissions: PermissionsService,
    private readonly signIns: SignIns,
  ) {}

  @Post('otp')
  @BotChecked('code')
  @HttpCode(204)
  @ApiOperation({ summary: 'Have a code of six digits sent that signs in', description: sameAnswer })
  @ApiNoContentResponse()
  async requestCode(@Body() { email }: CodeRequest, @Req() request: Request): Promise<void> {
    await this.emails.requestCode(parseNewEmail(email), request)
  }

  @Post('otp/verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in by the code of a mail', description: makesAccount })
  @ApiBody({ schema: codeBody })
  @AnswersTokens()
  async signInByCode(@Body() body: unknown, @Req() request: Request): Promise<string> {
    const given = parseCodeSignIn(body, this.profileFields())
    return this.signIns.answer(await this.emails.byCode(given, request), request)
  }

  @Post('magic-link')
  @BotChecked('code')
  @HttpCode(204)
  @ApiOperation({ summary: 'Have a link sent that signs in', description: sameAnswer })
  @ApiNoContentResponse()
  async requestLink(@Body() body: MailToRequest, @Req() request: Request): Promise<void> {
    const redirectTo = body.redirectTo && (await this.redirects.check(body.redirectTo, 'redirectTo')).href
    await this.emails.requestLink(parseNewEmail(body.email), redirectTo, request)
  }

  @Post('magic-link/verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in by the token of a mail', description: makesAccount })
  @ApiBody({ schema: linkBody })
  @AnswersTokens()
  async signInByLink(@Body() body: unknown, @Req() request: Request): Promise<string> {
    const { token, profile } = parseLinkSignIn(body, this.profileFields())
    return this.signIns.answer(await this.emails.byLink(token, profile, request), request)
  }

  private profileFields(): ReadonlySet<string> {
    return this.permissions.writableFields(['user'], 'update', 'users')
  }
}
