import type { EmailChangeState, One } from '@holdfast/contract'
import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { InPerson, Public } from '../../platform/http/index.js'
import { AnswersOne } from '../describe-answers.js'
import { parseNewEmail } from '../sign-in/parse-sign-up.js'
import { EmailChangeRequest, EmailChangeView, TokenRequest } from './email.dto.js'
import { EmailChanges } from './email-changes.js'

@ApiTags('Auth')
@Controller('auth/email')
export class EmailChangeController {
  constructor(private readonly changes: EmailChanges) {}

  @Post('change')
  @HttpCode(204)
  @InPerson()
  @ApiOperation({
    summary: 'Ask for another e-mail address: links go to the new one, and to the old one where it is proven',
    description:
      'Without `password`, the caller must have proven lately who they are. The answer is the same whether or not the new address has an account.',
  })
  @ApiNoContentResponse()
  async change(
    @Caller() caller: UserPrincipal,
    @Body() { email, password }: EmailChangeRequest,
    @Req() request: Request,
  ): Promise<void> {
    await this.changes.request(caller, { email: parseNewEmail(email), password }, request)
  }

  @Post('confirm')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Prove one of the addresses by the token of its mail; the change happens with the last',
    description: 'All sessions end then but the one that asked, and the old address is told.',
  })
  @AnswersOne(EmailChangeView)
  async confirm(@Body() { token }: TokenRequest, @Req() request: Request): Promise<One<EmailChangeState>> {
    return { data: await this.changes.confirm(token, request) }
  }
}
