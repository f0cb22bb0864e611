import type { CsrfToken, One } from '@holdfast/contract'
import { Controller, Get, Req } from '@nestjs/common'
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Public } from '../../platform/http/index.js'
import { AnswersOne } from '../describe-answers.js'
import { BrowserSessions } from '../sign-in/browser-sessions.js'

export class CsrfTokenDetails implements CsrfToken {
  @ApiProperty({ description: 'For the header X-CSRF-Token of everything but GET and HEAD' })
  csrfToken!: string
}

@ApiTags('Auth')
@Controller('auth/csrf')
export class CsrfController {
  constructor(private readonly browsers: BrowserSessions) {}

  @Get()
  @Public()
  @ApiOperation({
    summary: 'The CSRF token of the session in the cookies',
    description: 'Also when its access token has expired: the refresh needs it.',
  })
  @AnswersOne(CsrfTokenDetails)
  async show(@Req() request: Request): Promise<One<CsrfTokenDetails>> {
    return { data: { csrfToken: await this.browsers.csrfToken(request) } }
  }
}
