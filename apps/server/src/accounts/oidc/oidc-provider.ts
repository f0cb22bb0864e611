import { timingSafeEqual } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import type { AdapterPayload, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { algorithms, Sessions, SigningKeys } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Log } from '../../platform/log/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { Frames, headersOf } from '../hosted/frames.js'
import { type Frame, type Page, writePage } from '../hosted/page.js'
import { hashSecret, OidcClients, type StoredClient } from './oidc-clients.js'
import { errorPage, loggedOutPage, logoutPage } from './oidc-pages.js'
import { claimsOfScopes, OidcPeople } from './oidc-people.js'
import { OidcStore, type StoreContext } from './oidc-store.js'
import { isNative } from './parse-client.js'

export const interactionPath = '/auth/ui/authorize'

/** What we add to the result of an interaction: the session of this server that somebody signed in by. */
export interface InteractionResult {
  readonly holdfastSessionId?: string
}

const isId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const hour = 3600

/**
 * This server as an OpenID provider for a team's other apps, at `/oidc`. The library is loaded by the first request once there
 * is an app: who has none pays nothing for it.
 */
@Injectable()
export class OidcProvider {
  private built: { readonly provider: Promise<Provider>; readonly kids: string } | undefined

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: SigningKeys,
    private readonly secrets: Secrets,
    private readonly sessions: Sessions,
    private readonly clients: OidcClients,
    private readonly people: OidcPeople,
    private readonly store: OidcStore,
    private readonly frames: Frames,
    private readonly log: Log,
  ) {}

  get issuer(): string {
    return `${this.config.publicUrl}/oidc`
  }

  /** @throws not_found where there are no apps */
  async get(): Promise<Provider> {
    if (this.built === undefined && !(await this.clients.areAny()))
      throw new AppError('not_found', 'No app signs people in by this server', {
        hint: 'An admin adds one: POST /api/v1/admin/oidc-clients',
      })
    await this.keys.ensure('oidc')
    const kids = this.signingJwks()
      .map(({ kid }) => kid)
      .join(' ')
    if (this.built?.kids !== kids) this.built = { kids, provider: this.build() }
    const { provider } = this.built
    provider.catch(() => {
      this.built = undefined
    })
    return provider
  }

  /** The one that signs first: the library takes the first that fits. */
  private signingJwks() {
    const usable = this.keys.list('oidc').filter(({ privateJwk }) => privateJwk !== undefined)
    const ordered = [
      ...usable.filter((key) => this.keys.isCurrent(key)),
      ...usable.filter((key) => !this.keys.isCurrent(key)),
    ]
    return ordered.map(({ kid, privateJwk }) => ({ ...privateJwk, kid, use: 'sig', alg: algorithms.oidc }))
  }

  private async build(): Promise<Provider> {
    const library = await import('oidc-provider')
    const cookieKey = (await this.secrets.digest('cookies', 'oidc')).toString('base64url')
    const provider = new library.Provider(this.issuer, this.configure(library, cookieKey))
    // Every request comes with the headers that `oidc.controller.ts` has set, and no others.
    provider.proxy = true
    provider.Client.prototype.compareClientSecret = function (actual: string) {
      return timingSafeEqual(Buffer.from(hashSecret(actual)), Buffer.from(this.clientSecret!))
    }
    provider.on('server_error', (_, err) => this.log.error({ err }, 'the OpenID provider failed'))
    return provider
  }

  private configure({ Provider, errors }: typeof import('oidc-provider'), cookieKey: string): Configuration {
    const { config } = this
    const secure = config.publicUrl.startsWith('https:')
    const cookieName = (name: string) => (secure ? `__Secure-holdfast_oidc_${name}` : `holdfast_oidc_${name}`)
    const current = () => Provider.ctx as KoaContextWithOIDC | undefined
    const context: StoreContext = {
      sessionId: () => (current()?.oidc?.result as InteractionResult | undefined)?.holdfastSessionId,
      alreadyConsumed: () => new errors.InvalidGrant('already consumed'),
    }
    const lasting = config.refreshTokenTtlSeconds
    return {
      adapter: (model: string) =>
        model === 'Client' ? this.clientAdapter() : this.endingSessions(model, context, current),
      jwks: { keys: this.signingJwks() as never },
      findAccount: async (_, sub) => {
        const claims = isId.test(sub) ? await this.people.find(sub) : undefined
        return claims && { accountId: sub, claims: async () => claims }
      },
      claims: claimsOfScopes,
      scopes: ['openid', 'offline_access'],
      conformIdTokenClaims: false,
      responseTypes: ['code'],
      subjectTypes: ['public'],
      clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
      enabledJWA: { idTokenSigningAlgValues: [algorithms.oidc] },
      pkce: { required: () => true },
      features: {
        devInteractions: { enabled: false },
        dPoP: { enabled: false },
        pushedAuthorizationRequests: { enabled: false },
        resourceIndicators: { enabled: false },
        revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
        introspection: {
          enabled: true,
          allowedPolicy: (_ctx, client, token) =>
            client.clientAuthMethod !== 'none' && token.clientId === client.clientId,
        },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (ctx, form) => this.show(ctx, (frame) => logoutPage(frame, form)),
          postLogoutSuccessSource: (ctx) =>
            this.show(ctx, (frame) => loggedOutPage(frame, ctx.oidc.client?.clientName)),
        },
      },
      extraClientMetadata: { properties: ['skip_consent'] },
      issueRefreshToken: async (_, client, code) =>
        client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
      rotateRefreshToken: true,
      cookies: {
        keys: [cookieKey],
        names: { session: cookieName('session'), interaction: cookieName('interaction'), resume: cookieName('resume') },
        long: { signed: true, httpOnly: true, sameSite: 'lax', path: '/oidc' },
        short: { signed: true, httpOnly: true, sameSite: 'lax' },
      },
      interactions: { url: (_, { uid }) => `${interactionPath}/${uid}` },
      clientBasedCORS: () => false,
      // Nothing an app is set up with here makes it call anybody; if that changes, it goes by platform/outbound.
      fetch: async () => {
        throw new Error('The OpenID provider calls nobody')
      },
      renderError: (ctx, out) => this.show(ctx, (frame) => errorPage(frame, out)),
      ttl: {
        AccessToken: hour,
        AuthorizationCode: 60,
        IdToken: hour,
        Interaction: hour / 2,
        Grant: lasting,
        RefreshToken: lasting,
        Session: lasting,
      },
    }
  }

  /** Pages of the library are ours, too. */
  private async show(ctx: KoaContextWithOIDC, write: (frame: Frame) => Page): Promise<void> {
    const frame = await this.frames.of(ctx.req)
    const page = write(frame)
    ctx.set(headersOf(frame, page))
    ctx.type = 'html'
    ctx.body = writePage(frame, page)
  }

  /** Who signs out at the provider, signs out here. */
  private endingSessions(model: string, context: StoreContext, current: () => KoaContextWithOIDC | undefined) {
    const adapter = this.store.adapterOf(model, context)
    if (model !== 'Session') return adapter
    return {
      ...adapter,
      destroy: async (id: string) => {
        const oidc = current()?.oidc
        if (oidc?.route === 'end_session_confirm' && oidc.session?.accountId) {
          const sessionId = await this.store.findSession(oidc.session.uid)
          if (sessionId !== undefined) await this.sessions.end(oidc.session.accountId, sessionId)
        }
        await adapter.destroy(id)
      },
    }
  }

  private clientAdapter() {
    const none = async () => undefined
    return {
      find: async (id: string) => {
        const client = isId.test(id) ? await this.clients.find(id) : undefined
        return client && toMetadata(client)
      },
      ...{ upsert: none, findByUid: none, findByUserCode: none, destroy: none, revokeByGrantId: none, consume: none },
    }
  }
}

/** RFC 7591, section 2. The hash stands for the secret: it is compared as one. */
const toMetadata = (client: StoredClient): AdapterPayload => ({
  client_id: client.id,
  client_name: client.name,
  ...(client.secretHash !== null && { client_secret: client.secretHash }),
  token_endpoint_auth_method: client.kind === 'public' ? 'none' : 'client_secret_basic',
  application_type: isNative(client.redirectUris) ? ('native' as const) : ('web' as const),
  redirect_uris: client.redirectUris,
  post_logout_redirect_uris: client.postLogoutRedirectUris,
  response_types: ['code' as const],
  grant_types: ['authorization_code', ...(client.scopes.includes('offline_access') ? ['refresh_token'] : [])],
  scope: client.scopes.join(' '),
  skip_consent: client.trusted,
})
