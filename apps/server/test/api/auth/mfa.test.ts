import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type SmtpReceiver, startSmtpReceiver } from '../mail/smtp-receiver.js'
import { Authenticator, addTotp, beginSignIn, verify } from './authenticator.js'
import { TestBrowser } from './browser.js'
import { adminEnv, me, type Person, password, refresh, signInAdmin, signUp, within1Second } from './people.js'

let smtp: SmtpReceiver
let server: TestServer
let admin: Person
beforeAll(async () => {
  smtp = await startSmtpReceiver()
  server = await startServer({ ...adminEnv, SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'app@example.com' })
  admin = await signInAdmin(server)
})
afterAll(async () => {
  await server.stop()
  await smtp.close()
})

const ask = (person: Person, method: string, path: string, body?: unknown) =>
  server.request(method, `/api/v1/auth/mfa${path}`, { token: person.accessToken, body })
const asAdmin = (method: string, path: string, body?: unknown) =>
  server.request(method, `/api/v1/admin${path}`, { token: admin.accessToken, body })
const login = ({ email }: Person) => server.request('POST', '/api/v1/auth/login', { body: { email, password } })
const giveRole = async (person: Person, role: { name: string; secondFactor?: boolean }) => {
  expect((await asAdmin('POST', '/roles', role)).status).toBe(201)
  expect((await asAdmin('PUT', `/users/${person.id}/roles`, { roles: [role.name] })).status).toBe(200)
}

describe('an authenticator app', () => {
  it('is set up by a QR code and a first code, and then asked for', async () => {
    const person = await signUp(server)
    const begun = await ask(person, 'POST', '/totp', { name: 'My phone' })
    const { id, secret, uri, qr } = begun.json.data
    expect(uri).toBe(
      `otpauth://totp/127.0.0.1:${encodeURIComponent(person.email)}?secret=${secret}&issuer=127.0.0.1&algorithm=SHA1&digits=6&period=30`,
    )
    expect(Buffer.from(qr.replace('data:image/svg+xml;base64,', ''), 'base64').toString()).toMatch(/^<svg .*<\/svg>/s)
    expect(begun.headers.get('cache-control')).toBe('no-store')
    expect((await login(person)).json.data.accessToken).toBeDefined()

    const app = new Authenticator(server, person.id, secret)
    expect((await ask(person, 'POST', '/totp/confirm', { code: app.wrongCode() })).json.code).toBe('invalid_secret')
    const confirmed = await ask(person, 'POST', '/totp/confirm', { code: app.code() })
    expect(confirmed.json.data.recoveryCodes).toHaveLength(10)
    expect((await ask(person, 'GET', '')).json.data).toEqual({
      factors: [{ id, kind: 'totp', name: 'My phone', createdAt: expect.any(String), lastUsedAt: null }],
      recoveryCodesLeft: 10,
      required: false,
    })

    const challenge = await login(person)
    expect(challenge.json.data).toEqual({ mfaToken: expect.stringMatching(/^hfo_/), factors: ['totp', 'recovery'] })
    const finished = await verify(server, challenge.json.data.mfaToken, await app.freshCode())
    expect(finished.json.data.user.id).toBe(person.id)
    expect((await me(server, finished.json.data.accessToken)).status).toBe(200)
    expect((await refresh(server, finished.json.data.refreshToken)).status).toBe(200)
  })

  it('is told by mail', async () => {
    const person = await signUp(server)
    await addTotp(server, person)
    const mailsToPerson = () => smtp.mails.filter(({ to }) => to.includes(person.email)).map(({ raw }) => raw)
    await expect.poll(() => mailsToPerson().join('\n'), { timeout: 30_000 }).toContain('authenticator app was added')
  })

  it('can be replaced: there may be two, not three, and the first goes', async () => {
    const person = await signUp(server)
    const first = await addTotp(server, person)
    const second = await addTotp(server, person)
    expect(second.recoveryCodes).toEqual([])
    expect((await ask(person, 'POST', '/totp', {})).json.code).toBe('conflict')
    expect((await ask(person, 'DELETE', `/${first.id}`)).status).toBe(204)
    expect((await verify(server, await beginSignIn(server, person), await first.app.freshCode())).status).toBe(401)
    expect((await verify(server, await beginSignIn(server, person), await second.app.freshCode())).status).toBe(200)
  })

  it('is asked for no more once it is removed, and its recovery codes are void', async () => {
    const person = await signUp(server)
    const { id, recoveryCodes } = await addTotp(server, person)
    const mfaToken = await beginSignIn(server, person)
    expect((await ask(person, 'DELETE', `/${id}`)).status).toBe(204)
    expect((await ask(person, 'DELETE', `/${id}`)).json.code).toBe('not_found')
    expect((await login(person)).json.data.accessToken).toBeDefined()
    expect((await verify(server, mfaToken, recoveryCodes[0]!)).json.code).toBe('invalid_secret')
    expect((await ask(person, 'GET', '')).json.data).toMatchObject({ factors: [], recoveryCodesLeft: 0 })
  })

  it('shows the name that admins chose', async () => {
    await asAdmin('PATCH', '/settings/auth.mfa', { issuer: 'My app' })
    const person = await signUp(server)
    expect((await ask(person, 'POST', '/totp', {})).json.data.uri).toContain('otpauth://totp/My%20app:')
    await asAdmin('PATCH', '/settings/auth.mfa', { issuer: null })
  })
})

describe('recovery codes', () => {
  it('sign in once each, however they are typed', async () => {
    const person = await signUp(server)
    const { recoveryCodes } = await addTotp(server, person)
    const typed = recoveryCodes[0]!.toUpperCase().replaceAll('-', ' ')
    expect((await verify(server, await beginSignIn(server, person), typed)).status).toBe(200)
    expect((await verify(server, await beginSignIn(server, person), typed)).json.code).toBe('invalid_secret')
    expect((await ask(person, 'GET', '')).json.data.recoveryCodesLeft).toBe(9)
  })

  it('can be made anew, which voids the old ones', async () => {
    const person = await signUp(server)
    expect((await ask(person, 'POST', '/recovery-codes')).json.code).toBe('conflict')
    const { recoveryCodes } = await addTotp(server, person)
    const renewed = (await ask(person, 'POST', '/recovery-codes')).json.data.recoveryCodes
    expect(renewed).toHaveLength(10)
    expect((await verify(server, await beginSignIn(server, person), recoveryCodes[0]!)).status).toBe(401)
    expect((await verify(server, await beginSignIn(server, person), renewed[0])).status).toBe(200)
  })
})

describe('a role that must have a second factor', () => {
  it('ends sessions without one, and the next sign-in sets one up', async () => {
    const person = await signUp(server)
    await giveRole(person, { name: 'careful', secondFactor: true })
    await within1Second(() => me(server, person.accessToken), 401)
    expect((await refresh(server, person.refreshToken)).json.code).toBe('invalid_refresh_token')

    const { mfaToken, factors } = (await login(person)).json.data
    expect(factors).toEqual([])
    const begun = await server.request('POST', '/api/v1/auth/mfa/totp', { body: { mfaToken } })
    const app = new Authenticator(server, person.id, begun.json.data.secret)
    const body = { mfaToken, code: app.code() }
    const confirmed = await server.request('POST', '/api/v1/auth/mfa/totp/confirm', { body })
    expect(confirmed.json.data).toMatchObject({ recoveryCodes: expect.any(Array), user: { id: person.id } })
    expect((await me(server, confirmed.json.data.accessToken)).status).toBe(200)
    expect((await refresh(server, confirmed.json.data.refreshToken)).status).toBe(200)
    expect((await server.request('POST', '/api/v1/auth/mfa/totp/confirm', { body })).json.code).toBe('invalid_secret')
  })

  it('may become one later: sessions that have proven a second factor go on, others end', async () => {
    const [withFactor, without] = [await signUp(server), await signUp(server)]
    await addTotp(server, withFactor)
    await asAdmin('POST', '/roles', { name: 'later' })
    for (const { id } of [withFactor, without]) await asAdmin('PUT', `/users/${id}/roles`, { roles: ['later'] })
    expect((await me(server, without.accessToken)).status).toBe(200)
    const changed = await asAdmin('PATCH', '/roles/later', { secondFactor: true, description: 'Careful' })
    expect(changed.json.data).toEqual({ name: 'later', description: 'Careful', secondFactor: true })
    expect((await asAdmin('GET', '/roles')).json.data).toContainEqual(changed.json.data)
    await within1Second(() => me(server, without.accessToken), 401)
    expect((await me(server, withFactor.accessToken)).status).toBe(200)
  })

  it('keeps the last factor', async () => {
    const person = await signUp(server)
    const { id } = await addTotp(server, person)
    await giveRole(person, { name: 'kept', secondFactor: true })
    expect((await ask(person, 'DELETE', `/${id}`)).json.code).toBe('conflict')
    expect((await ask(person, 'GET', '')).json.data).toMatchObject({
      factors: [{ id }],
      required: true,
      recoveryCodesLeft: 10,
    })
    await addTotp(server, person)
    expect((await ask(person, 'DELETE', `/${id}`)).status).toBe(204)
  })

  it('is not changed by who is no admin, nor made of nothing', async () => {
    const person = await signUp(server)
    const body = { secondFactor: true }
    const asUser = await server.request('PATCH', '/api/v1/admin/roles/later', { token: person.accessToken, body })
    expect(asUser.status).toBe(403)
    expect((await asAdmin('PATCH', '/roles/nothing', body)).status).toBe(404)
    expect((await asAdmin('PATCH', '/roles/later', { secondFactor: 'yes' })).status).toBe(422)
  })
})

describe('a step-up', () => {
  it('is asked for before factors change, and proven by the second factor where there is one', async () => {
    const person = await signUp(server)
    const { app, id, recoveryCodes } = await addTotp(server, person)
    await server.database.run({
      text: `update holdfast.sessions set proven_at = now() - interval '1 hour', second_factor_at = now() - interval '1 hour' where user_id = $1`,
      values: [person.id],
    })
    for (const [method, path] of [
      ['POST', '/totp'],
      ['POST', '/recovery-codes'],
      ['DELETE', `/${id}`],
    ] as const) {
      const refused = await ask(person, method, path, method === 'POST' ? {} : undefined)
      expect(refused.json).toMatchObject({
        status: 403,
        code: 'step_up_required',
        hint: expect.stringContaining('code'),
      })
    }
    const stepUp = (body: unknown) =>
      server.request('POST', '/api/v1/auth/step-up', { token: person.accessToken, body })
    expect((await stepUp({ password })).json.code).toBe('step_up_required')
    expect((await stepUp({ code: app.wrongCode() })).json.code).toBe('invalid_secret')
    const code = await app.freshCode()
    expect((await stepUp({ code })).status).toBe(204)
    expect((await stepUp({ code })).json.code).toBe('invalid_secret')
    expect((await stepUp({ code: recoveryCodes[0] })).status).toBe(204)
    expect((await ask(person, 'DELETE', `/${id}`)).status).toBe(204)
  })
})

describe('a browser that keeps its session in cookies', () => {
  it('gets them once the second factor is proven, and steps up with them', async () => {
    const person = await signUp(server)
    const { app, recoveryCodes } = await addTotp(server, person)
    const browser = new TestBrowser(server)
    const challenge = await browser.enter('/api/v1/auth/login', { email: person.email, password })
    expect([browser.cookies.size, Object.keys(challenge.json.data)]).toEqual([0, ['mfaToken', 'factors']])
    const { mfaToken } = challenge.json.data
    const entered = await browser.enter('/api/v1/auth/mfa/verify', { mfaToken, code: await app.freshCode() })
    expect(Object.keys(entered.json.data).sort()).toEqual(['csrfToken', 'expiresIn', 'user'])
    expect((await browser.request('GET', '/api/v1/auth/me')).json.data.id).toBe(person.id)
    const stepUp = { code: recoveryCodes[0] }
    expect((await browser.request('POST', '/api/v1/auth/step-up', { body: stepUp })).status).toBe(204)
  })
})

describe('a session that signs in anew', () => {
  it('keeps its second factor when the password changes', async () => {
    const person = await signUp(server)
    await addTotp(server, person)
    const body = { current: password, password: 'another correct horse' }
    const changed = await server.request('POST', '/api/v1/auth/password/change', { token: person.accessToken, body })
    expect(changed.json.data.accessToken, changed.text).toBeDefined()
    const anew = await server.request('POST', '/api/v1/auth/login', {
      body: { email: person.email, password: body.password },
    })
    expect(anew.json.data.factors).toEqual(['totp', 'recovery'])
  })
})
