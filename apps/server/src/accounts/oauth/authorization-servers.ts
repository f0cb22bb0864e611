import { Injectable } from '@nestjs/common'
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import type { AuthorizationServer } from 'oauth4webapi'
import { createFetch, OutboundHttp } from '../../platform/outbound/index.js'
import { SettingsStore } from '../../platform/settings/index.js'
import type { Provider } from '../providers/provider.js'
import type { ConfiguredProvider } from './provider-settings.js'

const trustedForMs = 60 * 60 * 1000
const retryAfterMs = 3000

/** A provider's server: where to ask, and the keys of its ID tokens where it has such. */
export interface KnownServer {
  readonly metadata: AuthorizationServer
  readonly keys: JWTVerifyGetKey | undefined
  readonly fetch: ReturnType<typeof createFetch>
  /** Whether it is asked without TLS, in a network of one's own. */
  readonly plain: boolean
}

/** What providers say of themselves, remembered for an hour. */
@Injectable()
export class AuthorizationServers {
  private readonly known = new Map<string, { readonly server: Promise<KnownServer>; readonly atMs: number }>()

  constructor(
    private readonly outbound: OutboundHttp,
    settings: SettingsStore,
  ) {
    settings.onChange((section) => section === 'auth.providers' && this.known.clear())
  }

  /** @throws TypeError, or an Error that says what is wrong with the discovery */
  find(configured: ConfiguredProvider): Promise<KnownServer> {
    const key = `${configured.config.kind} ${configured.issuer}`
    const known = this.known.get(key)
    if (known && Date.now() - known.atMs < trustedForMs) return known.server
    const entry = { server: this.load(configured), atMs: Date.now() }
    this.known.set(key, entry)
    entry.server.catch(() => {
      // For a moment, so that a provider that is down is not asked by everybody who comes.
      setTimeout(() => this.known.get(key) === entry && this.known.delete(key), retryAfterMs).unref()
    })
    return entry.server
  }

  /** Without memory: for whoever tries out what is set up. */
  async load({ issuer, provider }: ConfiguredProvider): Promise<KnownServer> {
    const plain = issuer.startsWith('http:')
    const fetch = createFetch(this.outbound, { plain })
    const metadata = provider.endpoints ? toMetadata(issuer, provider.endpoints) : await discover(issuer, fetch)
    if (provider.issuerOf === undefined && metadata.issuer.replace(/\/$/, '') !== issuer)
      throw new Error(`The server at ${issuer} calls itself another issuer`)
    const { jwks_uri, authorization_endpoint } = metadata
    if (!canOpen(authorization_endpoint, plain)) throw new Error('The discovery names no page to sign in at')
    if (provider.endpoints === undefined && jwks_uri === undefined) throw new Error('The discovery names no keys')
    const keys = jwks_uri ? createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: fetch }) : undefined
    return { metadata, keys, fetch, plain }
  }
}

/** Whether it is a place for a browser. */
function canOpen(text: string | undefined, plain: boolean): boolean {
  const url = URL.parse(text ?? '')
  return url?.protocol === 'https:' || (plain && url?.protocol === 'http:')
}

function toMetadata(issuer: string, endpoints: NonNullable<Provider['endpoints']>): AuthorizationServer {
  const { authorization, token, userInfo } = typeof endpoints === 'function' ? endpoints(issuer) : endpoints
  return { issuer, authorization_endpoint: authorization, token_endpoint: token, userinfo_endpoint: userInfo }
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discover(issuer: string, fetch: KnownServer['fetch']): Promise<AuthorizationServer> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`, { headers: { accept: 'application/json' } })
  if (answer.status !== 200) throw new Error(`The discovery answers with status ${answer.status}`)
  const found: unknown = await answer.json()
  if (typeof found !== 'object' || found === null || typeof (found as AuthorizationServer).issuer !== 'string')
    throw new Error('The discovery names no issuer')
  return found as AuthorizationServer
}
