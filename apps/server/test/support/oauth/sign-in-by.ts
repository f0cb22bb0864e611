import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { TestResponse, TestServer } from '../index.js'
import { type Persona, startServerWith } from '../personas.js'
import { Browser, fromAnywhere } from './browser.js'

/** Where the app is that people come back to. */
export const app = 'https://app.example.com/signed-in'

/** A server that reaches the loopback and sends people back to the app. */
export async function startOauthServer(
  env: Record<string, string> = {},
): Promise<{ server: TestServer; admin: Persona }> {
  const started = await startServerWith([], {
    OUTBOUND_ALLOW: '127.0.0.1',
    OUTBOUND_PORTS: '1-65535',
    TRUSTED_PROXIES: '127.0.0.1',
    ...env,
  })
  const body = { allow: ['https://app.example.com', 'com.example.app://signed-in'] }
  await change(started.server, started.admin, 'auth.redirects', body)
  return started
}

/** Sets up providers. @throws where the settings are refused */
export const configure = (server: TestServer, admin: Persona, providers: object): Promise<TestResponse> =>
  change(server, admin, 'auth.providers', providers)

async function change(server: TestServer, admin: Persona, section: string, body: object): Promise<TestResponse> {
  const answer = await server.request('PATCH', `/api/v1/admin/settings/${section}`, { token: admin.token, body })
  if (answer.status !== 200) throw new Error(answer.text)
  return answer
}

export interface SignInOptions {
  readonly browser?: Browser
  readonly redirectTo?: string
  /** The bearer who exchanges the code. */
  readonly token?: string
  readonly verifier?: string
}

/** Sends a browser the whole way; gives what the app gets. */
export async function walk(
  server: TestServer,
  provider: string,
  options: SignInOptions = {},
): Promise<URLSearchParams> {
  const { browser = new Browser(), redirectTo = app, verifier } = options
  const query = new URLSearchParams({ redirectTo, ...(verifier && { codeChallenge: challengeOf(verifier) }) })
  return (await browser.follow(`${server.url}/api/v1/auth/oauth/${provider}?${query}`, redirectTo)).searchParams
}

export const exchange = (
  server: TestServer,
  code: string,
  { token, verifier }: SignInOptions = {},
): Promise<TestResponse> =>
  server.request('POST', '/api/v1/auth/oauth/exchange', {
    ...(token !== undefined && { token }),
    headers: fromAnywhere(),
    body: { code, ...(verifier !== undefined && { codeVerifier: verifier }) },
  })

/** The whole way to the answer of the exchange. */
export async function signInBy(
  server: TestServer,
  provider: string,
  options: SignInOptions = {},
): Promise<TestResponse> {
  const verifier = options.verifier ?? randomBytes(32).toString('base64url')
  const came = await walk(server, provider, { ...options, verifier })
  expect(came.get('error'), 'the sign-in came to nothing').toBeNull()
  return exchange(server, came.get('code')!, { ...options, verifier })
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
