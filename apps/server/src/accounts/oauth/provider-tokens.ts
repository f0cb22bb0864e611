import type { ProviderToken } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { LinkedIdentities, type LinkedIdentity } from '../identities/linked-identities.js'
import type { ProviderTokens } from '../identities/proven-identity.js'
import { refreshTokens } from './ask-provider.js'
import { AuthorizationServers } from './authorization-servers.js'
import { ProviderSettings } from './provider-settings.js'

/** A token that is about to end is renewed before it is handed out. */
const marginMs = 60_000

/** Tokens of providers, for calls in the name of a user. */
@Injectable()
export class ProviderTokenStore {
  private readonly refreshing = new Map<string, Promise<ProviderTokens>>()

  constructor(
    private readonly db: Database,
    private readonly identities: LinkedIdentities,
    private readonly providers: ProviderSettings,
    private readonly servers: AuthorizationServers,
    private readonly log: Log,
  ) {}

  /** One that is good for a while. @throws not_found, conflict when the user must sign in there again */
  async get(userId: string, identityId: string): Promise<ProviderToken> {
    const identity = await this.identities.find(this.db, userId, identityId)
    const kept = identity && (await this.identities.findTokens(identity.id))
    if (identity === undefined || kept === undefined)
      throw new AppError('not_found', 'There is no token of this identity', {
        hint: 'Tokens are kept from the next sign-in on where the provider is set up with "keepTokens": true',
      })
    const tokens = isOver(kept) ? await this.refreshOnce(identity, kept) : kept
    const expiresAt = tokens.expiresAtMs === undefined ? null : new Date(tokens.expiresAtMs).toISOString()
    return { accessToken: tokens.accessToken, expiresAt, scope: tokens.scope ?? null }
  }

  /** Many who ask at once wait for one refresh: a provider may take a refresh token shown twice for a stolen one. */
  private refreshOnce(identity: LinkedIdentity, kept: ProviderTokens): Promise<ProviderTokens> {
    const known = this.refreshing.get(identity.id)
    if (known) return known
    const refreshed = this.refresh(identity, kept).finally(() => this.refreshing.delete(identity.id))
    this.refreshing.set(identity.id, refreshed)
    return refreshed
  }

  private async refresh({ id, provider, issuer }: LinkedIdentity, kept: ProviderTokens): Promise<ProviderTokens> {
    const configured = await this.providers.find(provider)
    // By the same name another provider may be set up now, which must not get the token of the one before.
    const isTheOne = configured !== undefined && new URL(configured.issuer).origin === new URL(issuer).origin
    if (!isTheOne || kept.refreshToken === undefined) throw signInAgain()
    try {
      const server = await this.servers.find(configured)
      const tokens = await refreshTokens(configured, server, kept.refreshToken)
      await this.identities.keepTokens(this.db, id, tokens)
      return tokens
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      this.log.info({ provider, identity: id, reason }, 'a token of a provider could not be renewed')
      throw signInAgain()
    }
  }
}

const isOver = ({ expiresAtMs }: ProviderTokens): boolean =>
  expiresAtMs !== undefined && expiresAtMs - marginMs < Date.now()

const signInAgain = (): AppError =>
  new AppError('conflict', 'The provider gives no new token', { hint: 'The user has to sign in by the provider again' })
