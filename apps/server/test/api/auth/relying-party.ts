import { createHash, randomBytes } from 'node:crypto'
import * as openid from 'openid-client'
import { expect } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { TestBrowser } from './browser.js'
import { password } from './people.js'

/** An app that signs people in by the server, as `openid-client` does it. */
export interface RelyingParty {
  readonly id: string
  readonly secret: string | null
  readonly config: openid.Configuration
  readonly redirectUri: string
}

export const callback = 'https://wiki.example.com/callback'

export async function makeClient(server: TestServer, admin: string, body: object = {}): Promise<RelyingParty> {
  const definition = { name: 'Wiki', redirectUris: [callback], ...body }
  const answer = await server.request('POST', '/api/v1/admin/oidc-clients', { token: admin, body: definition })
  expect(answer.status, answer.text).toBe(201)
  const { id, secret, redirectUris } = answer.json.data
  const method = secret === null ? openid.None() : openid.ClientSecretBasic(secret)
  const issuer = new URL(`${server.url}/oidc`)
  const options = { execute: [openid.allowInsecureRequests] }
  const config = await openid.discovery(issuer, id, secret ?? undefined, method, options)
  return { id, secret, config, redirectUri: redirectUris[0] }
}

/** What an app keeps while somebody is on the way. */
export interface Asked {
  readonly url: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

export function ask(party: RelyingParty, more: Record<string, string> = {}): Asked {
  const verifier = randomBytes(32).toString('base64url')
  const [state, nonce] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
  const url = openid.buildAuthorizationUrl(party.config, {
    redirect_uri: party.redirectUri,
    scope: 'openid email profile roles teams',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...{ state, nonce },
    ...more,
  })
  return { url, verifier, state, nonce }
}

/** A browser in which somebody is signed in to the server. */
export async function signedInBrowser(server: TestServer, email: string): Promise<TestBrowser> {
  const browser = new TestBrowser(server)
  const answer = await browser.enter('/api/v1/auth/login', { email, password })
  expect(answer.status, answer.text).toBe(200)
  return browser
}

/** Follows redirects within the server; stops at a page, or where the browser is sent elsewhere. */
export async function follow(
  browser: TestBrowser,
  url: URL,
): Promise<{ answer: TestResponse; url: URL; left: boolean }> {
  for (let at = url, steps = 0; steps < 12; steps += 1) {
    const answer = await browser.request('GET', at.pathname + at.search)
    const location = answer.headers.get('location')
    if (location === null) return { answer, url: at, left: false }
    at = new URL(location, at)
    if (at.origin !== browser.server.url || at.pathname === '/auth/ui/sign-in') return { answer, url: at, left: true }
  }
  throw new Error('redirected without end')
}

/** Answers the question whether the app may know the person. */
export async function consent(browser: TestBrowser, page: { answer: TestResponse; url: URL }, answer = 'allow') {
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.answer.text)?.[1]
  expect(csrf, page.answer.text).toBeDefined()
  const response = await browser.request('POST', page.url.pathname, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrf: csrf!, answer }).toString(),
  })
  expect(response.status, response.text).toBe(303)
  return follow(browser, new URL(response.headers.get('location')!, page.url))
}

/** All of it, in a browser that is signed in: where the app gets the person back. */
export async function authorize(browser: TestBrowser, asked: Asked): Promise<URL> {
  const page = await follow(browser, asked.url)
  if (page.left) return page.url
  const end = await consent(browser, page)
  expect(end.left, end.answer.text).toBe(true)
  return end.url
}

export const redeem = (party: RelyingParty, asked: Asked, url: URL) =>
  openid.authorizationCodeGrant(party.config, url, {
    pkceCodeVerifier: asked.verifier,
    expectedState: asked.state,
    expectedNonce: asked.nonce,
  })

/** The token endpoint as it is, without the care that the library takes. */
export const token = (
  server: TestServer,
  fields: Record<string, string>,
  basic?: { id: string; secret: string | null },
) =>
  server.request('POST', '/oidc/token', {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic && { authorization: `Basic ${Buffer.from(`${basic.id}:${basic.secret}`).toString('base64')}` }),
    },
    body: new URLSearchParams(fields).toString(),
  })
