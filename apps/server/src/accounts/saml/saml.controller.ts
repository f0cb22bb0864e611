import { randomBytes } from 'node:crypto'
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseFilters,
} from '@nestjs/common'
import { ApiBody, ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Public } from '../../platform/http/index.js'
import { Log } from '../../platform/log/index.js'
import { BrowserErrors } from '../hosted/browser-errors.js'
import { SignInCodes } from '../identities/sign-in-codes.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { OAuthStarts } from '../oauth/oauth-starts.js'
import { clientOf } from '../sign-in/client-of.js'
import { checkAlgorithms, checkAssertion, refusedAssertion } from './check-assertion.js'
import { hasDocumentType } from './parse-metadata.js'
import { parseSamlAnswer } from './parse-saml.js'
import { type FoundProvider, SamlProviders } from './saml-providers.js'
import { type SamlState, SamlStates } from './saml-states.js'
import { type SamlProfile, toIdentity } from './to-identity.js'

const redirects = (description: string) => ApiResponse({ status: 303, description })

@ApiTags('Auth')
@Public()
@Controller('auth/saml/:provider')
export class SamlController {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly providers: SamlProviders,
    private readonly states: SamlStates,
    private readonly starts: OAuthStarts,
    private readonly codes: SignInCodes,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @UseFilters(BrowserErrors)
  @ApiOperation({ summary: 'Begin a sign-in by SAML: sends the browser to the identity provider' })
  @ApiQuery({ name: 'redirectTo', required: false, description: 'Where the browser comes back to, with `?code=…`' })
  @ApiQuery({ name: 'codeChallenge', required: false, description: 'BASE64URL(SHA256(codeVerifier))' })
  @redirects('To the identity provider')
  async begin(
    @Param('provider') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.limits.count('ceremony', clientOf(request).address)
    const provider = await this.providers.get(id)
    const destination = await this.starts.parse(id, query)
    if (destination === undefined) {
      response.redirect(303, this.starts.ownPage(id))
      return
    }
    const requestId = `_${randomBytes(20).toString('hex')}`
    const description = await this.providers.describe(provider)
    const saml = await this.providers.open(provider, description, requestId)
    const state: SamlState = { ...destination, provider: id, requestId }
    const relayState = await this.states.begin(state, request, response)
    response.redirect(303, await saml.getAuthorizeUrlAsync(relayState, undefined, {}))
  }

  @Post('callback')
  @UseFilters(BrowserErrors)
  @HttpCode(303)
  @ApiOperation({ summary: 'Where the identity provider sends the browser back to' })
  @ApiBody({
    schema: { type: 'object', properties: { SAMLResponse: { type: 'string' }, RelayState: { type: 'string' } } },
  })
  @redirects('To where the sign-in began, with `?code=…` for `POST /auth/oauth/exchange`, or `?error=…`')
  async finish(
    @Param('provider') id: string,
    @Body() body: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.limits.count('ceremony', clientOf(request).address)
    const provider = await this.providers.get(id)
    const { answer, relayState } = parseSamlAnswer(body)
    const state = await this.states.finish(relayState, id, request)
    if (state === undefined) throw refusedAssertion('without a sign-in that was begun here, in this browser')
    const target = new URL(state.redirectTo ?? `${this.config.publicUrl}/auth/ui/callback`)
    try {
      target.searchParams.set('code', await this.prove(provider, state, answer))
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error
      this.log.warn({ provider: id, err: error.options.cause ?? error }, 'a sign-in by SAML was refused')
      target.searchParams.set('error', error.code)
    }
    response.redirect(303, target.href)
  }

  @Get('metadata')
  @Header('Content-Type', 'application/samlmetadata+xml')
  @ApiOperation({ summary: 'What to register at the identity provider' })
  @ApiOkResponse({
    description: 'SAML metadata',
    content: { 'application/samlmetadata+xml': { schema: { type: 'string' } } },
  })
  async describe(@Param('provider') id: string): Promise<string> {
    const provider = await this.providers.get(id)
    const none = { idpIssuer: '-', entryPoint: '', idpCerts: ['-'] }
    return (await this.providers.open(provider, none, '_')).generateServiceProviderMetadata(null)
  }

  /** The code for the identity that the answer proves. @throws invalid_secret, invalid_value, forbidden, unavailable */
  private async prove(provider: FoundProvider, state: SamlState, answer: string): Promise<string> {
    const { requestId, codeChallenge, linkTo } = state
    const xml = Buffer.from(answer, 'base64').toString()
    if (hasDocumentType(xml)) throw refusedAssertion('with a document type')
    checkAlgorithms(xml)
    const description = await this.providers.describe(provider)
    const saml = await this.providers.open(provider, description, requestId)
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: answer }).catch((error: unknown) => {
      throw refusedAssertion(error)
    })
    const parsed = profile?.getAssertion?.()
    if (!profile || !parsed) throw refusedAssertion('without a subject')
    const { callbackUrl } = provider
    checkAssertion(parsed, { requestId, callbackUrl, idpIssuer: description.idpIssuer })
    const identity = toIdentity(provider.id, provider.config, description.idpIssuer, profile as SamlProfile)
    return this.codes.issue({ identity, ...(codeChallenge && { codeChallenge }), ...(linkTo && { linkTo }) })
  }
}
