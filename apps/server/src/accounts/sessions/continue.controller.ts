import { Controller, Get, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { SessionCookies } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Public } from '../../platform/http/index.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { BrowserSessions } from '../sign-in/browser-sessions.js'
import { clientOf } from '../sign-in/client-of.js'
import { SignInAnswer } from '../sign-in/sign-in-answer.js'

/**
 * Takes a browser whose access token has expired back to its account page: pages are at another path than the refresh token
 * is sent to. Whoever else makes a browser come here changes nothing but the tokens in its own cookies.
 */
@ApiExcludeController()
@Public()
@Controller('auth/continue')
export class ContinueController {
  constructor(
    private readonly browsers: BrowserSessions,
    private readonly answers: SignInAnswer,
    private readonly cookies: SessionCookies,
    private readonly limits: AttemptLimits,
  ) {}

  @Get()
  async goOn(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.redirect(303, (await this.refresh(request)) ? '/auth/ui/account' : '/auth/ui/sign-in')
  }

  private async refresh(request: Request): Promise<boolean> {
    try {
      await this.limits.count('refresh', clientOf(request).address)
      await this.answers.ofSession(await this.browsers.refresh(request), request)
      return true
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error
      this.cookies.clear(request.res!)
      return false
    }
  }
}
