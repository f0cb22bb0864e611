import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, newEmail, signIn, signInAdmin, signUp } from './people.js'
import {
  assertion,
  begin,
  deliver,
  type IdpKey,
  idpIssuer,
  landing,
  metadataOf,
  newIdpKey,
  response,
  type Statement,
  sign,
} from './saml-idp.js'

let server: TestServer
let admin: string
let key: IdpKey
const app = 'https://app.example.com/signed-in'

beforeAll(async () => {
  key = newIdpKey()
  server = await startServer({ ...adminEnv, OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' })
  admin = (await signInAdmin(server)).accessToken
  await set('auth.redirects', { allow: ['https://app.example.com'] })
  await set('auth.saml', { acme: { name: 'Acme', metadataXml: metadataOf(key), trustEmail: true } })
})
afterAll(() => server.stop())

async function set(section: string, body: object, expected = 200) {
  const answer = await server.request('PATCH', `/api/v1/admin/settings/${section}`, { token: admin, body })
  expect(answer.status, answer.text).toBe(expected)
  return answer.json
}

const exchange = (code: string | null, codeVerifier?: string) =>
  server.request('POST', '/api/v1/auth/oauth/exchange', { body: { code, ...(codeVerifier && { codeVerifier }) } })

/** The whole way: what the exchange answers. */
async function signInBy(said: Statement, provider = 'acme') {
  const begun = await begin(server, provider, { redirectTo: app })
  const answer = await deliver(server, provider, begun, sign(response(begun, assertion(begun, said)), key))
  expect(answer.status, answer.text).toBe(303)
  const query = landing(answer)
  return query.has('code') ? exchange(query.get('code')) : { status: 0, json: { code: query.get('error') }, text: '' }
}

describe('signing in by SAML', () => {
  it('that nobody began in this browser is told in words there, and to programs as everywhere', async () => {
    const ask = (accept: string) =>
      server.request('POST', '/api/v1/auth/saml/acme/callback', {
        headers: { accept, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ SAMLResponse: 'eA==', RelayState: 'x' }).toString(),
      })
    const page = await ask('text/html,*/*;q=0.8')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('Begin it again.')
    expect(page.text).toContain('href="/auth/ui/sign-in"')
    const answer = await ask('*/*')
    expect([answer.status, answer.json.code]).toEqual([page.status, 'invalid_secret'])
  })

  it('asks the identity provider, and ends at the app with a code for tokens', async () => {
    const verifier = randomBytes(32).toString('base64url')
    const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
    const begun = await begin(server, 'acme', { redirectTo: `${app}?from=mail`, codeChallenge })
    expect(begun.request).toContain(`AssertionConsumerServiceURL="${begun.callbackUrl}"`)
    expect(begun.request).toContain(begun.audience)
    const email = newEmail()
    const xml = sign(response(begun, assertion(begun, { subject: 'ada-7', email })), key)
    const answer = await deliver(server, 'acme', begun, xml)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toMatch(/^https:\/\/app\.example\.com\/signed-in\?from=mail&code=hfo_/)
    const code = landing(answer).get('code')!
    expect((await exchange(code)).status).toBe(401)
    const again = await begin(server, 'acme', { redirectTo: app, codeChallenge })
    const second = await deliver(
      server,
      'acme',
      again,
      sign(response(again, assertion(again, { subject: 'ada-7', email })), key),
    )
    const tokens = await exchange(landing(second).get('code')!, verifier)
    expect(tokens.status, tokens.text).toBe(200)
    expect(tokens.json.data.user).toMatchObject({ email })
    expect((await me(server, tokens.json.data.accessToken)).status).toBe(200)
  })

  it('knows somebody again by the subject, also under another address', async () => {
    const first = await signInBy({ subject: 'bob-1', email: newEmail() })
    const second = await signInBy({ subject: 'bob-1', email: newEmail() })
    expect(second.json.data.user.id).toBe(first.json.data.user.id)
    const other = await signInBy({ subject: 'bob-2', email: newEmail() })
    expect(other.json.data.user.id).not.toBe(first.json.data.user.id)
  })

  it('takes a signature over the whole answer too, as long as the assertion has one', async () => {
    const begun = await begin(server, 'acme', { redirectTo: app })
    const signed = sign(response(begun, assertion(begun, { subject: 'eve-1' })), key)
    const answer = await deliver(server, 'acme', begun, sign(signed, key, { of: 'Response' }))
    expect(landing(answer).get('code')).toMatch(/^hfo_/)
  })

  it('reads address and name by what other products call them, or by the mapping', async () => {
    const microsoft = newEmail()
    const attributes = { 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': [microsoft] }
    expect((await signInBy({ subject: 'ms-1', attributes })).json.data.user.email).toBe(microsoft)
    await set('auth.saml', {
      mapped: { metadataXml: metadataOf(key), trustEmail: true, mapping: { subject: 'uid', email: 'work' } },
    })
    const email = newEmail()
    const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
    const said = { format, attributes: { uid: ['u1'], work: [email] } }
    const one = await signInBy({ ...said, subject: 'random-1' }, 'mapped')
    const two = await signInBy({ ...said, subject: 'random-2' }, 'mapped')
    expect([one.json.data.user.email, two.json.data.user.id]).toEqual([email, one.json.data.user.id])
  })

  it('gives people an account where sign-up is closed, unless it shall not', async () => {
    const closed = await startServer({ ...adminEnv, SIGNUP_ENABLED: 'false' })
    const token = (await signInAdmin(closed)).accessToken
    const body = {
      yes: { metadataXml: metadataOf(key), trustEmail: true },
      no: { metadataXml: metadataOf(key), trustEmail: true, createUsers: false },
    }
    await closed.request('PATCH', '/api/v1/admin/settings/auth.saml', { token, body })
    for (const [provider, status] of [
      ['yes', 200],
      ['no', 403],
    ] as const) {
      const begun = await begin(closed, provider, { redirectTo: `${closed.config.publicUrl}/auth/ui/account` })
      const xml = sign(response(begun, assertion(begun, { subject: `new-${provider}`, email: newEmail() })), key)
      const code = landing(await deliver(closed, provider, begun, xml)).get('code')
      const answer = await closed.request('POST', '/api/v1/auth/oauth/exchange', { body: { code } })
      expect(answer.status, answer.text).toBe(status)
    }
    await closed.stop()
  })

  it('lets only people of the domains in, where some are named', async () => {
    await set('auth.saml', {
      domains: { metadataXml: metadataOf(key), trustEmail: true, allowedDomains: ['acme.example'] },
    })
    expect((await signInBy({ subject: 'd1', email: 'a@acme.example' }, 'domains')).status).toBe(200)
    for (const email of ['a@evil.example', 'a@evil.acme.example', 'a@acme.example.evil.example', undefined])
      expect((await signInBy({ subject: `d-${email}`, email }, 'domains')).json.code).toBe('forbidden')
  })

  it('gives roles of the groups somebody is in, and takes them with the groups', async () => {
    await server.request('POST', '/api/v1/admin/roles', { token: admin, body: { name: 'editor' } })
    const roleMapping = { attribute: 'groups', roles: { Editors: 'editor' } }
    await set('auth.saml', { groups: { metadataXml: metadataOf(key), roleMapping } })
    const rolesOf = async (groups: string[]) => {
      const { json } = await signInBy({ subject: 'g1', attributes: { groups } }, 'groups')
      return JSON.parse(Buffer.from(json.data.accessToken.split('.')[1], 'base64url').toString()).roles
    }
    expect(await rolesOf(['Staff', 'Editors'])).toEqual(['editor'])
    expect(await rolesOf(['editors', 'EDITORS'])).toEqual([])
  })

  it('asks for the second factor that the account has', async () => {
    const someone = await signUp(server)
    await server.database.run({
      text: `insert into holdfast.accounts (user_id, verified_email, verified_at) values ($1, $2, now())
        on conflict (user_id) do update set verified_email = excluded.verified_email`,
      values: [someone.id, someone.email],
    })
    await server.database.run({
      text: `insert into holdfast.factors (id, user_id, kind, name, confirmed_at, secret) values (gen_random_uuid(), $1, 'totp', 'phone', now(), 'x')`,
      values: [someone.id],
    })
    const answer = await signInBy({ subject: 'mfa-1', email: someone.email })
    expect(answer.json.data).toEqual({ mfaToken: expect.stringMatching(/^hfo_/), factors: ['totp'] })
  })
})

describe('linking', () => {
  it('adds the identity to the account of who asked, and to no other', async () => {
    const someone = await signUp(server)
    const stranger = await signUp(server)
    const start = await server.request('POST', '/api/v1/auth/identities/acme', {
      token: someone.accessToken,
      body: { redirectTo: app },
    })
    expect(start.status, start.text).toBe(200)
    const url = new URL(start.json.data.url)
    expect(url.pathname).toBe('/api/v1/auth/saml/acme')
    const said = { subject: 'linked-1', email: newEmail() }
    const begun = await begin(server, 'acme', { link: url.searchParams.get('link')! })
    const xml = sign(response(begun, assertion(begun, said)), key)
    const code = landing(await deliver(server, 'acme', begun, xml)).get('code')
    const link = (token: string) => server.request('POST', '/api/v1/auth/identities', { token, body: { code } })
    const linked = await link(someone.accessToken)
    expect([linked.status, linked.json.data?.provider]).toEqual([201, 'acme'])
    expect((await link(stranger.accessToken)).status).toBe(401)
    expect((await signInBy(said)).json.data.user.id).toBe(someone.id)
    const again = await server.request('GET', `${url.pathname}${url.search}`)
    expect([again.status, again.json.code]).toEqual([401, 'invalid_secret'])
  })

  it('begins a sign-in by a code that signs nobody in', async () => {
    const someone = await signUp(server)
    const start = await server.request('POST', '/api/v1/auth/identities/acme', {
      token: someone.accessToken,
      body: { redirectTo: app },
    })
    const begun = await begin(server, 'acme', { link: new URL(start.json.data.url).searchParams.get('link')! })
    const answer = await deliver(server, 'acme', begun, sign(response(begun, assertion(begun, { subject: 'l2' })), key))
    expect((await exchange(landing(answer).get('code'))).status).toBe(401)
  })
})

describe('an identity provider', () => {
  it('finds what to register in our metadata', async () => {
    const { status, text, headers } = await server.request('GET', '/api/v1/auth/saml/acme/metadata')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('application/samlmetadata+xml')
    expect(text).toContain(`entityID="${server.config.publicUrl}/api/v1/auth/saml/acme/metadata"`)
    expect(text).toContain(`Location="${server.config.publicUrl}/api/v1/auth/saml/acme/callback"`)
    expect(text).toContain('WantAssertionsSigned="true"')
  })

  it('may describe itself by a URL, which is asked once', async () => {
    let asked = 0
    const peer = createServer((_, answer) => {
      asked += 1
      answer.end(metadataOf(key))
    })
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve))
    const metadataUrl = `http://127.0.0.1:${(peer.address() as AddressInfo).port}/metadata`
    await set('auth.saml', { byurl: { metadataUrl } })
    expect((await signInBy({ subject: 'u1', email: newEmail() }, 'byurl')).status).toBe(200)
    expect(asked).toBe(1)
    peer.close()
  })

  it.each([
    ['no metadata at all', {}],
    [
      'metadata of a service',
      { metadataXml: metadataOf({ privateKey: '', certificate: 'x' }).replaceAll('IDPSSO', 'SPSSO') },
    ],
    ['no metadata', { metadataXml: '<html></html>' }],
    ['a document type', { metadataXml: `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${idpIssuer}` }],
    ['a mapping to admin', { roleMapping: { attribute: 'g', roles: { Boss: 'admin' } } }],
    ['another mapping to admin', { roleMapping: { attribute: 'g', roles: { Boss: 'ADMIN' } } }],
    ['an entry point that is a script', { idpIssuer, entryPoint: 'javascript:alert(1)', idpCerts: ['x'] }],
  ])('cannot be set up with %s', async (_, config) => {
    const body = { broken: { ...('roleMapping' in config && { metadataXml: metadataOf(key) }), ...config } }
    const answer = await server.request('PATCH', '/api/v1/admin/settings/auth.saml', { token: admin, body })
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_value'])
  })

  it('that is unknown or switched off is not there', async () => {
    await set('auth.saml', { off: { enabled: false, metadataXml: metadataOf(key) } })
    for (const id of ['off', 'nobody', '__proto__', 'constructor'])
      for (const path of ['', '/metadata'])
        expect((await server.request('GET', `/api/v1/auth/saml/${id}${path}`)).status, id).toBe(404)
  })

  it('signs in to the account whose proven address it vouches for', async () => {
    const someone = await signUp(server)
    const taken = await signInBy({ subject: 'link-1', email: someone.email })
    expect(taken.json.data.user.id).toBe(someone.id)
    // The address was not proven before: what had been set by then is gone (A120).
    const login = { email: someone.email, password: 'correct horse battery' }
    expect((await server.request('POST', '/api/v1/auth/login', { body: login })).status).toBe(401)
    await expect(signIn(server, someone.email)).rejects.toThrow()
  })
})
