import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { type GuardedRequest, notSignedIn, SessionRefresh, Sessions } from '../../auth/index.js'
import { Public } from '../../platform/http/index.js'
import { parseEmail } from '../account/parse-email.js'
import { LoginRequest, LogoutRequest, RefreshRequest } from '../accounts.dto.js'
import { BotChecked } from '../bot-checks/bot-checked.js'
import { EmailSettings } from '../email/email-settings.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import type { Credential } from '../passwords/credentials.js'
import { authenticate } from '../providers/authenticate.js'
import { PasswordProvider } from '../providers/password.provider.js'
import { BrowserSessions } from './browser-sessions.js'
import { clientOf } from './client-of.js'
import { AnswersTokens, SignInAnswer } from './sign-in-answer.js'
import { invalidCredentials, SignIns } from './sign-ins.js'

@ApiTags('Auth')
@Controller('auth')
export class SignInController {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly passwords: PasswordProvider,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
    private readonly refreshes: SessionRefresh,
    private readonly browsers: BrowserSessions,
    private readonly answer: SignInAnswer,
    private readonly emails: EmailSettings,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @BotChecked('login')
  @ApiOperation({ summary: 'Sign in by e-mail and password' })
  @AnswersTokens()
  async login(@Body() { email }: LoginRequest, @Req() request: Request): Promise<string> {
    const proven = await this.limits.tryPassword(parseEmail(email) ?? email, clientOf(request).address, () =>
      authenticate<Credential>(this.passwords.strategy, request),
    )
    if (proven === undefined) throw invalidCredentials()
    const { requireVerified: needsVerifiedEmail } = await this.emails.get()
    return this.signIns.complete({ ...proven, methods: ['pwd'], needsVerifiedEmail }, request)
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @ApiOperation({ summary: 'Exchange a refresh token, of the body or of a cookie, for new tokens' })
  @AnswersTokens()
  async refresh(@Body() { refreshToken }: RefreshRequest, @Req() request: Request): Promise<string> {
    await this.limits.count('refresh', clientOf(request).address)
    if (!refreshToken) return this.answer.ofSession(await this.browsers.refresh(request), request)
    return this.answer.ofSession(await this.refreshes.refresh(refreshToken), request)
  }

  @Post('logout')
  @HttpCode(204)
  @Public()
  @ApiOperation({ summary: 'End the session of the access token, or of the refresh token in the body' })
  @ApiNoContentResponse()
  async logout(@Body() { refreshToken }: LogoutRequest, @Req() request: GuardedRequest): Promise<void> {
    const { principal } = request
    if (principal.kind === 'user') await this.sessions.end(principal.userId, principal.sessionId)
    const ofBrowser = await this.browsers.end(request)
    if (principal.kind === 'public' && refreshToken === undefined && !ofBrowser) throw notSignedIn()
    if (refreshToken !== undefined) await this.refreshes.end(refreshToken)
  }
}
