import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { TestBrowser } from './browser.js'
import { adminEnv, type Person, signInAdmin, signUp } from './people.js'
import {
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
} from './relying-party.js'

let server: TestServer
let admin: string
let wiki: RelyingParty
let ada: Person
const clientsPath = '/api/v1/admin/oidc-clients'

beforeAll(async () => {
  server = await startServer(adminEnv)
  admin = (await signInAdmin(server)).accessToken
  ada = await signUp(server)
  wiki = await makeClient(server, admin)
})
afterAll(() => server.stop())

describe('an app', () => {
  it('has a name and a place to come back to, or is refused with what is missing', async () => {
    for (const [body, paths] of [
      [{}, ['name', 'redirectUris']],
      [{ name: 'Wiki' }, ['redirectUris']],
      [{ name: null, redirectUris: null }, ['name', 'redirectUris']],
    ] as const) {
      const answer = await server.request('POST', clientsPath, { token: admin, body })
      expect(answer.status, answer.text).toBe(422)
      const { errors } = answer.json as { errors: { path: string }[] }
      expect([...new Set(errors.map(({ path }) => path))]).toEqual(paths)
    }
  })

  it('signs somebody in who is signed in here, once they agree', async () => {
    const browser = await signedInBrowser(server, ada.email)
    const asked = ask(wiki)
    const page = await follow(browser, asked.url)
    expect(page.answer.status, page.answer.text).toBe(200)
    expect(page.answer.text).toContain('Sign in to Wiki?')
    expect(page.answer.text).toContain(ada.email)
    const end = await consent(browser, page)
    expect(end.url.href).toMatch(/^https:\/\/wiki\.example\.com\/callback\?/)
    const tokens = await redeem(wiki, asked, end.url)
    const claims = tokens.claims()!
    expect(claims).toMatchObject({
      iss: `${server.config.publicUrl}/oidc`,
      aud: wiki.id,
      sub: ada.id,
      email: ada.email,
      email_verified: false,
      roles: [],
      teams: [],
    })
    const info = await openid.fetchUserInfo(wiki.config, tokens.access_token, claims.sub)
    expect(info).toMatchObject({ sub: ada.id, email: ada.email, roles: [] })
    expect(tokens.refresh_token).toBeUndefined()
  })

  it('is told what it asked for and nothing else', async () => {
    const browser = await signedInBrowser(server, (await signUp(server)).email)
    const asked = ask(wiki, { scope: 'openid' })
    const tokens = await redeem(wiki, asked, await authorize(browser, asked))
    expect(Object.keys(tokens.claims()!).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'nonce', 'sub'].sort())
    const info = await openid.fetchUserInfo(wiki.config, tokens.access_token, openid.skipSubjectCheck)
    expect(Object.keys(info)).toEqual(['sub'])
  })

  it('is told of a name that users give themselves', async () => {
    const named = await startServer(adminEnv)
    const admin = (await signInAdmin(named)).accessToken
    const body = {
      fields: [{ name: 'displayName', type: 'text' }],
      rules: [
        { role: 'user', action: 'read', conditions: { id: '$user.id' } },
        { role: 'user', action: 'update', conditions: { id: '$user.id' }, fields: ['displayName'] },
      ],
    }
    const current = (await named.request('GET', '/api/v1/admin/collections/users', { token: admin })).json.data
    const fields = [...current.fields, ...body.fields]
    const changed = await named.request('PATCH', '/api/v1/admin/collections/users', {
      token: admin,
      body: { fields, rules: body.rules },
    })
    expect(changed.status, changed.text).toBe(200)
    const someone = await signUp(named)
    await named.request('PATCH', `/api/v1/collections/users/records/${someone.id}`, {
      token: someone.accessToken,
      body: { displayName: 'Ada <b>Lovelace</b>' },
    })
    const party = await makeClient(named, admin)
    const asked = ask(party)
    const tokens = await redeem(party, asked, await authorize(await signedInBrowser(named, someone.email), asked))
    expect(tokens.claims()).toMatchObject({ name: 'Ada <b>Lovelace</b>' })
    await named.stop()
  })

  it('is asked about in the language of the browser and the looks of the other pages', async () => {
    const set = (body: object) => server.request('PATCH', '/api/v1/admin/settings/auth.ui', { token: admin, body })
    expect((await set({ appName: 'Acme & Sons' })).status).toBe(200)
    const browser = await signedInBrowser(server, (await signUp(server)).email)
    const headers = { 'accept-language': 'de' }
    const paths = [(await follow(browser, ask(wiki).url)).url.pathname, '/oidc/auth?client_id=x', '/oidc/session/end']
    const pages = await Promise.all(paths.map((path) => browser.request('GET', path, { headers })))
    const titles = ['Bei Wiki anmelden?', 'Das hat nicht geklappt', 'Abmelden?']
    for (const [index, { text }] of pages.entries()) {
      expect(text).toContain(`<title>${titles[index]} · Acme &amp; Sons</title>`)
      expect(text).toContain('<html lang="de">')
      expect(text).toContain('<link rel="stylesheet" href="/auth/ui/style.css?v=')
    }
    await set({ appName: 'Holdfast' })
  })

  it('of your own asks nobody', async () => {
    const own = await makeClient(server, admin, { name: 'Intranet', trusted: true })
    const browser = await signedInBrowser(server, ada.email)
    const asked = ask(own)
    const end = await follow(browser, asked.url)
    expect(end.left).toBe(true)
    expect((await redeem(own, asked, end.url)).claims()!.sub).toBe(ada.id)
  })

  it('is asked about once: the second sign-in goes by itself', async () => {
    const browser = await signedInBrowser(server, (await signUp(server)).email)
    await authorize(browser, ask(wiki))
    const again = ask(wiki)
    const end = await follow(browser, again.url)
    expect([end.left, end.url.searchParams.has('code')]).toEqual([true, true])
    const silent = await follow(browser, ask(wiki, { prompt: 'none' }).url)
    expect(silent.url.searchParams.has('code')).toBe(true)
  })

  it('learns that somebody refused', async () => {
    const browser = await signedInBrowser(server, (await signUp(server)).email)
    const asked = ask(wiki)
    const end = await consent(browser, await follow(browser, asked.url), 'deny')
    expect(end.url.origin + end.url.pathname).toBe(callback)
    expect(end.url.searchParams.get('error')).toBe('access_denied')
    expect(end.url.searchParams.get('state')).toBe(asked.state)
  })

  it('stays signed in by a refresh token where it asked for that, for one use each', async () => {
    const browser = await signedInBrowser(server, (await signUp(server)).email)
    const asked = ask(wiki, { scope: 'openid offline_access', prompt: 'consent' })
    const tokens = await redeem(wiki, asked, await authorize(browser, asked))
    const next = await openid.refreshTokenGrant(wiki.config, tokens.refresh_token!)
    expect(next.refresh_token).not.toBe(tokens.refresh_token)
    await openid.fetchUserInfo(wiki.config, next.access_token, openid.skipSubjectCheck)
    await expect(openid.refreshTokenGrant(wiki.config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    // Two parties held it: all that came of it is over.
    await expect(openid.refreshTokenGrant(wiki.config, next.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('can give tokens back, and ask whether one is good', async () => {
    const browser = await signedInBrowser(server, (await signUp(server)).email)
    const asked = ask(wiki)
    const { access_token: accessToken } = await redeem(wiki, asked, await authorize(browser, asked))
    expect(await openid.tokenIntrospection(wiki.config, accessToken)).toMatchObject({
      active: true,
      client_id: wiki.id,
    })
    await openid.tokenRevocation(wiki.config, accessToken)
    expect(await openid.tokenIntrospection(wiki.config, accessToken)).toEqual({ active: false })
  })

  it('in a browser or on a phone has no secret', async () => {
    const spa = await makeClient(server, admin, { kind: 'public', redirectUris: ['https://spa.example.com/'] })
    expect(spa.secret).toBeNull()
    const browser = await signedInBrowser(server, ada.email)
    const asked = ask(spa)
    const tokens = await redeem(spa, asked, await authorize(browser, asked))
    expect(tokens.claims()!.sub).toBe(ada.id)
    const phone = await makeClient(server, admin, { kind: 'public', redirectUris: ['com.example.app:/signed-in'] })
    const native = ask(phone)
    const page = await follow(browser, native.url)
    expect(page.answer.headers.get('content-security-policy')).toContain("form-action 'self' com.example.app:")
    expect((await consent(browser, page)).url.href).toMatch(/^com\.example\.app:\/signed-in\?code=/)
  })
})

describe('somebody who is not signed in', () => {
  it('is sent to our page, and from there back on the way', async () => {
    const browser = new TestBrowser(server)
    const asked = ask(wiki)
    const first = await follow(browser, asked.url)
    expect(first.url.pathname).toBe('/auth/ui/sign-in')
    const back = new URL(first.url.searchParams.get('redirectTo')!)
    expect(back.href).toMatch(new RegExp(`^${server.config.publicUrl}/auth/ui/authorize/[\\w-]+$`))
    await browser.enter('/api/v1/auth/login', { email: ada.email, password: 'correct horse battery' })
    back.searchParams.set('code', 'hfo_of_the_sign_in')
    const page = await follow(browser, back)
    const end = page.left ? page : await consent(browser, page)
    expect((await redeem(wiki, asked, end.url)).claims()!.sub).toBe(ada.id)
  })

  it('signs in at our page by a form, and comes to the app without a script', async () => {
    const browser = new TestBrowser(server)
    const own = await makeClient(server, admin, { trusted: true })
    const asked = ask(own)
    const first = await follow(browser, asked.url)
    const page = await browser.request('GET', first.url.pathname + first.url.search)
    const field = (name: string) =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const fields = { email: ada.email, password: 'correct horse battery', csrf: field('csrf') }
    const answer = await browser.request('POST', '/auth/ui/sign-in', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...fields, redirectTo: field('redirectTo') }).toString(),
    })
    expect(answer.status, answer.text).toBe(303)
    const end = await follow(browser, new URL(answer.headers.get('location')!))
    expect(end.url.origin, end.answer.text).toBe('https://wiki.example.com')
    expect((await redeem(own, asked, end.url)).claims()!.sub).toBe(ada.id)
  })

  it('is no surprise for an app that wants no page', async () => {
    const end = await follow(new TestBrowser(server), ask(wiki, { prompt: 'none' }).url)
    expect(end.url.searchParams.get('error')).toBe('login_required')
  })

  it('signs in again where the app wants that', async () => {
    const browser = await signedInBrowser(server, ada.email)
    await authorize(browser, ask(wiki))
    for (const [name, value] of [
      ['prompt', 'login'],
      ['max_age', '1'],
    ] as const) {
      // Both are said in whole seconds.
      await new Promise((resolve) => setTimeout(resolve, 2100))
      const asked = ask(wiki, { [name]: value })
      const first = await follow(browser, asked.url)
      expect([first.url.pathname, first.url.searchParams.get('again')]).toEqual(['/auth/ui/sign-in', '1'])
      await new Promise((resolve) => setTimeout(resolve, 1100))
      await browser.enter('/api/v1/auth/login', { email: ada.email, password: 'correct horse battery' })
      const page = await follow(browser, new URL(first.url.searchParams.get('redirectTo')!))
      const end = page.left ? page : await consent(browser, page)
      const claims = (await redeem(wiki, asked, end.url)).claims()!
      expect(Number(claims.auth_time ?? Date.now() / 1000)).toBeGreaterThan(Date.now() / 1000 - 30)
    }
  })
})

describe('signing out', () => {
  it('of an app ends the session here, after a question', async () => {
    const someone = await signUp(server)
    const party = await makeClient(server, admin, { postLogoutRedirectUris: ['https://wiki.example.com/bye'] })
    const browser = await signedInBrowser(server, someone.email)
    const asked = ask(party)
    const tokens = await redeem(party, asked, await authorize(browser, asked))
    const url = openid.buildEndSessionUrl(party.config, {
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: 'https://wiki.example.com/bye',
      state: 'x',
    })
    const page = await follow(browser, url)
    expect(page.answer.text).toContain('Sign out?')
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.answer.text)![1]!
    const end = await browser.request('POST', '/oidc/session/end/confirm', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ xsrf, logout: 'yes' }).toString(),
    })
    expect(end.headers.get('location')).toBe('https://wiki.example.com/bye?state=x')
    expect((await browser.request('GET', '/api/v1/auth/me')).status).toBe(401)
    await expect(
      openid.fetchUserInfo(party.config, tokens.access_token, openid.skipSubjectCheck),
    ).rejects.toMatchObject({ status: 401 })
  })
})

describe('apps', () => {
  it('are managed by admins, and show their secret once', async () => {
    const body = { name: 'Chat', redirectUris: ['https://chat.example.com/callback'] }
    const made = await server.request('POST', clientsPath, { token: admin, body })
    expect(made.json.data).toMatchObject({
      ...body,
      kind: 'confidential',
      secret: expect.stringMatching(/^ocs_[\w-]{43}$/),
      scopes: ['openid', 'profile', 'email', 'roles', 'teams', 'offline_access'],
    })
    const path = `${clientsPath}/${made.json.data.id}`
    for (const shown of [path, clientsPath]) {
      const { text } = await server.request('GET', shown, { token: admin })
      expect(text).not.toMatch(/ocs_|secretHash/)
    }
    const patched = await server.request('PATCH', path, { token: admin, body: { name: 'Talk', scopes: ['openid'] } })
    expect(patched.json.data).toMatchObject({ name: 'Talk', scopes: ['openid'], redirectUris: body.redirectUris })
    const renewed = await server.request('POST', `${path}/secret`, { token: admin })
    expect(renewed.json.data.secret).not.toBe(made.json.data.secret)
    expect((await server.request('DELETE', path, { token: admin })).status).toBe(204)
    expect((await server.request('GET', path, { token: admin })).status).toBe(404)
    for (const method of ['GET', 'POST'])
      expect(
        (
          await server.request(method, clientsPath, {
            token: ada.accessToken,
            body: method === 'POST' ? body : undefined,
          })
        ).status,
      ).toBe(403)
  })

  it('that there are none of leave nothing at /oidc', async () => {
    const fresh = await startServer()
    for (const path of ['/oidc/.well-known/openid-configuration', '/oidc/jwks', '/oidc/auth'])
      expect((await fresh.request('GET', path)).status).toBe(404)
    await fresh.stop()
  })

  it('go on over a restart and another node', async () => {
    const env = { ...adminEnv, DATABASE_URL: server.databaseUrl, PUBLIC_URL: server.config.publicUrl }
    const browser = await signedInBrowser(server, ada.email)
    const asked = ask(wiki)
    const url = await authorize(browser, asked)
    const other = await startServer(env)
    const fields = {
      grant_type: 'authorization_code',
      code: url.searchParams.get('code')!,
      redirect_uri: callback,
      code_verifier: asked.verifier,
    }
    const answer = await token(other, fields, wiki)
    expect(answer.status, answer.text).toBe(200)
    await other.stop()
  })

  it('get ID tokens of a new key as soon as it signs, and verify those of the one before', async () => {
    const browser = await signedInBrowser(server, ada.email)
    const kidOf = async () => {
      const asked = ask(wiki)
      const { id_token: idToken } = await redeem(wiki, asked, await authorize(browser, asked))
      return JSON.parse(Buffer.from(idToken!.split('.')[0]!, 'base64url').toString()).kid as string
    }
    const before = await kidOf()
    const body = { purpose: 'oidc', activeInSeconds: 0 }
    const made = await server.request('POST', '/api/v1/admin/signing-keys/rotate', { token: admin, body })
    expect(made.json.data).toMatchObject({ algorithm: 'RS256', state: 'signing' })
    expect(await kidOf()).toBe(made.json.data.kid)
    const json = JSON.parse((await server.request('GET', '/oidc/jwks')).text)
    expect(json.keys.map(({ kid }: { kid: string }) => kid).sort()).toEqual([before, made.json.data.kid].sort())
    for (const key of json.keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    const own = await server.request('GET', '/.well-known/jwks.json')
    expect(own.text).not.toContain(before)
  })
})
