import type { OAuthTokenSignIn } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { AppError, invalidAt } from '../../lib/index.js'
import { Log } from '../../platform/log/index.js'
import type { ProvenIdentity } from '../identities/proven-identity.js'
import { SeenAssertions } from '../identities/seen-assertions.js'
import { authenticate } from '../providers/authenticate.js'
import type { Claims } from '../providers/provider.js'
import { readGrant } from './ask-provider.js'
import { AuthorizationServers } from './authorization-servers.js'
import { OAuthStrategy } from './oauth.strategy.js'
import { type ConfiguredProvider, ProviderSettings } from './provider-settings.js'
import { toIdentity } from './to-identity.js'
import { verifyIdToken } from './verify-id-token.js'

/** Signs in by the ID token that the SDK of a provider gave a native app. */
@Injectable()
export class NativeSignIn {
  constructor(
    private readonly providers: ProviderSettings,
    private readonly servers: AuthorizationServers,
    private readonly seen: SeenAssertions,
    private readonly log: Log,
  ) {}

  /** @throws not_found, invalid_value for a provider without ID tokens, invalid_secret, forbidden */
  async prove(id: string, shown: OAuthTokenSignIn, request: Request): Promise<ProvenIdentity> {
    const configured = await this.providers.get(id)
    // An access token says nothing of whom it was made for: one that another app was given must not sign in here.
    if (configured.provider.endpoints)
      throw invalidAt(
        'invalid_value',
        'provider',
        `${configured.name} has no ID tokens`,
        'Use the way through a browser',
      )
    const strategy = new OAuthStrategy(() => this.verify(configured, shown))
    try {
      return (await authenticate<ProvenIdentity>(strategy, request))!
    } catch (error) {
      if (error instanceof AppError) throw error
      const reason = error instanceof Error ? error.message : 'unknown'
      this.log.info({ requestId: request.id, provider: id, reason }, 'an ID token of another provider was refused')
      throw invalidIdToken()
    }
  }

  private async verify(configured: ConfiguredProvider, shown: OAuthTokenSignIn): Promise<ProvenIdentity> {
    const { idToken, nonce, accessToken } = shown
    const { clientId, nativeClientIds = [] } = configured.config
    const server = await this.servers.find(configured)
    const expected = { audiences: [clientId, ...nativeClientIds], nonce, nonceMayBeHashed: true }
    const claims = await verifyIdToken(idToken, configured, server, expected)
    await this.takeOnce(idToken, claims)
    const granted = await readGrant(configured, server, claims, accessToken === undefined ? undefined : { accessToken })
    // What the app holds is the app's: it may end at any time, and renews nothing here.
    const { tokens: _, ...identity } = toIdentity(configured, granted)
    return identity
  }

  private async takeOnce(idToken: string, claims: Claims): Promise<void> {
    const signed = idToken.slice(0, idToken.lastIndexOf('.'))
    if (!(await this.seen.noteFirst(signed, Number(claims['exp']) * 1000))) throw invalidIdToken()
  }
}

const invalidIdToken = (): AppError =>
  new AppError('invalid_secret', 'The ID token is not good here', {
    hint: 'It must be new, made by the provider for a client id that is set up here, and hold the SHA-256 of the nonce or the nonce itself',
  })
