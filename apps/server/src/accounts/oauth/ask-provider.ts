import * as oauth from 'oauth4webapi'
import type { ProviderTokens } from '../identities/proven-identity.js'
import type { Claims, Grant, ProviderProfile } from '../providers/provider.js'
import type { KnownServer } from './authorization-servers.js'
import type { ConfiguredProvider } from './provider-settings.js'
import { expectedIssuer, verifyIdToken } from './verify-id-token.js'

/** What a sign-in that has begun expects of the answer. */
export interface Begun {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** What came of it. */
export interface Granted {
  readonly claims: Claims
  readonly profile: ProviderProfile
  readonly tokens: ProviderTokens
}

const asksNonce = ({ provider }: ConfiguredProvider): boolean => !provider.endpoints && provider.nonce !== false

const options = ({ fetch, plain }: KnownServer) => ({
  [oauth.customFetch]: fetch as never,
  [oauth.allowInsecureRequests]: plain,
})

const clientOf = ({ config }: ConfiguredProvider): oauth.Client => ({ client_id: config.clientId })

/** Where to send the browser. */
export async function buildAuthorizationUrl(
  configured: ConfiguredProvider,
  { metadata }: KnownServer,
  { redirectUri, state, nonce, verifier }: Begun,
): Promise<URL> {
  const { config, provider } = configured
  const offline = config.keepTokens ? provider.offline : undefined
  const url = new URL(metadata.authorization_endpoint!)
  const parameters = {
    client_id: config.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: [...(config.scopes ?? provider.scopes), ...(offline?.scopes ?? [])].join(' '),
    state,
    ...(asksNonce(configured) && { nonce }),
    ...(provider.pkce !== false && {
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }),
    ...provider.parameters,
    ...offline?.parameters,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

/**
 * Takes the provider's answer that the browser brought: state, issuer and error are looked at, the code is exchanged, the
 * ID token verified, the profile read. @throws whatever is wrong with any of it
 */
export async function takeAnswer(
  configured: ConfiguredProvider,
  server: KnownServer,
  begun: Begun,
  answer: URLSearchParams,
): Promise<Granted> {
  const { provider } = configured
  const { metadata } = server
  const client = clientOf(configured)
  const sent = parseSent(answer.get('user'))
  const checked = oauth.validateAuthResponse(metadata, client, answer, begun.state)
  const response = await oauth.authorizationCodeGrantRequest(
    metadata,
    client,
    await authenticateClient(configured, metadata),
    checked,
    begun.redirectUri,
    provider.pkce === false ? oauth.nopkce : begun.verifier,
    options(server),
  )
  const { body, issuer } = await readTokens(configured, server, response)
  const nonce = asksNonce(configured) ? begun.nonce : undefined
  const tokens = await oauth.processAuthorizationCodeResponse({ ...metadata, issuer }, client, body, {
    expectedNonce: nonce ?? oauth.expectNoNonce,
    requireIdToken: !provider.endpoints,
  })
  const idToken = provider.endpoints ? undefined : tokens.id_token!
  const audiences = [configured.config.clientId]
  const claims = idToken ? await verifyIdToken(idToken, configured, server, { audiences, nonce }) : {}
  return readGrant(configured, server, claims, toTokens(tokens), sent)
}

/** Reads the profile: from the ID token, and from the user information where that has to be asked. */
export async function readGrant(
  configured: ConfiguredProvider,
  server: KnownServer,
  idTokenClaims: Claims,
  tokens: ProviderTokens | undefined,
  sent: Claims = {},
): Promise<Granted> {
  const { provider } = configured
  const userInfoUrl = server.metadata.userinfo_endpoint ?? ''
  const get = (url: string) => getJson(server, url, tokens!.accessToken)
  const asks = tokens !== undefined && userInfoUrl !== '' && lacksSomething(configured, idTokenClaims)
  const told = asks ? ((await get(userInfoUrl)) as Claims) : {}
  if (!provider.endpoints && asks && told['sub'] !== idTokenClaims['sub'])
    throw new Error('The user information is about somebody else')
  const claims = { ...told, ...idTokenClaims }
  const profile = await provider.readProfile({ claims, userInfoUrl, get, sent } satisfies Grant)
  return { claims, profile, tokens: tokens ?? { accessToken: '' } }
}

function lacksSomething({ provider, config }: ConfiguredProvider, claims: Claims): boolean {
  const wanted = ['email', ...(config.roleMapping ? [config.roleMapping.claim] : [])]
  return provider.endpoints !== undefined || wanted.some((name) => claims[name] === undefined)
}

/** New tokens for a refresh token. */
export async function refreshTokens(
  configured: ConfiguredProvider,
  server: KnownServer,
  refreshToken: string,
): Promise<ProviderTokens> {
  const client = clientOf(configured)
  const authentication = await authenticateClient(configured, server.metadata)
  const response = await oauth.refreshTokenGrantRequest(
    server.metadata,
    client,
    authentication,
    refreshToken,
    options(server),
  )
  const { body, issuer } = await readTokens(configured, server, response)
  const tokens = toTokens(await oauth.processRefreshTokenResponse({ ...server.metadata, issuer }, client, body))
  // Most providers give no new one, and the old one stays good.
  return { refreshToken, ...tokens }
}

async function authenticateClient(
  { config, provider }: ConfiguredProvider,
  metadata: oauth.AuthorizationServer,
): Promise<oauth.ClientAuth> {
  const secret = provider.makeSecret ? await provider.makeSecret(config) : config.clientSecret
  if (secret === undefined) return oauth.None()
  const offered = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const usual = provider.endpoints || !offered.includes('client_secret_basic') ? 'post' : 'basic'
  const method = provider.clientAuthentication ?? usual
  return method === 'basic' ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret)
}

/** The answer of the token endpoint, repaired where the provider needs it; and who must have made its ID token. */
async function readTokens(configured: ConfiguredProvider, server: KnownServer, response: Response) {
  const { provider } = configured
  const { issuer } = server.metadata
  if (response.status !== 200) return { body: response, issuer }
  const answer = (await response.json()) as Record<string, unknown>
  const { id_token, ...rest } = provider.repairTokens?.(answer) ?? answer
  const idToken = provider.endpoints || typeof id_token !== 'string' ? undefined : id_token
  const body = Response.json({ ...rest, ...(idToken !== undefined && { id_token: idToken }) })
  return { body, issuer: idToken === undefined ? issuer : expectedIssuer(idToken, configured, server) }
}

const toTokens = ({ access_token, refresh_token, expires_in, scope }: oauth.TokenEndpointResponse): ProviderTokens => ({
  accessToken: access_token,
  ...(refresh_token !== undefined && { refreshToken: refresh_token }),
  ...(expires_in !== undefined && { expiresAtMs: Date.now() + expires_in * 1000 }),
  ...(scope !== undefined && { scope }),
})

async function getJson({ fetch }: KnownServer, url: string, accessToken: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
  const answer = await fetch(url, { headers })
  if (answer.status !== 200) throw new Error(`The provider answers with status ${answer.status}`)
  const json: unknown = await answer.json()
  if (typeof json !== 'object' || json === null) throw new Error('The provider does not answer with JSON')
  return json
}

function parseSent(text: string | null): Claims {
  if (text === null || text.length > 2000) return {}
  try {
    const sent: unknown = JSON.parse(text)
    return typeof sent === 'object' && sent !== null ? (sent as Claims) : {}
  } catch {
    return {}
  }
}
