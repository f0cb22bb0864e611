import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Public } from '../../platform/http/index.js'
import { BotChecked } from '../bot-checks/bot-checked.js'
import { MailToRequest, ResetRequest } from '../email/email.dto.js'
import { Redirects } from '../redirects/redirects.js'
import { parseNewEmail } from '../sign-in/parse-sign-up.js'
import { PasswordResets } from './password-resets.js'

@ApiTags('Auth')
@Public()
@Controller('auth/password')
export class ResetController {
  constructor(
    private readonly resets: PasswordResets,
    private readonly redirects: Redirects,
  ) {}

  @Post('forgot')
  @BotChecked('forgot')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Have a link to a new password sent',
    description: 'The answer is the same whether or not there is such an account.',
  })
  @ApiNoContentResponse()
  async forgot(@Body() body: MailToRequest, @Req() request: Request): Promise<void> {
    const redirectTo = body.redirectTo && (await this.redirects.check(body.redirectTo, 'redirectTo')).href
    await this.resets.request(parseNewEmail(body.email), redirectTo, request)
  }

  @Post('reset')
  @HttpCode(204)
  @ApiOperation({ summary: 'Set a new password with the token of the mail; every session of the account ends' })
  @ApiNoContentResponse()
  reset(@Body() { token, password }: ResetRequest, @Req() request: Request): Promise<void> {
    return this.resets.reset(token, password, request)
  }
}
