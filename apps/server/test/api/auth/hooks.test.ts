import { decodeJwt } from 'jose'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type HookReceiver, outbound, setHooks, startHookReceiver } from './hooks.js'
import { adminEnv, me, newEmail, type Person, password, refresh, signIn, signInAdmin, signUp } from './people.js'

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

afterEach(async () => {
  receiver.answer = () => ({})
  const off = { beforeSignUp: null, beforeToken: null, afterSignIn: null }
  expect((await setHooks(server, admin.accessToken, off)).status).toBe(200)
})

async function set(hook: string, more: object = {}): Promise<void> {
  const { url, secret } = receiver
  const { status, text } = await setHooks(server, admin.accessToken, { [hook]: { url, secret, ...more } })
  expect(status, text).toBe(200)
}

const post = (path: string, body: unknown, token?: string) =>
  server.request('POST', `/api/v1/auth/${path}`, { body, ...(token !== undefined && { token }) })

/** Those that came since, verified as a receiver would. */
function callsSince(count: number) {
  return receiver.received.slice(count).map(({ body, headers }) => {
    new Webhook(receiver.secret).verify(body, headers as Record<string, string>)
    return JSON.parse(body)
  })
}

describe('beforeSignUp', () => {
  it('is asked with what the visitor gave, and lets the account be made', async () => {
    await set('beforeSignUp')
    receiver.answer = () => ({ body: { decision: 'allow' } })
    const before = receiver.received.length
    const email = newEmail()
    expect((await post('signup', { email, password })).status).toBe(201)
    const [call, ...others] = callsSince(before)
    expect(others).toEqual([])
    expect(call).toMatchObject({ type: 'beforeSignUp', data: { method: 'password', email, profile: {} } })
    expect(call.data.address).toMatch(/127\.0\.0\.1/)
    expect(JSON.stringify(receiver.received.slice(before))).not.toContain(password)
  })

  it('keeps visitors out, with its own words', async () => {
    await set('beforeSignUp')
    receiver.answer = () => ({ body: { decision: 'deny', message: 'Only for members' } })
    const email = newEmail()
    const { json } = await post('signup', { email, password })
    expect(json).toMatchObject({ status: 403, code: 'forbidden', detail: 'Only for members' })
    expect((await post('anonymous', {})).status).toBe(403)
    receiver.answer = () => ({ body: { decision: 'allow' } })
    expect((await post('signup', { email, password })).status).toBe(201)
  })

  it('may change the fields that visitors may set', async () => {
    const users = '/api/v1/admin/collections/users'
    const { json } = await server.request('GET', users, { token: admin.accessToken })
    const fields = [...json.data.fields, { name: 'nickname', type: 'text' }]
    const changed = await server.request('PATCH', users, { token: admin.accessToken, body: { fields } })
    expect(changed.status, changed.text).toBe(200)
    await set('beforeSignUp')
    receiver.answer = () => ({ body: { decision: 'allow', profile: { nickname: 'Ada' } } })
    const made = await post('signup', { email: newEmail(), password, nickname: 'ada' })
    expect(made.json.data.user).toMatchObject({ nickname: 'Ada' })
  })

  it('refuses where it gives no answer, or lets in where the settings say so', async () => {
    await set('beforeSignUp', { timeoutMs: 100 })
    receiver.answer = () => undefined
    const refused = await post('signup', { email: newEmail(), password })
    expect(refused.json).toMatchObject({ status: 503, code: 'unavailable' })
    await set('beforeSignUp', { timeoutMs: 100, onError: 'allow' })
    expect((await post('signup', { email: newEmail(), password })).status).toBe(201)
  })
})

describe('beforeToken', () => {
  const claimsOf = (token: string) => decodeJwt(token)

  it('adds claims to each access token, beside ours', async () => {
    const { email, id } = await signUp(server)
    await set('beforeToken')
    receiver.answer = () => ({ body: { claims: { plan: 'pro', 'https://example.com/seats': 3 } } })
    const before = receiver.received.length
    const person = await signIn(server, email)
    const claims = claimsOf(person.accessToken)
    expect(claims).toMatchObject({ sub: id, plan: 'pro', 'https://example.com/seats': 3, roles: [] })
    expect(callsSince(before)).toMatchObject([
      { type: 'beforeToken', data: { userId: id, roles: [], methods: ['pwd'], sessionId: claims['sid'] } },
    ])
    expect((await me(server, person.accessToken)).status).toBe(200)
    receiver.answer = () => ({ body: { claims: { plan: 'free' } } })
    const next = await refresh(server, person.refreshToken)
    expect(claimsOf(next.json.data.accessToken)).toMatchObject({ sub: id, plan: 'free' })
  })

  it('can fail at a refresh without costing the session', async () => {
    const person = await signUp(server)
    await set('beforeToken')
    receiver.answer = () => ({ status: 500 })
    for (let times = 0; times < 3; times++) expect((await refresh(server, person.refreshToken)).status).toBe(503)
    receiver.answer = () => ({ body: { claims: {} } })
    expect((await refresh(server, person.refreshToken)).status).toBe(200)
  })

  it('leaves no session behind that nobody has the tokens of', async () => {
    const { email, id } = await signUp(server)
    await set('beforeToken')
    receiver.answer = () => ({ status: 500 })
    expect((await post('login', { email, password })).json).toMatchObject({ status: 503, code: 'unavailable' })
    const text = 'select count(*)::int from holdfast.sessions where user_id = $1 and revoked_at is null'
    expect((await server.database.run({ text, values: [id] })).rows).toEqual([[1]])
    await set('beforeToken', { onError: 'allow' })
    await signIn(server, email)
  })
})

describe('afterSignIn', () => {
  it('is told of each sign-in, later and surely', async () => {
    const { email, id } = await signUp(server)
    await set('afterSignIn')
    let tries = 0
    receiver.answer = () => ({ status: ++tries === 1 ? 500 : 204, body: '' })
    const before = receiver.received.length
    const person = await signIn(server, email)
    await vi.waitFor(() => expect(tries).toBeGreaterThanOrEqual(2), { timeout: 60_000, interval: 100 })
    const [first, second] = callsSince(before)
    expect(first).toMatchObject({
      type: 'afterSignIn',
      data: { userId: id, methods: ['pwd'], sessionId: decodeJwt(person.accessToken)['sid'] },
    })
    expect(second.data).toEqual(first.data)
    const ids = receiver.received.slice(before, before + 2).map(({ headers }) => headers['webhook-id'])
    expect(ids[0]).toBe(ids[1])
  }, 90_000)
})

describe('the settings of hooks', () => {
  it.each([
    ['a secret that is none', { secret: 'whsec_short' }, 'beforeSignUp.secret'],
    ['no secret', { secret: null }, ''],
    ['a URL that is not for calls', { url: 'file:///etc/passwd' }, 'beforeSignUp.url'],
    ['a long time', { timeoutMs: 5001 }, 'beforeSignUp.timeoutMs'],
  ])('refuse %s', async (_, change, path) => {
    const { url, secret } = receiver
    const { json } = await setHooks(server, admin.accessToken, { beforeSignUp: { url, secret, ...change } })
    expect(json).toMatchObject({ status: 422, code: 'validation_failed' })
    if (path) expect(json.errors[0].path).toBe(path)
  })
})
