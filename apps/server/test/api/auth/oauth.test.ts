import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import {
  app,
  Browser,
  configure,
  exchange,
  type GithubPeer,
  type HostileProvider,
  type IdentityProvider,
  signInBy,
  startGithubPeer,
  startHostileProvider,
  startIdentityProvider,
  startOauthServer,
  walk,
} from '../../support/oauth/index.js'
import type { Persona } from '../../support/personas.js'
import { me, newEmail } from './people.js'

let server: TestServer
let admin: Persona
let company: IdentityProvider
let github: GithubPeer
let peer: HostileProvider

beforeAll(async () => {
  ;({ server, admin } = await startOauthServer())
  company = await startIdentityProvider([`${server.url}/api/v1/auth/oauth/company/callback`])
  github = await startGithubPeer()
  peer = await startHostileProvider()
  await configure(server, admin, {
    company: {
      kind: 'oidc',
      name: 'The company',
      issuer: company.issuer,
      clientId: company.clientId,
      clientSecret: company.clientSecret,
      trustEmail: true,
    },
    github: { kind: 'github', issuer: github.url, clientId: 'gh', clientSecret: 'github secret' },
    off: { kind: 'google', clientId: 'x', clientSecret: 'y', enabled: false },
  })
})
beforeEach(() => peer.behave())
afterAll(async () => {
  company?.close()
  github?.close()
  peer?.close()
  await server?.stop()
})

const codeOf = ({ searchParams }: URL): string => searchParams.get('code')!

describe('signing in by OpenID Connect', () => {
  it('makes an account once, with the proven address, and finds it again by the subject', async () => {
    const email = newEmail()
    company.people.set('ada', { email, email_verified: true, name: 'Ada' })
    company.person = 'ada'
    const first = await signInBy(server, 'company')
    expect(first.status, first.text).toBe(200)
    expect(Object.keys(first.json.data).sort()).toEqual(['accessToken', 'expiresIn', 'refreshToken', 'user'])
    expect(first.json.data.user).toMatchObject({ email })
    company.people.set('ada', { email: newEmail(), email_verified: true })
    const again = await signInBy(server, 'company')
    expect(again.json.data.user).toMatchObject({ id: first.json.data.user.id, email })
    expect((await me(server, again.json.data.accessToken)).status).toBe(200)
  })

  it('opens the account that has proven the same address', async () => {
    const email = newEmail()
    company.people.set('old', { email, email_verified: true })
    company.person = 'old'
    const first = await signInBy(server, 'company')
    github.user = { id: 7, login: 'old' }
    github.emails = [{ email: email.toUpperCase(), primary: true, verified: true }]
    const second = await signInBy(server, 'github')
    expect(second.json.data.user.id).toBe(first.json.data.user.id)
  })

  it('says so when somebody changes their mind', async () => {
    company.person = undefined
    expect((await walk(server, 'company')).get('error')).toBe('access_denied')
  })

  it('sends native apps back by their own scheme', async () => {
    company.people.set('nat', { email: newEmail(), email_verified: true })
    company.person = 'nat'
    const came = await walk(server, 'company', { redirectTo: 'com.example.app://signed-in' })
    expect(came.get('code')).toMatch(/^hfo_/)
  })

  it('ends at the account page where no app waits', async () => {
    const email = newEmail()
    github.user = { id: 45, login: 'hosted' }
    github.emails = [{ email, primary: true, verified: true }]
    const browser = new Browser()
    const page = `${server.url}/auth/ui/account`
    expect((await browser.follow(`${server.url}/api/v1/auth/oauth/github`, page)).href).toBe(page)
    expect(await (await browser.ask(page)).text()).toContain(email)
  })

  it('works in several tabs of one browser, whichever is done first', async () => {
    github.user = { id: 44, login: 'tabs' }
    github.emails = []
    const browser = new Browser()
    const tabs: string[] = []
    for (const tab of [1, 2, 3]) {
      const begin = `${server.url}/api/v1/auth/oauth/github?redirectTo=${encodeURIComponent(`${app}?tab=${tab}`)}`
      tabs.push((await browser.ask(begin)).headers.get('location')!)
    }
    const came = await Promise.all(tabs.reverse().map((tab) => browser.follow(tab, app)))
    expect(came.map(({ searchParams }) => searchParams.get('tab'))).toEqual(['3', '2', '1'])
    const ids = await Promise.all(came.map(async (url) => (await exchange(server, codeOf(url))).json.data.user.id))
    expect(new Set(ids).size).toBe(1)
  })

  it('takes name and picture only into fields that users may change', async () => {
    const users = await server.request('GET', '/api/v1/admin/collections/users', { token: admin.token })
    const own = { role: 'user', conditions: { id: '$user.id' } }
    const body = {
      fields: [
        ...users.json.data.fields,
        { name: 'name', type: 'text', maxLength: 20 },
        { name: 'picture', type: 'text' },
      ],
      rules: [
        { ...own, action: 'read' },
        { ...own, action: 'update', fields: ['name'] },
      ],
    }
    await server.request('PATCH', '/api/v1/admin/collections/users', { token: admin.token, body })
    const claims = { email_verified: true, picture: 'https://example.com/a.png' }
    company.people.set('named', { ...claims, email: newEmail(), name: 'Grace' })
    company.person = 'named'
    expect((await signInBy(server, 'company')).json.data.user).toMatchObject({ name: 'Grace', picture: null })
    company.people.set('long', { ...claims, email: newEmail(), name: 'A name that is much too long for the field' })
    company.person = 'long'
    const long = await signInBy(server, 'company')
    expect(long.status, long.text).toBe(200)
    expect(long.json.data.user).toMatchObject({ name: null })
  })

  it('makes no account while sign-up is closed, and lets in who has one', async () => {
    const closed = await startOauthServer({ DATABASE_URL: server.databaseUrl, SIGNUP_ENABLED: 'false' })
    const peer = await startIdentityProvider([`${closed.server.url}/api/v1/auth/oauth/closed/callback`])
    const { issuer, clientId, clientSecret } = peer
    await configure(closed.server, closed.admin, {
      closed: { kind: 'oidc', issuer, clientId, clientSecret, trustEmail: true },
    })
    peer.people.set('new', { email: newEmail(), email_verified: true })
    peer.people.set('root', { email: 'admin@example.com', email_verified: true })
    peer.person = 'new'
    expect((await signInBy(closed.server, 'closed')).json).toMatchObject({ status: 403, code: 'forbidden' })
    peer.person = 'root'
    expect((await signInBy(closed.server, 'closed')).status).toBe(200)
    peer.close()
    await closed.server.stop()
  })
})

describe('signing in by plain OAuth 2', () => {
  it('reads the profile of GitHub, and its proven address from the route that tells it', async () => {
    const email = newEmail()
    github.user = { id: 42, login: 'octo', name: null, email: 'shown@example.com', avatar_url: 'https://a.example/1' }
    github.emails = [
      { email: newEmail(), primary: false, verified: true },
      { email, primary: true, verified: true },
    ]
    const { json, status } = await signInBy(server, 'github')
    expect(status).toBe(200)
    expect(json.data.user).toMatchObject({ email })
  })

  it('gives an account without an address to somebody who shows none', async () => {
    github.user = { id: 43, login: 'shy' }
    github.emails = []
    const { json, status, text } = await signInBy(server, 'github')
    expect(status, text).toBe(200)
    expect(json.data.user.email ?? null).toBeNull()
  })
})

describe('what providers do in their own way', () => {
  it('Apple has the browser post its answer, and signs no nonce away', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const clientSecret = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const config = { kind: 'apple', issuer: peer.issuer, clientId: 'holdfast', clientSecret, teamId: 'T', keyId: 'K' }
    await configure(server, admin, { apple: config })
    const email = newEmail()
    peer.person = { sub: 'apple 1', email, email_verified: 'true' }
    const browser = new Browser()
    const begin = await browser.ask(`${server.url}/api/v1/auth/oauth/apple?redirectTo=${encodeURIComponent(app)}`)
    const authorize = new URL(begin.headers.get('location')!)
    expect(authorize.searchParams.get('response_mode')).toBe('form_post')
    expect(authorize.searchParams.has('code_challenge')).toBe(false)
    const callback = `${server.url}/api/v1/auth/oauth/apple/callback`
    const answer = (await browser.follow(authorize.href, callback)).searchParams
    answer.set('user', JSON.stringify({ name: { firstName: 'Ada' } }))
    // Coming from another site, the post brings no cookie along.
    const posted = await fetch(callback, { method: 'POST', body: answer, redirect: 'manual' })
    expect(posted.status).toBe(303)
    expect(posted.headers.get('location')).toBe(`${callback}?${posted.headers.get('location')!.split('?')[1]}`)
    const came = await browser.follow(posted.headers.get('location')!, app)
    const { json } = await exchange(server, codeOf(came))
    expect(json.data.user).toMatchObject({ email, name: 'Ada' })
    const asked = peer.tokenRequests.at(-1)!
    expect(asked.has('code_verifier')).toBe(false)
    expect(asked.get('client_secret')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it('Microsoft speaks for many tenants, each of which is an issuer', async () => {
    const config = { kind: 'microsoft', issuer: peer.issuer, clientId: 'holdfast', clientSecret: 's' }
    await configure(server, admin, { microsoft: config })
    const tenants = ['11111111-2222-3333-4444-555555555555', '99999999-2222-3333-4444-555555555555']
    peer.bendDiscovery = (metadata) => {
      metadata['issuer'] = `${peer.issuer}/{tenantid}/v2.0`
    }
    const ids: string[] = []
    for (const tid of tenants) {
      peer.person = { sub: 'the same', tid, iss: `${peer.issuer}/${tid}/v2.0` }
      const { json, text } = await signInBy(server, 'microsoft')
      expect(json.data?.user, text).toBeDefined()
      ids.push(json.data.user.id)
    }
    expect(new Set(ids).size).toBe(2)
    peer.person = { sub: 'the same', tid: tenants[0], iss: `${peer.issuer}/${tenants[1]}/v2.0` }
    expect((await walk(server, 'microsoft')).get('error')).toBe('provider_failed')
    peer.person = { sub: 'the same', iss: `${peer.issuer}/{tenantid}/v2.0/../x` }
    expect((await walk(server, 'microsoft')).get('error')).toBe('provider_failed')
  })

  it('Twitch lists its scopes', async () => {
    const config = { kind: 'twitch', issuer: peer.issuer, clientId: 'holdfast', clientSecret: 's' }
    await configure(server, admin, { twitch: config })
    peer.person = { sub: 'streamer', email: newEmail(), email_verified: true }
    peer.bendTokens = (answer) => ({ ...answer, scope: ['openid', 'user:read:email'] })
    expect((await signInBy(server, 'twitch')).status).toBe(200)
  })
})

describe('providers', () => {
  it('are listed for sign-in pages, those that are switched on', async () => {
    const { json } = await server.request('GET', '/api/v1/auth/providers')
    const url = (id: string) => `${server.config.publicUrl}/api/v1/auth/oauth/${id}`
    expect(json.data).toEqual(
      expect.arrayContaining([
        { id: 'company', name: 'The company', kind: 'oidc', type: 'oauth', url: url('company') },
        { id: 'github', name: 'GitHub', kind: 'github', type: 'oauth', url: url('github') },
      ]),
    )
    expect(json.data.map(({ id }: { id: string }) => id)).not.toContain('off')
    expect(JSON.stringify(json)).not.toMatch(/secret/i)
    for (const id of ['off', 'nothing', '__proto__', 'constructor']) {
      const begun = await server.request('GET', `/api/v1/auth/oauth/${id}`, { query: { redirectTo: app } })
      expect(begun.status, id).toBe(404)
    }
  })

  it('can be tried out by admins', async () => {
    const test = (id: string) =>
      server.request('POST', `/api/v1/admin/auth-providers/${id}/test`, { token: admin.token })
    const { json } = await test('company')
    expect(json.data).toMatchObject({ ok: true, issuer: company.issuer })
    expect(json.data.redirectUri).toBe(`${server.config.publicUrl}/api/v1/auth/oauth/company/callback`)
    expect(json.data.steps.map(({ name }: { name: string }) => name)).toEqual(['discovery', 'keys', 'token'])
    await configure(server, admin, { gone: { kind: 'oidc', issuer: 'http://127.0.0.1:9', clientId: 'x' } })
    expect((await test('gone')).json.data).toMatchObject({ ok: false, steps: [{ name: 'discovery', ok: false }] })
    const unreachable = await server.request('GET', '/api/v1/auth/oauth/gone', { query: { redirectTo: app } })
    expect(unreachable.json).toMatchObject({ status: 503, code: 'unavailable' })
    await configure(server, admin, { gone: null })
    expect((await test('gone')).status).toBe(404)
    expect((await server.request('POST', '/api/v1/admin/auth-providers/company/test')).status).toBe(401)
  })

  it.each([
    [{ kind: 'oidc', clientId: 'x' }, 'p.issuer'],
    [{ kind: 'oidc', clientId: 'x', issuer: 'http://id.example.com' }, 'p.issuer'],
    [{ kind: 'oidc', clientId: 'x', issuer: 'https://id.example.com/?a=b' }, 'p.issuer'],
    [{ kind: 'oidc', clientId: 'x', issuer: 'https://u:p@id.example.com' }, 'p.issuer'],
    [{ kind: 'x', clientId: 'x', clientSecret: 's', issuer: 'https://y.example.com' }, 'p.issuer'],
    [{ kind: 'github', clientId: 'x' }, 'p.clientSecret'],
    [{ kind: 'apple', clientId: 'x', clientSecret: 's', keyId: 'k' }, 'p.teamId'],
    [{ kind: 'nothing', clientId: 'x' }, 'p.kind'],
    [{ kind: 'google' }, 'p'],
  ])('are refused where they cannot work: %j', async (provider, path) => {
    const { json } = await server.request('PATCH', '/api/v1/admin/settings/auth.providers', {
      token: admin.token,
      body: { p: provider },
    })
    expect(json).toMatchObject({ status: 422, code: 'validation_failed' })
    expect(json.errors.map((error: { path: string }) => error.path)).toContain(path)
  })

  it('never show their secrets, and want them again where they are sent elsewhere', async () => {
    const path = '/api/v1/admin/settings/auth.providers'
    const shown = await server.request('GET', path, { token: admin.token })
    expect(shown.json.data.github).toMatchObject({ clientId: 'gh', clientSecret: '***' })
    expect(shown.text).not.toContain('github secret')
    const moved = await server.request('PATCH', path, {
      token: admin.token,
      body: { github: { issuer: 'https://evil.example.com', clientSecret: '***' } },
    })
    expect(moved.json).toMatchObject({ status: 422, errors: [{ path: 'github.clientSecret' }] })
    const kind = await server.request('PATCH', path, { token: admin.token, body: { github: { kind: 'gitlab' } } })
    expect(kind.json).toMatchObject({ status: 422, errors: [{ path: 'github.clientSecret' }] })
  })
})

describe('the way back', () => {
  it('is refused where nobody allowed it', async () => {
    for (const redirectTo of [
      'https://evil.example.com',
      '//evil.example.com',
      'https://app.example.com@evil.example.com',
      'x',
    ]) {
      const { status } = await server.request('GET', '/api/v1/auth/oauth/company', { query: { redirectTo } })
      expect(status, redirectTo).toBe(400)
    }
    const unknown = await server.request('GET', '/api/v1/auth/oauth/company', { query: { redirect: app } })
    expect(unknown.json).toMatchObject({ status: 400, code: 'unknown_field' })
  })
})
