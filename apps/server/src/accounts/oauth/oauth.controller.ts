import type { AuthProviderInfo, One } from '@holdfast/contract'
import { Body, Controller, Get, HttpCode, Param, Post, Query, Redirect, Req, Res, UseFilters } from '@nestjs/common'
import { ApiBody, ApiFoundResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { Public } from '../../platform/http/index.js'
import { anonymousCaller } from '../anonymous/anonymous-caller.js'
import { AnswersAll } from '../describe-answers.js'
import { BrowserErrors } from '../hosted/browser-errors.js'
import { IdentitySignIns } from '../identities/identity-sign-ins.js'
import { ProviderList } from '../identities/provider-list.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { NativeSignIn } from './native-sign-in.js'
import { ProviderDetails, TokenSignInRequest } from './oauth.dto.js'
import { OAuthFlow } from './oauth-flow.js'
import { OAuthStarts } from './oauth-starts.js'

interface Redirection {
  readonly url: string
  readonly statusCode: number
}

@ApiTags('Auth')
@Public()
@Controller('auth')
export class OAuthController {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly providers: ProviderList,
    private readonly starts: OAuthStarts,
    private readonly flow: OAuthFlow,
    private readonly native: NativeSignIn,
    private readonly signIns: IdentitySignIns,
  ) {}

  @Get('providers')
  @ApiOperation({ summary: 'Other providers by which people can sign in here' })
  @AnswersAll(ProviderDetails)
  async list(): Promise<One<AuthProviderInfo[]>> {
    return { data: await this.providers.list() }
  }

  @Get('oauth/:provider')
  @UseFilters(BrowserErrors)
  @Redirect()
  @ApiOperation({
    summary: 'Sign in by another provider: send the browser here',
    description: 'It comes back to `redirectTo` with `?code=` for `POST /auth/oauth/exchange`, or with `?error=`.',
  })
  @ApiQuery({
    name: 'redirectTo',
    required: false,
    schema: { type: 'string' },
    description: 'Must be allowed by an admin',
  })
  @ApiQuery({
    name: 'codeChallenge',
    required: false,
    schema: { type: 'string', pattern: '^[\\w-]{43}$' },
    description: 'BASE64URL(SHA256(codeVerifier)): nobody but whoever began can exchange the code',
  })
  @ApiQuery({ name: 'link', required: false, schema: { type: 'string' }, description: 'From `POST /auth/identities`' })
  @ApiFoundResponse({ description: 'To the provider' })
  async begin(
    @Param('provider') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Redirection> {
    await this.limits.count('ceremony', clientOf(request).address)
    const destination = await this.starts.parse(id, query)
    if (destination === undefined) return { url: this.starts.ownPage(id), statusCode: 302 }
    const { url, cookie } = await this.flow.begin(id, destination, request)
    response.setHeader('Set-Cookie', cookie)
    return { url, statusCode: 302 }
  }

  @Get('oauth/:provider/callback')
  @UseFilters(BrowserErrors)
  @Redirect()
  @ApiOperation({ summary: 'Where the provider sends the browser back to' })
  @ApiQuery({ name: 'state', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'code', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'error', required: false, schema: { type: 'string' } })
  @ApiFoundResponse({ description: 'To the app' })
  async callback(@Param('provider') id: string, @Req() request: Request): Promise<Redirection> {
    await this.limits.count('ceremony', clientOf(request).address)
    const answer = new URL(request.originalUrl, 'http://localhost').searchParams
    return { url: await this.flow.finish(id, answer, request), statusCode: 302 }
  }

  /**
   * Apple has the browser POST its answer. Coming from another site it brings no cookie along; sent on to the same place
   * by GET, it does.
   */
  @Post('oauth/:provider/callback')
  @UseFilters(BrowserErrors)
  @Redirect()
  @ApiOperation({ summary: 'The same for providers that have the browser post a form' })
  @ApiBody({ schema: { type: 'object', additionalProperties: { type: 'string' } } })
  @ApiResponse({ status: 303, description: 'To the same by GET' })
  postedCallback(@Param('provider') id: string, @Body() body: Record<string, unknown>): Redirection {
    const query = new URLSearchParams()
    for (const name of ['state', 'code', 'error', 'iss', 'user'])
      if (typeof body?.[name] === 'string') query.set(name, body[name])
    return { url: `${this.starts.callbackUrl(encodeURIComponent(id))}?${query}`, statusCode: 303 }
  }

  @Post('oauth/:provider/token')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in by the ID token that the SDK of a provider gave a native app' })
  @AnswersTokens()
  async token(
    @Param('provider') id: string,
    @Body() body: TokenSignInRequest,
    @Req() request: Request,
  ): Promise<string> {
    await this.limits.count('ceremony', clientOf(request).address)
    const identity = await this.native.prove(id, body, request)
    return this.signIns.signIn(identity, request, { upgradeOf: anonymousCaller(request) })
  }
}
