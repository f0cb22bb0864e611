import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../../support/index.js'
import { addTotp, beginSignIn } from '../authenticator.js'
import { adminEnv, me, type Person, password, refresh, signInAdmin, signUp } from '../people.js'
import { type PasskeyBrowser, startPasskeyBrowser } from './browser.js'
import { addPasskey, begin, post, signInBy } from './passkey-requests.js'
import { SoftwarePasskey } from './software-passkey.js'

let browser: PasskeyBrowser
let server: TestServer
let admin: Person
beforeAll(async () => {
  browser = await startPasskeyBrowser()
  server = await startServer({ ...adminEnv, PUBLIC_URL: 'http://localhost:4400' })
  admin = await signInAdmin(server)
  const body = { origins: [browser.origin], rpName: 'My app' }
  await server.request('PATCH', '/api/v1/admin/settings/auth.passkeys', { token: admin.accessToken, body })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})
beforeEach(() => browser.replaceAuthenticator())

async function register(person: Person, name?: string) {
  const { challengeId, options } = await begin(server, 'passkeys/register/options', {}, person)
  const response = await browser.create(options)
  return post(server, 'passkeys/register', { challengeId, response, ...(name && { name }) }, person)
}

async function signInByPasskey() {
  const { challengeId, options } = await begin(server, 'passkeys/options')
  return post(server, 'passkeys/verify', { challengeId, response: await browser.get(options) })
}

const ask = (person: Person, method: string, path: string, body?: unknown) =>
  server.request(method, `/api/v1/auth/passkeys${path}`, { token: person.accessToken, body })

describe('a passkey of a real browser', () => {
  it('makes a person of an anonymous user, with the same id', async () => {
    const { json } = await server.request('POST', '/api/v1/auth/anonymous')
    const anonymous: Person = { ...json.data, id: json.data.user.id, email: '' }
    expect((await register(anonymous)).status).toBe(201)
    const text = 'select kind from holdfast.accounts where user_id = $1'
    expect((await server.database.run({ text, values: [anonymous.id] })).rows).toEqual([['person']])
    expect((await signInByPasskey()).json.data.user.id).toBe(anonymous.id)
  })

  it('is registered, and signs in without a user name', async () => {
    const person = await signUp(server)
    const { options } = await begin(server, 'passkeys/register/options', undefined, person)
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'My app' },
      user: { name: person.email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    })
    const registered = await register(person, 'My laptop')
    const { id } = registered.json.data
    expect([registered.status, registered.json.data]).toEqual([
      201,
      { id, kind: 'passkey', name: 'My laptop', createdAt: expect.any(String), lastUsedAt: null, backedUp: false },
    ])

    const signedIn = await signInByPasskey()
    expect(signedIn.status, signedIn.text).toBe(200)
    const { accessToken, refreshToken, user } = signedIn.json.data
    expect(user.id).toBe(person.id)
    expect((await me(server, accessToken)).status).toBe(200)
    expect((await refresh(server, refreshToken)).status).toBe(200)
    expect((await ask(person, 'GET', '')).json.data).toMatchObject([{ id, lastUsedAt: expect.any(String) }])
    expect((await server.request('GET', '/api/v1/auth/mfa', { token: accessToken })).json.data.factors).toMatchObject([
      { id, kind: 'passkey', name: 'My laptop' },
    ])
  })

  it('is one of several, which are renamed and removed', async () => {
    const person = await signUp(server)
    const first = (await register(person)).json.data
    expect(first.name).toBe('Passkey')
    await browser.replaceAuthenticator()
    const second = (await register(person, 'Key')).json.data
    const { options } = await begin(server, 'passkeys/register/options', {}, person)
    expect(options.excludeCredentials).toHaveLength(2)
    expect((await ask(person, 'PATCH', `/${first.id}`, { name: 'Old phone' })).json.data.name).toBe('Old phone')
    expect((await signInByPasskey()).status).toBe(200)
    expect((await ask(person, 'DELETE', `/${second.id}`)).status).toBe(204)
    expect((await signInByPasskey()).json.code).toBe('invalid_secret')
    expect((await ask(person, 'GET', '')).json.data).toMatchObject([{ id: first.id, name: 'Old phone' }])
  })

  it('that verified its user is two factors; one that did not is one', async () => {
    const person = await signUp(server)
    const key = new SoftwarePasskey(browser.origin)
    await addPasskey(server, person, key)
    const { app } = await addTotp(server, person)
    expect((await signInBy(server, key)).json.data.accessToken).toBeDefined()

    const { mfaToken, factors } = (await signInBy(server, key, { verified: false })).json.data
    expect(factors).toEqual(['totp', 'passkey', 'recovery'])
    const finished = await post(server, 'mfa/verify', { mfaToken, code: await app.freshCode() })
    expect(finished.json.data.user.id).toBe(person.id)
  })

  it('can be the second factor after a password', async () => {
    const person = await signUp(server)
    await register(person)
    await addTotp(server, person)
    const mfaToken = await beginSignIn(server, person)
    const { challengeId, options } = await begin(server, 'mfa/passkey/options', { mfaToken })
    expect(options.allowCredentials).toHaveLength(1)
    const response = await browser.get(options)
    const finished = await post(server, 'mfa/passkey/verify', { mfaToken, challengeId, response })
    expect(finished.json.data.user.id).toBe(person.id)
  })

  it('is set up in the middle of a sign-in where a role wants a second factor', async () => {
    const person = await signUp(server)
    await server.request('POST', '/api/v1/admin/roles', {
      token: admin.accessToken,
      body: { name: 'guarded', secondFactor: true },
    })
    const body = { roles: ['guarded'] }
    await server.request('PUT', `/api/v1/admin/users/${person.id}/roles`, { token: admin.accessToken, body })
    const mfaToken = await beginSignIn(server, person)
    const { challengeId, options } = await begin(server, 'passkeys/register/options', { mfaToken })
    const response = await browser.create(options)
    const registered = await post(server, 'passkeys/register', { challengeId, response, mfaToken })
    expect(registered.json.data).toMatchObject({ name: 'Passkey', user: { id: person.id } })
    expect(registered.json.data.recoveryCodes).toHaveLength(10)
    expect((await me(server, registered.json.data.accessToken)).status).toBe(200)
    const challenge = await server.request('POST', '/api/v1/auth/login', { body: { email: person.email, password } })
    expect(challenge.json.data.factors).toEqual(['passkey', 'recovery'])
    const gone = await ask(registered.json.data, 'DELETE', `/${registered.json.data.id}`)
    expect(gone.json.code).toBe('conflict')
  })

  it('steps up', async () => {
    const person = await signUp(server)
    const { id } = (await register(person)).json.data
    await server.database.run({
      text: `update holdfast.sessions set proven_at = now() - interval '1 hour' where user_id = $1`,
      values: [person.id],
    })
    const refused = await ask(person, 'DELETE', `/${id}`)
    expect(refused.json).toMatchObject({ code: 'step_up_required', hint: expect.stringContaining('passkey') })
    const { challengeId, options } = await begin(server, 'step-up/passkey/options', {}, person)
    expect(options.userVerification).toBe('required')
    const response = await browser.get(options)
    expect((await post(server, 'step-up', { challengeId, response }, person)).status).toBe(204)
    expect((await ask(person, 'DELETE', `/${id}`)).status).toBe(204)
  })
})

describe('settings of passkeys', () => {
  it.each([
    [{ rpId: '127.0.0.1' }, 'rpId'],
    [{ rpId: 'https://example.com' }, 'rpId'],
    [{ origins: ['https://app.example.com/'] }, 'origins.0'],
    [{ origins: ['http://app.example.com'] }, 'origins.0'],
    [{ origins: ['https://*.example.com'] }, 'origins.0'],
    [{ origins: ['android:apk-key-hash:short'] }, 'origins.0'],
  ])('are refused: %j', async (body, path) => {
    const { token } = { token: admin.accessToken }
    const refused = await server.request('PATCH', '/api/v1/admin/settings/auth.passkeys', { token, body })
    expect(refused.json).toMatchObject({ code: 'invalid_value', errors: [{ path }] })
  })
})
