import { Inject, Injectable } from '@nestjs/common'
import type { CacheProvider, SAML } from '@node-saml/passport-saml'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { OutboundHttp } from '../../platform/outbound/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { clockSkewMs } from './check-assertion.js'
import { type IdpDescription, parseMetadata } from './parse-metadata.js'
import { checkSamlSettings, type SamlProvider, type SamlSettings, samlSchema } from './saml-settings.js'

/** A provider, and our own names towards it. */
export interface FoundProvider {
  readonly id: string
  readonly config: SamlProvider
  readonly callbackUrl: string
  /** Our entity id. */
  readonly issuer: string
}

const metadataMaxAgeMs = 60 * 60 * 1000
const maxAssertionAgeMs = 5 * 60 * 1000

/** The identity providers that speak SAML. The library is loaded when the first of them is used. */
@Injectable()
export class SamlProviders {
  private readonly settings: Settings<SamlSettings>
  private readonly fetched = new Map<string, { readonly description: IdpDescription; readonly atMs: number }>()

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly outbound: OutboundHttp,
    settings: SettingsStore,
  ) {
    this.settings = settings.define<SamlSettings>({
      name: 'auth.saml',
      description: 'Identity providers that sign people in by SAML 2.0, by their ids',
      defaults: {},
      schema: samlSchema,
      check: checkSamlSettings,
    })
  }

  /** Those that can be used, for sign-in pages. */
  async list(): Promise<{ id: string; name: string }[]> {
    const all = Object.entries(await this.settings.get())
    return all.filter(([, { enabled }]) => enabled !== false).map(([id, { name }]) => ({ id, name: name ?? id }))
  }

  /** @throws not_found */
  async get(id: string): Promise<FoundProvider> {
    const all = await this.settings.get()
    const config = Object.hasOwn(all, id) ? all[id]! : undefined
    if (config === undefined || config.enabled === false) throw new AppError('not_found', 'There is no such provider')
    const base = `${this.config.publicUrl}/api/v1/auth/saml/${id}`
    return { id, config, callbackUrl: `${base}/callback`, issuer: config.issuer ?? `${base}/metadata` }
  }

  /** What the provider says of itself, or the admin says of it. @throws unavailable */
  async describe({ config }: FoundProvider): Promise<IdpDescription> {
    const { metadataUrl, metadataXml, idpIssuer, entryPoint, idpCerts } = config
    if (metadataXml !== undefined) return parseMetadata(metadataXml, 'metadataXml')
    if (metadataUrl !== undefined) return this.fetchMetadata(metadataUrl)
    return { idpIssuer: idpIssuer!, entryPoint: entryPoint!, idpCerts: idpCerts! }
  }

  /** The library for one sign-in: it knows the one request it may be answered for. */
  async open(provider: FoundProvider, description: IdpDescription, requestId: string): Promise<SAML> {
    const { SAML, ValidateInResponseTo } = await import('@node-saml/passport-saml')
    return new SAML({
      callbackUrl: provider.callbackUrl,
      issuer: provider.issuer,
      audience: provider.issuer,
      entryPoint: description.entryPoint,
      idpIssuer: description.idpIssuer,
      idpCert: [...description.idpCerts],
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: false,
      acceptedClockSkewMs: clockSkewMs,
      maxAssertionAgeMs,
      validateInResponseTo: ValidateInResponseTo.always,
      cacheProvider: oneRequest(requestId),
      generateUniqueId: () => requestId,
      disableRequestedAuthnContext: true,
      identifierFormat: null,
    })
  }

  private async fetchMetadata(url: string): Promise<IdpDescription> {
    const known = this.fetched.get(url)
    if (known && Date.now() - known.atMs < metadataMaxAgeMs) return known.description
    const answer = await this.outbound.send({ method: 'GET', url, timeoutMs: 10_000 })
    if (!answer.ok || answer.status !== 200 || answer.truncated) {
      // Certificates do not change from one hour to the next: better the old ones than nobody signed in.
      if (known) return known.description
      const reason = answer.ok ? `status ${answer.status}${answer.truncated ? ', too long' : ''}` : answer.message
      throw new AppError('unavailable', 'The metadata of the identity provider cannot be read', {
        headers: { 'Retry-After': '10' },
        cause: new Error(reason),
      })
    }
    const description = parseMetadata(answer.body, 'metadataUrl')
    this.fetched.set(url, { description, atMs: Date.now() })
    return description
  }
}

/** What the library asks whether it knows a request. That it is good for one use, the state has seen to. */
const oneRequest = (requestId: string): CacheProvider => ({
  getAsync: async (key) => (key === requestId ? new Date().toISOString() : null),
  saveAsync: async () => null,
  removeAsync: async () => null,
})
