import { randomBytes } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { AuthorizationResponseError } from 'oauth4webapi'
import { AppError, invalidAt } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import type { ProvenIdentity } from '../identities/proven-identity.js'
import { SignInCodes } from '../identities/sign-in-codes.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { authenticate } from '../providers/authenticate.js'
import { type Begun, buildAuthorizationUrl, takeAnswer } from './ask-provider.js'
import { AuthorizationServers, type KnownServer } from './authorization-servers.js'
import { type Browser, findBrowser, rememberBrowser } from './browser-cookie.js'
import { OAuthStrategy } from './oauth.strategy.js'
import { type ConfiguredProvider, ProviderSettings } from './provider-settings.js'
import { toIdentity } from './to-identity.js'

const stateSeconds = 600

/** Where a sign-in leads, once the provider has answered. */
export type Destination = {
  /** Checked. */
  readonly redirectTo: string
  readonly codeChallenge?: string
  /** The user who links the identity, in place of a sign-in. */
  readonly linkTo?: string
}

/** What is remembered of a sign-in that has begun. */
type Pending = Destination & {
  readonly provider: string
  /** The provider as it was set up then. */
  readonly client: string
  readonly browser: string
  readonly nonce: string
  readonly verifier: string
}

const clientKey = ({ config, issuer }: ConfiguredProvider): string => `${config.kind} ${issuer} ${config.clientId}`

/** The way through the browser: to the provider, back to here, on to the app with a code. */
@Injectable()
export class OAuthFlow {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly providers: ProviderSettings,
    private readonly servers: AuthorizationServers,
    private readonly secrets: OneTimeSecrets,
    private readonly codes: SignInCodes,
    private readonly log: Log,
  ) {}

  /** Where to send the browser, and the cookie by which it is known when it comes back. @throws not_found, unavailable */
  async begin(id: string, destination: Destination, request: Request): Promise<{ url: string } & Browser> {
    const configured = await this.providers.get(id)
    const server = await this.reach(configured, request)
    const browser = rememberBrowser(request, this.config.publicUrl)
    const secret = () => randomBytes(32).toString('base64url')
    const fresh = { browser: browser.id, nonce: secret(), verifier: secret() }
    const details: Pending = { ...destination, ...fresh, provider: id, client: clientKey(configured) }
    const state = await this.secrets.issueToken(this.db, { purpose: 'oauth.state', ttlSeconds: stateSeconds, details })
    const url = await buildAuthorizationUrl(configured, server, this.toBegun(id, state, details))
    return { url: url.href, ...browser }
  }

  /**
   * Where to send the browser with what the provider answered: with a code, or with the reason why there is none.
   * @throws invalid_value where the answer is to nothing that this browser began here
   */
  async finish(id: string, answer: URLSearchParams, request: Request): Promise<string> {
    const state = answer.getAll('state').length === 1 ? answer.get('state')! : ''
    const used = await this.secrets.useToken<Pending>(this.db, 'oauth.state', state)
    const pending = used?.details
    if (pending?.provider !== id || pending.browser !== findBrowser(request, this.config.publicUrl))
      throw invalidState()
    const strategy = new OAuthStrategy(() => this.prove(id, state, pending, answer))
    try {
      const identity = (await authenticate<ProvenIdentity>(strategy, request))!
      const { codeChallenge, linkTo } = pending
      const code = await this.codes.issue({
        identity,
        ...(codeChallenge && { codeChallenge }),
        ...(linkTo && { linkTo }),
      })
      return this.toDestination(pending, { code })
    } catch (error) {
      return this.toDestination(pending, { error: this.explain(error, id, request) })
    }
  }

  private async prove(id: string, state: string, pending: Pending, answer: URLSearchParams): Promise<ProvenIdentity> {
    const configured = await this.providers.get(id)
    if (clientKey(configured) !== pending.client) throw new Error('The provider was set up anew meanwhile')
    const server = await this.servers.find(configured)
    return toIdentity(configured, await takeAnswer(configured, server, this.toBegun(id, state, pending), answer))
  }

  private toBegun(id: string, state: string, { nonce, verifier }: Pick<Pending, 'nonce' | 'verifier'>): Begun {
    return { redirectUri: this.providers.redirectUri(id), state, nonce, verifier }
  }

  private toDestination({ redirectTo }: Destination, parameters: Record<string, string>): string {
    const url = new URL(redirectTo)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return url.href
  }

  private async reach(configured: ConfiguredProvider, request: Request): Promise<KnownServer> {
    try {
      return await this.servers.find(configured)
    } catch (error) {
      this.explain(error, configured.id, request)
      throw new AppError('unavailable', `${configured.name} cannot be reached`, {
        hint: 'Try again. An admin finds the reason by POST /api/v1/admin/auth-providers/{id}/test',
        headers: { 'Retry-After': '30' },
        cause: error,
      })
    }
  }

  /** In one word for the app; in a sentence for the log. What providers and libraries say may hold what they were given. */
  private explain(error: unknown, provider: string, request: Request): string {
    const denied = error instanceof AuthorizationResponseError && denials.includes(error.error)
    const code = error instanceof AppError ? error.code : denied ? 'access_denied' : 'provider_failed'
    const reason = error instanceof Error ? error.message : 'unknown'
    this.log.info({ requestId: request.id, provider, code, reason }, 'a sign-in by another provider came to nothing')
    return code
  }
}

/** How providers say that somebody changed their mind. */
const denials: readonly string[] = [
  'access_denied',
  'user_cancelled_authorize',
  'user_cancelled_login',
  'login_required',
  'interaction_required',
  'consent_required',
]

const invalidState = (): AppError =>
  invalidAt('invalid_value', 'state', 'This browser has not begun this sign-in, or too long ago', 'Begin it again')
