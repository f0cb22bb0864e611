import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HookReceiver, outbound, setHooks, startHookReceiver } from '../../api/auth/hooks.js'
import { adminEnv, me, newEmail, type Person, password, signInAdmin, signUp } from '../../api/auth/people.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
let admin: Person
let receiver: HookReceiver
beforeAll(async () => {
  receiver = await startHookReceiver()
  server = await startServer({ ...adminEnv, ...outbound })
  admin = await signInAdmin(server)
})
afterAll(async () => {
  await server.stop()
  receiver.close()
})

const set = async (hooks: object) => {
  const { status, text } = await setHooks(server, admin.accessToken, hooks)
  expect(status, text).toBe(200)
}
const target = () => ({ url: receiver.url, secret: receiver.secret })
const login = (email: string) => server.request('POST', '/api/v1/auth/login', { body: { email, password } })
const signUpWith = (body: object) => server.request('POST', '/api/v1/auth/signup', { body })

describe('A113 a hook cannot say who somebody is', () => {
  it.each([
    [{ sub: 'somebody' }],
    [{ roles: ['admin'] }],
    [{ sid: 'another' }],
    [{ exp: 9_999_999_999 }],
    [{ iss: 'https://evil.example.com' }],
    [{ act: { sub: 'x' } }],
    [{ team: 'x' }],
    [{ ' plan': 1 }],
    [{ plan: 'x'.repeat(2100) }],
    ['{"claims":{"__proto__":{"admin":true}}}'],
    ['[]'],
    ['{"claims":[]}'],
    ['not json'],
    ['x'.repeat(100_000)],
  ])('and %j is no answer', async (claims) => {
    const { email } = await signUp(server)
    await set({ beforeToken: target() })
    receiver.answer = () => ({ body: typeof claims === 'string' ? claims : { claims } })
    const { status, json } = await login(email)
    await set({ beforeToken: null })
    expect(status, JSON.stringify(json)).toBe(503)
  })

  it('nor are its claims rights here', async () => {
    const { email, id } = await signUp(server)
    await set({ beforeToken: target() })
    receiver.answer = () => ({ body: { claims: { isAdmin: true, collections: ['*'] } } })
    const { json } = await login(email)
    await set({ beforeToken: null })
    const token = json.data.accessToken
    expect(decodeJwt(token)).toMatchObject({ sub: id, isAdmin: true })
    expect((await server.request('GET', '/api/v1/admin/users', { token })).status).toBe(403)
    expect((await me(server, token)).json.data.id).toBe(id)
  })
})

describe('A122 a hook gives nobody what visitors may not set', () => {
  it.each([
    [{ email: 'victim@example.com' }],
    [{ id: '01890000-0000-7000-8000-000000000000' }],
    [{ roles: ['admin'] }],
    [{ createdBy: null }],
    ['admin'],
  ])('%j', async (profile) => {
    await set({ beforeSignUp: target() })
    receiver.answer = () => ({ body: { decision: 'allow', profile } })
    const { status } = await signUpWith({ email: newEmail(), password })
    await set({ beforeSignUp: null })
    expect(status).toBe(503)
  })

  it.each([[{ decision: 'maybe' }], [{}], ['allow'], [[{ decision: 'allow' }]]])('and %j is no yes', async (answer) => {
    await set({ beforeSignUp: target() })
    receiver.answer = () => ({ body: typeof answer === 'string' ? `"${answer}"` : answer })
    const { status } = await signUpWith({ email: newEmail(), password })
    await set({ beforeSignUp: null })
    expect(status).toBe(503)
  })
})

describe('A186 A189 where hooks lead', () => {
  it('is not followed further', async () => {
    const other = await startHookReceiver()
    await set({ beforeSignUp: target() })
    receiver.answer = () => ({ status: 307, location: other.url, body: { decision: 'allow' } })
    const { status } = await signUpWith({ email: newEmail(), password })
    await set({ beforeSignUp: null })
    other.close()
    expect(status).toBe(503)
    expect(other.received).toEqual([])
  })

  it('is nowhere inside, unless the server was told so', async () => {
    const plain = await startServer(adminEnv)
    const { accessToken } = await signInAdmin(plain)
    const { json } = await setHooks(plain, accessToken, { beforeSignUp: target() })
    await plain.stop()
    expect(json).toMatchObject({ status: 422, errors: [{ path: 'beforeSignUp.url' }] })
  })
})

describe('A157 A194 the secret of a hook', () => {
  it('is never shown, and must be given again when the hook moves', async () => {
    await set({ beforeSignUp: target() })
    const shown = await server.request('GET', '/api/v1/admin/settings', { token: admin.accessToken })
    expect(shown.text).not.toContain(receiver.secret)
    const moved = await setHooks(server, admin.accessToken, { beforeSignUp: { url: `${receiver.url}/elsewhere` } })
    await set({ beforeSignUp: null })
    expect(moved.json).toMatchObject({ status: 422, errors: [{ path: 'beforeSignUp.secret' }] })
  })
})

describe('A98 a hook tells nobody who has an account', () => {
  it('since it is asked of known addresses too, before they are looked for', async () => {
    const { email } = await signUp(server)
    await set({ beforeSignUp: target() })
    receiver.answer = () => ({ body: { decision: 'deny' } })
    const before = receiver.received.length
    const [known, unknown] = [await signUpWith({ email, password }), await signUpWith({ email: newEmail(), password })]
    await set({ beforeSignUp: null })
    expect(receiver.received.length - before).toBe(2)
    const parts = [known, unknown].map(({ status, json }) => [status, { ...json, requestId: '' }])
    expect(parts[0]).toEqual(parts[1])
  })
})
