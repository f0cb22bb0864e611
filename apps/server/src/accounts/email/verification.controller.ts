import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { type GuardedRequest, notSignedIn } from '../../auth/index.js'
import { Database } from '../../platform/db/index.js'
import { Public } from '../../platform/http/index.js'
import { findAccountById } from '../account/find-account.js'
import { Redirects } from '../redirects/redirects.js'
import { parseNewEmail } from '../sign-in/parse-sign-up.js'
import { TokenRequest, VerifyMailRequest } from './email.dto.js'
import { EmailVerification } from './email-verification.js'

@ApiTags('Auth')
@Public()
@Controller('auth/verify')
export class VerificationController {
  constructor(
    private readonly db: Database,
    private readonly verification: EmailVerification,
    private readonly redirects: Redirects,
  ) {}

  @Post()
  @HttpCode(204)
  @ApiOperation({ summary: 'Prove an e-mail address by the token of a mail' })
  @ApiNoContentResponse()
  verify(@Body() { token }: TokenRequest, @Req() request: Request): Promise<void> {
    return this.verification.verify(token, request)
  }

  @Post('request')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Have the mail sent (again) that proves an address: of the caller, or a given one',
    description: 'The answer is the same whether or not there is such an account, and whether it is proven.',
  })
  @ApiNoContentResponse()
  async request(@Body() body: VerifyMailRequest, @Req() request: Request): Promise<void> {
    const redirectTo = body.redirectTo && (await this.redirects.check(body.redirectTo, 'redirectTo')).href
    const email = body.email === undefined ? await this.ownEmail(request) : parseNewEmail(body.email)
    if (email !== undefined) await this.verification.request(email, redirectTo, request)
  }

  private async ownEmail(request: Request): Promise<string | undefined> {
    const { principal } = request as GuardedRequest
    if (principal.kind !== 'user') throw notSignedIn()
    return (await findAccountById(this.db, principal.userId))?.email
  }
}
