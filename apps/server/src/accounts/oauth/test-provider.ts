import type { AuthProviderTest } from '@holdfast/contract'
import type { AuthorizationServers, KnownServer } from './authorization-servers.js'
import type { ConfiguredProvider } from './provider-settings.js'

type Step = AuthProviderTest['steps'][number]

/** Asks a provider what can be asked without a user. Nothing that is secret is sent. */
export async function testProvider(
  configured: ConfiguredProvider,
  servers: AuthorizationServers,
  redirectUri: string,
): Promise<AuthProviderTest> {
  const { issuer, provider } = configured
  const steps: Step[] = []
  const server = await attempt(steps, 'discovery', async () => {
    const found = await servers.load(configured)
    const { authorization_endpoint, token_endpoint } = found.metadata
    if (!authorization_endpoint || !token_endpoint) throw new Error('The discovery names no endpoints')
    return { value: found, message: provider.endpoints ? 'Its endpoints are known' : 'It says where to ask' }
  })
  if (server && !provider.endpoints)
    await attempt(steps, 'keys', async () => ({ value: undefined, message: await countKeys(server) }))
  if (server)
    await attempt(steps, 'token', async () => ({ value: undefined, message: await reachTokenEndpoint(server) }))
  return { ok: steps.every(({ ok }) => ok), issuer, redirectUri, steps }
}

async function attempt<T>(
  steps: Step[],
  name: Step['name'],
  work: () => Promise<{ value: T; message: string }>,
): Promise<T | undefined> {
  try {
    const { value, message } = await work()
    steps.push({ name, ok: true, message })
    return value
  } catch (error) {
    steps.push({ name, ok: false, message: error instanceof Error ? error.message : 'It failed' })
    return undefined
  }
}

async function countKeys({ metadata, fetch }: KnownServer): Promise<string> {
  const answer = await fetch(metadata.jwks_uri!)
  const { keys } = (answer.status === 200 ? await answer.json() : {}) as { keys?: unknown }
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('It publishes no keys')
  return `It publishes ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`
}

/** Whatever it answers to a request without a code: it is there. */
async function reachTokenEndpoint({ metadata, fetch }: KnownServer): Promise<string> {
  const { status } = await fetch(metadata.token_endpoint!, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: 'grant_type=authorization_code',
  })
  if (status >= 500 || status === 404) throw new Error(`It answers with status ${status}`)
  return 'It answers'
}
