import { Inject, Injectable } from '@nestjs/common'
import { AppError, isInNetwork, parseAddress } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import type { Provider, ProviderConfig } from '../providers/provider.js'
import { providerKinds } from '../providers/provider-kinds.js'
import { checkProviders, type StoredProvider } from './check-providers.js'
import { providersSchema } from './provider-schema.js'

type Stored = Readonly<Record<string, StoredProvider>>

/** A provider as it is set up here. */
export interface ConfiguredProvider {
  readonly id: string
  readonly name: string
  readonly config: ProviderConfig
  readonly provider: Provider
  /** Under which identities of it are known, and where it is discovered. */
  readonly issuer: string
}

/** The providers that admins have set up. */
@Injectable()
export class ProviderSettings {
  private readonly settings: Settings<Stored>

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    settings: SettingsStore,
  ) {
    this.settings = settings.define<Stored>({
      name: 'auth.providers',
      description: 'Other providers by which people sign in: OAuth 2 and OpenID Connect',
      defaults: {},
      schema: providersSchema,
      check: (providers) => checkProviders(providers, (url) => this.isPlainAllowed(url)),
    })
  }

  /** @throws not_found for one that is not there or switched off */
  async get(id: string): Promise<ConfiguredProvider> {
    const found = await this.find(id)
    if (found?.config.enabled) return found
    throw new AppError('not_found', 'There is no such provider', { hint: 'GET /api/v1/auth/providers lists them' })
  }

  /** Also one that is switched off. */
  async find(id: string): Promise<ConfiguredProvider | undefined> {
    const stored = await this.settings.get()
    return Object.hasOwn(stored, id) ? configure(id, stored[id]!) : undefined
  }

  async list(): Promise<ConfiguredProvider[]> {
    const stored = await this.settings.get()
    return Object.entries(stored)
      .map(([id, config]) => configure(id, config))
      .filter(({ config }) => config.enabled)
  }

  /** What is registered at the provider. */
  redirectUri(id: string): string {
    return `${this.config.publicUrl}/api/v1/auth/oauth/${id}/callback`
  }

  /** Whoever runs this server has named the host in `OUTBOUND_ALLOW`: then it is one of their own network. */
  private isPlainAllowed({ hostname }: URL): boolean {
    const host = hostname.replace(/^\[|\]$/g, '')
    const address = parseAddress(host)
    return this.config.outboundAllow.some(({ host: name, network }) =>
      network === undefined ? name === host : address !== undefined && isInNetwork(address, network),
    )
  }
}

function configure(id: string, stored: StoredProvider): ConfiguredProvider {
  const provider = providerKinds.get(stored.kind)!
  const config = { ...stored, enabled: stored.enabled ?? true }
  const issuer = (stored.issuer ?? provider.issuer)!.replace(/\/$/, '')
  return { id, name: stored.name ?? provider.name, config, provider, issuer }
}
