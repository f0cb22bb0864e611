import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, newEmail, password, signIn, signInAdmin, signUp } from './people.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer(adminEnv)
})
afterAll(() => server.stop())

describe('signing up', () => {
  it('answers with tokens and the user as the user may read it', async () => {
    const email = newEmail()
    const { status, json, headers } = await server.request('POST', '/api/v1/auth/signup', { body: { email, password } })
    expect(status).toBe(201)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('cache-control')).toContain('no-store')
    expect(Object.keys(json.data).sort()).toEqual(['accessToken', 'expiresIn', 'refreshToken', 'user'])
    expect(json.data.expiresIn).toBe(900)
    expect(json.data.user).toMatchObject({ email, version: 1 })
    expect((await me(server, json.data.accessToken)).json).toEqual({ data: json.data.user })
  })

  it('makes an access token with the documented claims, which the published keys verify', async () => {
    const { accessToken, id } = await signUp(server)
    const claims = decodeJwt(accessToken)
    expect(claims).toMatchObject({ sub: id, roles: [], iss: server.config.publicUrl, aud: 'holdfast' })
    expect(claims.exp! - claims.iat!).toBe(900)
    expect(claims['sid']).toMatch(/^[\da-f-]{36}$/)
    const { kid, ...header } = decodeProtectedHeader(accessToken)
    expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt' })
    const { json } = await server.request('GET', '/.well-known/jwks.json')
    const key = json.keys.find((each: { kid: string }) => each.kid === kid)
    expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' })
    expect(key).not.toHaveProperty('d')
  })

  it('knows one account under every spelling of its e-mail', async () => {
    const email = newEmail()
    await signUp(server, email.toUpperCase())
    const again = await server.request('POST', '/api/v1/auth/signup', { body: { email, password } })
    expect(again.json).toMatchObject({ status: 409, code: 'unique_violation', errors: [{ path: 'email' }] })
    expect((await signIn(server, ` ${email.replace('person', 'ＰＥＲＳＯＮ')} `)).email).toBe(email)
  })

  it('leaves nothing behind when it fails', async () => {
    const count = async () =>
      (await server.database.run({ text: 'select count(*) from holdfast.credentials', values: [] })).rows
    const email = newEmail()
    await signUp(server, email)
    const before = await count()
    await server.request('POST', '/api/v1/auth/signup', { body: { email, password: 'another password' } })
    expect(await count()).toEqual(before)
    await signIn(server, email)
  })

  it.each([
    [{ email: 'ada@example.com' }, 'password', 'required'],
    [{ password }, 'email', 'required'],
    [{ email: 'nobody', password }, 'email', 'invalid_email'],
    [{ email: 'a@b', password }, 'email', 'invalid_email'],
    [{ email: 'ada@example.com', password: 'short' }, 'password', 'too_short'],
    [{ email: 'ada@example.com', password: 'x'.repeat(257) }, 'password', 'too_long'],
  ])('refuses %j', async (body, path, code) => {
    const { json } = await server.request('POST', '/api/v1/auth/signup', { body })
    expect(json).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ path, code }] })
  })

  it('takes the profile fields that users may change, and no others', async () => {
    const { accessToken } = await signInAdmin(server)
    const { json } = await server.request('GET', '/api/v1/admin/collections/users', { token: accessToken })
    const own = { role: 'user', conditions: { id: '$user.id' } }
    const changed = await server.request('PATCH', '/api/v1/admin/collections/users', {
      token: accessToken,
      body: {
        fields: [
          ...json.data.fields,
          { name: 'nickname', type: 'text' },
          { name: 'credit', type: 'integer', default: 0 },
        ],
        rules: [
          { ...own, action: 'read' },
          { ...own, action: 'update', fields: ['nickname'] },
        ],
      },
    })
    expect(changed.status, changed.text).toBe(200)
    const account = { email: newEmail(), password }
    for (const name of ['credit', 'role', 'roles', 'id', 'createdAt', 'createdBy', 'version', 'verified', 'tokenKey']) {
      const refused = await server.request('POST', '/api/v1/auth/signup', { body: { ...account, [name]: 1 } })
      expect(refused.json).toMatchObject({ status: 400, code: 'unknown_field', errors: [{ path: name }] })
    }
    const made = await server.request('POST', '/api/v1/auth/signup', { body: { ...account, nickname: 'Ada' } })
    expect(made.json.data.user).toMatchObject({ nickname: 'Ada', credit: 0, createdBy: null })
    const wrong = await server.request('POST', '/api/v1/auth/signup', { body: { ...account, nickname: 7 } })
    expect(wrong.json).toMatchObject({ status: 422, errors: [{ path: 'nickname' }] })
  })

  it('can be closed', async () => {
    const closed = await startServer({ SIGNUP_ENABLED: 'false' })
    const { json } = await closed.request('POST', '/api/v1/auth/signup', { body: { email: newEmail(), password } })
    await closed.stop()
    expect(json).toMatchObject({ status: 403, code: 'forbidden' })
  })
})

describe('signing in', () => {
  it('opens a session for e-mail and password', async () => {
    const { email, id } = await signUp(server)
    const person = await signIn(server, email)
    expect(person.id).toBe(id)
    expect((await me(server, person.accessToken)).json.data).toMatchObject({ id, email })
  })

  it('takes the same password typed in other code points', async () => {
    const email = newEmail()
    await server.request('POST', '/api/v1/auth/signup', { body: { email, password: 'café ｎｏｉｒ' } })
    await signIn(server, email, 'cafe\u0301 noir')
  })

  it('gives everyone their own session when many sign in at once', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => signUp(server)))
    const signedIn = await Promise.all(people.map(({ email }) => signIn(server, email)))
    expect(signedIn.map(({ id }) => id)).toEqual(people.map(({ id }) => id))
  })

  it('finds no account where there is no password', async () => {
    const { accessToken } = await signInAdmin(server)
    const email = newEmail()
    const made = await server.request('POST', '/api/v1/collections/users/records', {
      token: accessToken,
      body: { email },
    })
    expect(made.status, made.text).toBe(201)
    const { json } = await server.request('POST', '/api/v1/auth/login', { body: { email, password } })
    expect(json).toMatchObject({ status: 401, code: 'invalid_credentials' })
  })
})

describe('signing out', () => {
  it('ends the session of the access token at once', async () => {
    const { accessToken, refreshToken, email } = await signUp(server)
    const other = await signIn(server, email)
    expect((await me(server, accessToken)).status).toBe(200)
    const { status, text } = await server.request('POST', '/api/v1/auth/logout', { token: accessToken })
    expect([status, text]).toEqual([204, ''])
    expect((await me(server, accessToken)).status).toBe(401)
    expect((await server.request('POST', '/api/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401)
    expect((await me(server, other.accessToken)).status).toBe(200)
  })

  it('ends the session of a refresh token, when the access token is gone', async () => {
    const { accessToken, refreshToken } = await signUp(server)
    for (const _ of [1, 2]) {
      const { status } = await server.request('POST', '/api/v1/auth/logout', { body: { refreshToken } })
      expect(status).toBe(204)
    }
    expect((await me(server, accessToken)).status).toBe(401)
  })

  it('needs one of them', async () => {
    const { json } = await server.request('POST', '/api/v1/auth/logout')
    expect(json).toMatchObject({ status: 401, code: 'unauthenticated' })
  })
})

describe('changing the password', () => {
  const change = (token: string, current: string, next: string) =>
    server.request('POST', '/api/v1/auth/password/change', { token, body: { current, password: next } })

  it('ends every token of before and answers with new ones', async () => {
    const first = await signUp(server)
    const second = await signIn(server, first.email)
    const { status, json } = await change(first.accessToken, password, 'a new password')
    expect(status).toBe(200)
    for (const { accessToken, refreshToken } of [first, second]) {
      expect((await me(server, accessToken)).status).toBe(401)
      expect((await server.request('POST', '/api/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401)
    }
    expect((await me(server, json.data.accessToken)).json.data.id).toBe(first.id)
    await signIn(server, first.email, 'a new password')
    const old = await server.request('POST', '/api/v1/auth/login', { body: { email: first.email, password } })
    expect(old.status).toBe(401)
  })

  it('refuses a wrong password and a weak one, and changes nothing', async () => {
    const { accessToken, email } = await signUp(server)
    expect((await change(accessToken, 'wrong password', 'a new password')).json.code).toBe('invalid_credentials')
    expect((await change(accessToken, password, 'short')).json.code).toBe('validation_failed')
    expect((await me(server, accessToken)).status).toBe(200)
    await signIn(server, email)
  })

  it('needs somebody signed in', async () => {
    const body = { current: password, password: 'a new password' }
    const { status, headers } = await server.request('POST', '/api/v1/auth/password/change', { body })
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })
})
