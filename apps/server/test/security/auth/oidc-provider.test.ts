import { createHash, randomBytes } from 'node:crypto'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestBrowser } from '../../api/auth/browser.js'
import { adminEnv, me, type Person, signInAdmin, signUp } from '../../api/auth/people.js'
import {
  type Asked,
  ask,
  authorize,
  callback,
  consent,
  follow,
  makeClient,
  type RelyingParty,
  redeem,
  signedInBrowser,
  token,
} from '../../api/auth/relying-party.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
let admin: string
let wiki: RelyingParty
let other: RelyingParty
let ada: Person

beforeAll(async () => {
  server = await startServer(adminEnv)
  admin = (await signInAdmin(server)).accessToken
  ada = await signUp(server)
  wiki = await makeClient(server, admin, { trusted: true })
  other = await makeClient(server, admin, { name: 'Other', redirectUris: ['https://other.example.com/callback'] })
})
afterAll(() => server.stop())

/** A code that was given for the wiki. */
async function newCode(more: Record<string, string> = {}): Promise<{ asked: Asked; fields: Record<string, string> }> {
  const browser = await signedInBrowser(server, ada.email)
  const asked = ask(wiki, more)
  const code = (await authorize(browser, asked)).searchParams.get('code')!
  const fields = { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: asked.verifier }
  return { asked, fields }
}

/** Tokens of somebody new, with one that refreshes them. */
async function newTokens() {
  const person = await signUp(server)
  const browser = await signedInBrowser(server, person.email)
  const asked = ask(wiki, { scope: 'openid offline_access', prompt: 'consent' })
  const tokens = await redeem(wiki, asked, await authorize(browser, asked))
  return { person, browser, tokens }
}

const userInfo = (accessToken: string) => server.request('GET', '/oidc/me', { token: accessToken })
const refreshBy = (refreshToken: string, party = wiki) =>
  token(server, { grant_type: 'refresh_token', refresh_token: refreshToken }, party)

describe('A133: a code', () => {
  it('gives tokens once: of 50 at once exactly one', async () => {
    const { fields } = await newCode()
    const answers = await Promise.all(Array.from({ length: 50 }, () => token(server, fields, wiki)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, json } of answers)
      if (status !== 200) expect([status, json.error]).toEqual([400, 'invalid_grant'])
  })

  it('that is used again ends what it gave', async () => {
    const { fields } = await newCode()
    const first = await token(server, fields, wiki)
    expect((await userInfo(first.json.access_token)).status).toBe(200)
    expect((await token(server, fields, wiki)).status).toBe(400)
    expect((await userInfo(first.json.access_token)).status).toBe(401)
  })

  it('is of use to the app it was given to alone', async () => {
    const { fields } = await newCode()
    const stolen = await token(server, fields, other)
    expect([stolen.status, stolen.json.error]).toEqual([400, 'invalid_grant'])
    const asOther = { ...fields, redirect_uri: 'https://other.example.com/callback' }
    expect((await token(server, asOther, other)).status).toBe(400)
    expect((await token(server, fields, wiki)).status).toBe(200)
  })

  it('is over after a minute', async () => {
    const { fields } = await newCode()
    const text = `update holdfast.oidc_artifacts set expires_at = now() where model = 'AuthorizationCode'`
    await server.database.run({ text, values: [] })
    expect((await token(server, fields, wiki)).json.error).toBe('invalid_grant')
    const { fields: next } = await newCode()
    const { rows } = await server.database.run({
      text: `select extract(epoch from max(expires_at) - now())::float8 from holdfast.oidc_artifacts where model = 'AuthorizationCode'`,
      values: [],
    })
    expect(rows[0]![0]).toBeLessThanOrEqual(60)
    expect((await token(server, next, wiki)).status).toBe(200)
  })

  it('needs the verifier of who asked, and the place it was sent to', async () => {
    for (const change of [
      { code_verifier: randomBytes(32).toString('base64url') },
      { code_verifier: '' },
      { redirect_uri: `${callback}/` },
      { redirect_uri: 'https://evil.example/' },
    ] as Record<string, string>[]) {
      const { fields } = await newCode()
      const { status } = await token(server, { ...fields, ...change }, wiki)
      expect(status, JSON.stringify(change)).toBe(400)
    }
  })

  it('needs the secret of the app', async () => {
    const { fields } = await newCode()
    const wrong: [Record<string, string>, Parameters<typeof token>[2]][] = [
      [{ ...fields, client_id: wiki.id }, undefined],
      [fields, { id: wiki.id, secret: 'ocs_wrong' }],
      [fields, { id: wiki.id, secret: createHash('sha256').update(wiki.secret!).digest('hex') }],
      [{ ...fields, client_id: wiki.id, client_secret: other.secret! }, undefined],
      [fields, { id: 'nobody', secret: 'x' }],
    ]
    for (const [body, basic] of wrong) {
      const { status, json } = await token(server, body, basic)
      expect([status, json.error]).toEqual([401, 'invalid_client'])
    }
    expect((await token(server, fields, { id: wiki.id, secret: '' })).status).toBe(400)
    expect((await token(server, fields, wiki)).status).toBe(200)
  })
})

describe('A133: an app that asks', () => {
  const outcome = async (more: Record<string, string>, party = wiki) => {
    const asked = ask(party)
    for (const [name, value] of Object.entries(more))
      if (value === '') asked.url.searchParams.delete(name)
      else asked.url.searchParams.set(name, value)
    return follow(await signedInBrowser(server, ada.email), asked.url)
  }

  it.each([
    'https://evil.example/',
    `${callback}/`,
    `${callback}?x=1`,
    `${callback}/../evil`,
    'https://wiki.example.com/',
    'https://wiki.example.com.evil.example/callback',
    'https://wiki.example.com@evil.example/callback',
    'http://wiki.example.com/callback',
    'HTTPS://wiki.example.com/callback',
    'javascript:alert(1)',
    '//evil.example/callback',
  ])('gets nobody at %s', async (redirectUri) => {
    const end = await outcome({ redirect_uri: redirectUri })
    expect([end.left, end.answer.status]).toEqual([false, 400])
    expect(end.answer.headers.get('location')).toBeNull()
  })

  it.each([
    ['no challenge', { code_challenge: '', code_challenge_method: '' }],
    ['a plain challenge', { code_challenge_method: 'plain', code_challenge: 'a'.repeat(43) }],
    ['an implicit grant', { response_type: 'token' }],
    ['an ID token in the fragment', { response_type: 'id_token' }],
    ['both', { response_type: 'code id_token' }],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['a request by URL', { request_uri: 'https://evil.example/request' }],
  ])('gets no code for %s', async (_, more) => {
    const end = await outcome(more)
    expect(end.url.searchParams.has('code')).toBe(false)
    expect(end.url.hash).not.toContain('token')
    expect(`${end.url.searchParams.get('error')} ${end.answer.status}`).not.toBe('null 200')
  })

  it('cannot register itself, nor sign in as itself or by a password', async () => {
    const register = await server.request('POST', '/oidc/reg', { body: { redirect_uris: ['https://evil.example/'] } })
    expect(register.status).toBe(404)
    for (const grant of [
      'client_credentials',
      'password',
      'urn:ietf:params:oauth:grant-type:device_code',
      'implicit',
    ]) {
      const fields = { grant_type: grant, username: ada.email, password: 'correct horse battery' }
      expect((await token(server, fields, wiki)).json.error).toBe('unsupported_grant_type')
    }
  })

  it('gets no scope that it may not have', async () => {
    const small = await makeClient(server, admin, { scopes: ['openid', 'email'] })
    const end = await outcome({ scope: 'openid email roles' }, small)
    expect(end.url.searchParams.get('error')).toBe('invalid_scope')
  })

  it.each(['javascript:alert(1)', 'http://evil.example/', 'data:text/html,x', 'https://*.example.com/', 'myapp:/x'])(
    'cannot be set up to get people back at %s',
    async (uri) => {
      for (const kind of ['public', 'confidential']) {
        const body = { name: 'Evil', kind, redirectUris: [uri] }
        const answer = await server.request('POST', '/api/v1/admin/oidc-clients', { token: admin, body })
        expect([answer.status, answer.json.code]).toEqual([400, 'invalid_value'])
      }
    },
  )

  it('is told nothing by an error page but what it did wrong, escaped', async () => {
    const end = await outcome({ client_id: '<script>alert(1)</script>' })
    expect(end.answer.status).toBe(400)
    expect(end.answer.text).not.toContain('<script>')
    expect(end.answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(end.answer.headers.get('x-frame-options')).toBe('DENY')
  })
})

describe('A133: a refresh token', () => {
  it('needs the secret of the app, and is of use to it alone', async () => {
    const { tokens } = await newTokens()
    const refreshToken = tokens.refresh_token!
    const bare = await token(server, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: wiki.id })
    expect([bare.status, bare.json.error]).toEqual([401, 'invalid_client'])
    expect((await refreshBy(refreshToken, other)).json.error).toBe('invalid_grant')
    expect((await refreshBy(refreshToken)).status).toBe(200)
  })

  it('is good once: of 20 at once exactly one', async () => {
    const { tokens } = await newTokens()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refreshBy(tokens.refresh_token!)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })
})

describe('what apps hold ends', () => {
  const expectOver = async ({ tokens, browser }: Awaited<ReturnType<typeof newTokens>>) => {
    expect((await userInfo(tokens.access_token)).status).toBe(401)
    expect((await refreshBy(tokens.refresh_token!)).json.error).toBe('invalid_grant')
    const end = await follow(browser, ask(wiki, { prompt: 'none' }).url)
    expect(end.url.searchParams.get('error')).toBe('login_required')
  }

  it('with the session somebody signed in by', async () => {
    const held = await newTokens()
    expect((await userInfo(held.tokens.access_token)).status).toBe(200)
    await held.browser.request('POST', '/api/v1/auth/logout', { body: {} })
    await expectOver(held)
  })

  it('when somebody is disabled', async () => {
    const held = await newTokens()
    const text = `insert into holdfast.accounts (user_id, disabled_at) values ($1, now())
      on conflict (user_id) do update set disabled_at = now()`
    await server.database.run({ text, values: [held.person.id] })
    await expectOver(held)
  })

  it('when somebody is deleted', async () => {
    const held = await newTokens()
    await server.database.run({ text: 'delete from public.users where id = $1', values: [held.person.id] })
    await expectOver(held)
    const text = 'select count(*)::integer from holdfast.oidc_artifacts where user_id = $1'
    expect((await server.database.run({ text, values: [held.person.id] })).rows).toEqual([[0]])
  })

  it('when all sessions are ended but the one of now', async () => {
    const held = await newTokens()
    const text = 'update holdfast.sessions set revoked_at = now() where user_id = $1'
    await server.database.run({ text, values: [held.person.id] })
    await expectOver(held)
  })

  it('with the app', async () => {
    const party = await makeClient(server, admin, { trusted: true })
    const browser = await signedInBrowser(server, ada.email)
    const asked = ask(party)
    const tokens = await redeem(party, asked, await authorize(browser, asked))
    await server.request('DELETE', `/api/v1/admin/oidc-clients/${party.id}`, { token: admin })
    expect((await userInfo(tokens.access_token)).status).toBe(401)
    expect((await follow(browser, ask(party).url)).answer.status).toBe(400)
  })

  it('and an old secret with a new one', async () => {
    const party = await makeClient(server, admin, { trusted: true })
    await server.request('POST', `/api/v1/admin/oidc-clients/${party.id}/secret`, { token: admin })
    const answer = await token(server, { grant_type: 'refresh_token', refresh_token: 'x' }, party)
    expect([answer.status, answer.json.error]).toEqual([401, 'invalid_client'])
  })
})

describe('tokens of apps and of this server', () => {
  it('do not stand for each other (A113)', async () => {
    const { tokens } = await newTokens()
    for (const foreign of [tokens.access_token, tokens.id_token!, tokens.refresh_token!])
      expect((await me(server, foreign)).status).toBe(401)
    expect((await userInfo(ada.accessToken)).status).toBe(401)
    expect((await refreshBy(ada.refreshToken)).json.error).toBe('invalid_grant')
  })

  it('are nowhere in the database as they are', async () => {
    const { tokens } = await newTokens()
    const text = `select string_agg(a::text, ' ') || (select string_agg(c::text, ' ') from holdfast.oidc_clients c) from holdfast.oidc_artifacts a`
    const stored = String((await server.database.run({ text, values: [] })).rows[0]![0])
    for (const secret of [tokens.access_token, tokens.refresh_token!, wiki.secret!, ada.email])
      expect(stored).not.toContain(secret)
  })

  it('name PUBLIC_URL whatever the request says (A102)', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }
    const { text } = await server.request('GET', '/oidc/.well-known/openid-configuration', { headers })
    expect(text).not.toContain('evil.example')
    expect(JSON.parse(text)).toMatchObject({
      issuer: `${server.config.publicUrl}/oidc`,
      token_endpoint: `${server.config.publicUrl}/oidc/token`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
    })
    expect(JSON.parse(text)).not.toHaveProperty('registration_endpoint')
  })

  it('are for pages of no other origin (A206)', async () => {
    const { headers } = await server.request('GET', '/oidc/me', { headers: { origin: 'https://evil.example' } })
    expect(headers.get('access-control-allow-origin')).not.toBe('https://evil.example')
    expect(headers.get('access-control-allow-origin')).not.toBe('*')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })
})

describe('the question whether an app may know somebody', () => {
  const question = async (email = ada.email) => {
    const browser = await signedInBrowser(server, email)
    const page = await follow(browser, ask(other).url)
    return { browser, page }
  }

  it('is answered by a form of ours, in the browser that was asked', async () => {
    const { browser, page } = await question()
    const send = (from: TestBrowser, fields: Record<string, string>) =>
      from.request('POST', page.url.pathname, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      })
    for (const fields of [{ answer: 'allow' }, { answer: 'allow', csrf: 'x' }, { answer: 'allow', csrf: '' }])
      expect((await send(browser, fields as Record<string, string>)).status).toBe(403)
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.answer.text)![1]!
    const stranger = await signedInBrowser(server, (await signUp(server)).email)
    expect((await send(stranger, { answer: 'allow', csrf })).status).toBe(400)
    expect((await send(new TestBrowser(server), { answer: 'allow', csrf })).status).toBe(400)
    expect((await send(browser, { answer: 'allow', csrf })).status).toBe(303)
  })

  it('cannot be answered twice, nor by somebody else who signs in meanwhile', async () => {
    const { browser, page } = await question((await signUp(server)).email)
    const second = await signUp(server)
    await browser.enter('/api/v1/auth/login', { email: second.email, password: 'correct horse battery' })
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.answer.text)![1]!
    const answer = await browser.request('POST', page.url.pathname, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ csrf, answer: 'allow' }).toString(),
    })
    expect(answer.status).toBe(400)
    const { browser: again, page: fresh } = await question()
    await consent(again, fresh)
    expect((await again.request('GET', fresh.url.pathname)).status).toBe(400)
  })

  it('stands in no frame, runs no script and shows names as they are', async () => {
    const evil = await makeClient(server, admin, { name: '<img src=x onerror=alert(1)>"\'' })
    const page = await follow(await signedInBrowser(server, ada.email), ask(evil).url)
    expect(page.answer.status).toBe(200)
    expect(page.answer.text).not.toContain('<img')
    const policy = page.answer.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|script-src/)
    expect(page.answer.headers.get('cache-control')).toBe('no-store')
    expect(page.answer.headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('is not asked of bearer tokens: the browser must be signed in', async () => {
    const browser = new TestBrowser(server)
    const page = await follow(browser, ask(wiki).url)
    const back = new URL(page.url.searchParams.get('redirectTo')!)
    const answer = await browser.request('GET', back.pathname, { token: ada.accessToken })
    expect(answer.headers.get('location')).toContain('/auth/ui/sign-in')
  })

  it('A126: leads back to places that were registered, also when signing out', async () => {
    const url = openid.buildEndSessionUrl(wiki.config, { post_logout_redirect_uri: 'https://evil.example/' })
    const page = await follow(await signedInBrowser(server, ada.email), url)
    expect(page.answer.headers.get('location') ?? '').not.toContain('evil.example')
    expect(page.left).toBe(false)
  })
})
