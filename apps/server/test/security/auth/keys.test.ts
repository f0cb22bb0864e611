import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseKeyText } from '../../../src/auth/keys/key-text.js'
import {
  adminEnv,
  me,
  newEmail,
  type Person,
  password,
  refresh,
  signIn,
  signInAdmin,
  signUp,
  within1Second,
} from '../../api/auth/people.js'
import { sendRaw, startServer, type TestServer } from '../../support/index.js'
import { define } from '../../support/personas.js'
import { openSocket } from '../../support/realtime.js'
import { type Fixture, startFixture } from '../records/fixture.js'
import { CanaryOracle, forEachOf } from '../records/oracles.js'
import { readingWays, writingWays } from '../records/ways-out.js'

vi.setConfig({ testTimeout: 60_000 })

const env = { ...adminEnv, PUBLIC_URL: 'http://127.0.0.1:4400' }
let one: TestServer
let two: TestServer
let admin: Person
beforeAll(async () => {
  one = await startServer(env)
  two = await startServer({ ...env, DATABASE_URL: one.databaseUrl, TRUSTED_PROXIES: '127.0.0.1' })
  admin = await signInAdmin(one)
  await asAdmin('POST', 'roles', { name: 'editor' })
  await define(one, { token: admin.accessToken, id: admin.id }, [
    {
      name: 'posts',
      fields: [{ name: 'title', type: 'text' }],
      rules: [
        { role: 'editor', action: ['read', 'create', 'update', 'delete'] },
        { role: 'user', action: ['read', 'create'] },
      ],
    },
    {
      name: 'comments',
      fields: [
        { name: 'text', type: 'text' },
        { name: 'post', type: 'relation', collection: 'posts', inverse: 'comments' },
      ],
      rules: [{ role: 'editor', action: ['read', 'create', 'update', 'delete'] }],
    },
  ])
})
afterAll(async () => {
  await two?.stop()
  await one?.stop()
})

const asAdmin = (method: string, path: string, body?: object) =>
  one.request(method, `/api/v1/admin/${path}`, { token: admin.accessToken, ...(body && { body }) })
async function makeKey(body: object): Promise<{ id: string; key: string }> {
  const answer = await asAdmin('POST', 'api-keys', { name: 'test', ...body })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data
}
const posts = '/api/v1/collections/posts/records'
const comments = '/api/v1/collections/comments/records'
const list = (server: TestServer, token: string) => server.request('GET', posts, { token })
const impersonate = (id: string, token: string) =>
  one.request('POST', `/api/v1/admin/users/${id}/impersonate`, { token, body: { reason: 'a test' } })

describe('A145: an invitation', () => {
  const invite = async (email: string, roles: string[] = []) => {
    const answer = await asAdmin('POST', 'users/invite', { email, roles })
    expect(answer.status, answer.text).toBe(201)
    const { id, link } = answer.json.data
    return { id, token: new URL(link).searchParams.get('token')! }
  }
  const accept = (body: object) => one.request('POST', '/api/v1/auth/invite/accept', { body })
  const rolesOf = async (id: string) => (await asAdmin('GET', `users/${id}`)).json.data.roles

  it('is good once, however many accept it at once', async () => {
    const { token } = await invite(newEmail(), ['editor'])
    const answers = await Promise.all(Array.from({ length: 50 }, () => accept({ token })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, json } of answers) if (status !== 200) expect(json.code).toBe('invalid_secret')
  })

  it('gives its address and roles, whatever whoever accepts it says', async () => {
    const { token } = await invite(newEmail(), ['editor'])
    for (const extra of [{ email: admin.email }, { roles: ['admin'] }, { role: 'admin' }, { id: admin.id }])
      expect((await accept({ token, password, ...extra })).json.code, JSON.stringify(extra)).toBe('unknown_field')
    const accepted = await accept({ token, password })
    expect(await rolesOf(accepted.json.data.user.id)).toEqual(['editor'])
  })

  it('takes an account over that a stranger has made with the address', async () => {
    const stranger = await signUp(one)
    const { token } = await invite(stranger.email, ['editor'])
    const accepted = await accept({ token, password: 'the owner chose this' })
    expect(accepted.status, accepted.text).toBe(200)
    expect(accepted.json.data.user.id).toBe(stranger.id)
    expect((await me(one, stranger.accessToken)).status).toBe(401)
    expect((await refresh(one, stranger.refreshToken)).status).toBe(401)
    const login = await one.request('POST', '/api/v1/auth/login', { body: { email: stranger.email, password } })
    expect(login.status).toBe(401)
    expect((await signIn(one, stranger.email, 'the owner chose this')).id).toBe(stranger.id)
  })

  it('is nothing after it was taken back, for another purpose, or altered', async () => {
    const { id, token } = await invite(newEmail())
    const altered = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
    expect((await accept({ token: altered })).json.code).toBe('invalid_secret')
    const reset = await one.request('POST', '/api/v1/auth/password/reset', {
      body: { token, password: 'something long enough' },
    })
    expect(reset.json.code).toBe('invalid_secret')
    await asAdmin('DELETE', `invites/${id}`)
    expect((await accept({ token })).json.code).toBe('invalid_secret')
  })
})

describe('A148: a limited key', () => {
  let fixture: Fixture
  beforeAll(async () => {
    fixture = await startFixture()
  })
  afterAll(() => fixture?.stop())

  const keyOf = async (limits: object): Promise<string> => {
    const body = { name: 'limited', roles: ['admin'], ...limits }
    const answer = await fixture.ask('ADMIN', 'POST', '/api/v1/admin/api-keys', { body })
    expect(answer.status, answer.text).toBe(201)
    return answer.json.data.key
  }

  it('of an admin finds every way out of another collection closed', async () => {
    const token = await keyOf({ collections: ['reports'] })
    const canaries = new CanaryOracle(fixture)
    const ways = ['title', 'secret'].flatMap((name) => [
      ...readingWays(fixture, name, 'canary'),
      ...writingWays(fixture, name, 'canary'),
    ])
    expect(ways.length).toBeGreaterThan(100)
    await forEachOf(ways, async ({ what, method, path, options }) => {
      const answer = await fixture.server.request(method, path, { ...options, token })
      expect(answer.status, `${what}: ${answer.text}`).toBeGreaterThanOrEqual(400)
      expect(answer.status, `${what}: ${answer.text}`).toBeLessThan(500)
      canaries.check('ANON', answer, what)
    })
  })

  it('of an admin that may read finds every way to write closed', async () => {
    const token = await keyOf({ actions: ['read'] })
    const before = await fixture.ask('ADMIN', 'GET', '/api/v1/collections/docs/records?limit=1000')
    await forEachOf(writingWays(fixture, 'title', 'canary'), async ({ method, path, options }) => {
      await fixture.server.request(method, path, { ...options, token })
    })
    const body = { operations: [{ action: 'create', collection: 'docs', data: { title: 'x' } }] }
    expect((await fixture.server.request('POST', '/api/v1/batch', { token, body })).status).toBe(403)
    expect((await fixture.server.request('GET', '/api/v1/collections/docs/records', { token })).status).toBe(200)
    const after = await fixture.ask('ADMIN', 'GET', '/api/v1/collections/docs/records?limit=1000')
    expect(after.json.data).toEqual(before.json.data)
  })

  it('passes no route for admins and none that is for people', async () => {
    const token = await keyOf({ actions: ['read'] })
    const whole = await keyOf({})
    const ask = (method: string, path: string, key: string) =>
      fixture.server.request(method, `/api/v1/${path}`, { token: key, ...(method !== 'GET' && { body: {} }) })
    for (const path of ['admin/users', 'admin/api-keys', 'admin/settings', 'admin/webhooks', 'admin/jobs'])
      expect((await ask('GET', path, token)).status, path).toBe(403)
    expect((await ask('GET', 'admin/users', whole)).status).toBe(200)
    for (const [method, path] of [
      ['POST', 'admin/api-keys'],
      ['POST', `admin/users/${fixture.people.alice.id}/impersonate`],
      ['GET', 'auth/me'],
      ['GET', 'auth/sessions'],
      ['DELETE', 'auth/sessions'],
      ['POST', 'auth/password/change'],
      ['POST', 'auth/mfa/totp'],
      ['POST', 'auth/passkeys/register/options'],
      ['POST', 'auth/step-up'],
    ] as const)
      for (const key of [token, whole])
        expect((await ask(method, path, key)).status, `${method} ${path}`).toBeOneOf([401, 403])
  })

  it('is told nothing of another collection over a socket', async () => {
    const token = await keyOf({ collections: ['reports'] })
    const socket = await openSocket(fixture.server, { token })
    const answer = await socket.ask({ type: 'subscribe', id: 'd', collection: 'docs' })
    expect(answer).toMatchObject({ type: 'error', code: 'forbidden' })
    socket.socket.close()
  })

  it('does not reach beyond by relations, filters or counts', async () => {
    const { key } = await makeKey({ roles: ['editor'], collections: ['comments'] })
    expect((await one.request('GET', comments, { token: key })).status).toBe(200)
    const post = (await one.request('POST', posts, { token: admin.accessToken, body: { title: 'hidden' } })).json.data
    const queries: Record<string, string>[] = [
      { filter: JSON.stringify({ 'post.title': 'hidden' }) },
      { filter: JSON.stringify({ post: { title: 'hidden' } }) },
      { sort: 'post.title' },
    ]
    for (const query of queries)
      expect((await one.request('GET', comments, { token: key, query })).status, JSON.stringify(query)).toBe(400)
    const made = { text: 'points there', post: post.id }
    expect((await one.request('POST', comments, { token: admin.accessToken, body: made })).status).toBe(201)
    const expanded = await one.request('GET', comments, { token: key, query: { expand: 'post' } })
    expect(expanded.text).toContain('points there')
    expect(expanded.text).not.toContain('hidden')
    const point = await one.request('POST', comments, { token: key, body: { text: 'x', post: post.id } })
    expect(point.status, point.text).toBeGreaterThanOrEqual(400)
  })

  it('is no token of a session, and nothing makes one of it', async () => {
    const { key } = await makeKey({ roles: ['admin'] })
    for (const body of [{ refreshToken: key }, { refreshToken: key.replace('sk_', 'hfr_') }])
      expect((await one.request('POST', '/api/v1/auth/refresh', { body })).status).toBe(401)
    await one.request('POST', '/api/v1/auth/logout', { token: key, body: {} })
    expect((await list(one, key)).status).toBe(200)
  })
})

describe('A149: a key that is over', () => {
  /** A key that both nodes have in memory. */
  const knownKey = async (body: object = {}) => {
    const made = await makeKey({ roles: ['editor'], ...body })
    for (const node of [one, two]) expect((await list(node, made.key)).status).toBe(200)
    return made
  }

  it.each([
    ['deleted', 401, (id: string) => asAdmin('DELETE', `api-keys/${id}`)],
    ['rotated', 401, (id: string) => asAdmin('POST', `api-keys/${id}/rotate`, {})],
    ['without its roles', 403, (id: string) => asAdmin('PATCH', `api-keys/${id}`, { roles: [] })],
    ['limited to nothing', 403, (id: string) => asAdmin('PATCH', `api-keys/${id}`, { collections: [] })],
    ['bound to another place', 403, (id: string) => asAdmin('PATCH', `api-keys/${id}`, { addresses: ['203.0.113.7'] })],
  ] as const)('works on no node a second after it is %s', async (_what, status, end) => {
    const { id, key } = await knownKey()
    expect((await end(id)).status).toBeLessThan(300)
    expect((await list(one, key)).status).toBe(status)
    await within1Second(() => list(two, key), status)
  })

  it('works no longer than it says, though memory knows it', async () => {
    const endsAtMs = Date.now() + 4000
    const { key } = await knownKey({ expiresAt: new Date(endsAtMs).toISOString() })
    await new Promise((resolve) => setTimeout(resolve, endsAtMs - Date.now() + 20))
    for (const node of [one, two]) expect((await list(node, key)).status).toBe(401)
  })

  it('works no longer than the overlap of a rotation', async () => {
    const { id, key } = await knownKey()
    const rotated = (await asAdmin('POST', `api-keys/${id}/rotate`, { overlapSeconds: 4 })).json.data
    for (const node of [one, two]) await within1Second(() => list(node, rotated.key), 200)
    await new Promise((resolve) => setTimeout(resolve, Date.parse(rotated.previousUntil) - Date.now() + 50))
    for (const node of [one, two]) expect((await list(node, key)).status).toBe(401)
    for (const node of [one, two]) expect((await list(node, rotated.key)).status).toBe(200)
  })

  it('ends the sockets that were opened with it, on the other node too', async () => {
    for (const end of [
      (id: string) => asAdmin('DELETE', `api-keys/${id}`),
      (id: string) => asAdmin('POST', `api-keys/${id}/rotate`, {}),
      (id: string) => asAdmin('PATCH', `api-keys/${id}`, { addresses: ['203.0.113.7'] }),
    ].slice(0, 1)) {
      const { id, key } = await knownKey()
      const socket = await openSocket(two, { token: key })
      await socket.ask({ type: 'subscribe', id: 'p', collection: 'posts' })
      await socket.until('ready')
      await end(id)
      await socket.untilClosed()
    }
    const moved = await knownKey()
    const socket = await openSocket(two, { token: moved.key })
    await asAdmin('PATCH', `api-keys/${moved.id}`, { addresses: ['203.0.113.7'] })
    await socket.untilClosed()
  })

  it('loses what a role opened when the role is removed', async () => {
    await asAdmin('POST', 'roles', { name: 'fleeting' })
    const { key } = await makeKey({ roles: ['fleeting', 'editor'] })
    expect((await list(two, key)).status).toBe(200)
    await asAdmin('DELETE', 'roles/fleeting')
    expect((await list(two, key)).status).toBe(200)
    const { rows } = await one.database.run({
      text: `select from holdfast.api_key_roles where role = 'fleeting'`,
      values: [],
    })
    expect(rows).toEqual([])
  })
})

describe('A150: what is stored of a key', () => {
  it('is a hash of 256 random bits, found by the public part', async () => {
    const { id, key } = await makeKey({ roles: ['editor'] })
    const parsed = parseKeyText(key)!
    expect(parsed.id).toBe(id)
    const { rows } = await one.database.run({
      text: `select encode(secret_hash, 'hex'), k::text from holdfast.api_keys k where id = $1`,
      values: [id],
    })
    const [hash, row] = rows[0] as [string, string]
    expect(hash).toBe(parsed.hash.toString('hex'))
    expect(row).not.toContain(key.split('_')[2])
    // Neither the hash nor the public part is a key.
    for (const wrong of [hash, key.split('_').slice(0, 2).join('_'), `${key}x`, key.toLowerCase()])
      expect((await list(one, wrong)).status).toBe(401)
  })

  it('tells by the answer nothing of which keys there are', async () => {
    const { key } = await makeKey({ roles: ['editor'] })
    const other = await makeKey({ roles: ['editor'] })
    await asAdmin('DELETE', `api-keys/${other.id}`)
    const [prefix, id] = key.split('_')
    const wrongSecret = `${prefix}_${id}_${other.key.split('_')[2]}`
    const bodies = await Promise.all(
      [wrongSecret, other.key, 'sk_nothing'].map(async (wrong) => {
        const { status, json } = await list(one, wrong)
        return [status, json.code, json.detail]
      }),
    )
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1)
    expect(bodies[0]![0]).toBe(401)
  })

  it('is one key: two headers, or a key beside a token, are none', async () => {
    const { key } = await makeKey({ roles: ['editor'] })
    const raw = await sendRaw(
      one.url,
      `GET ${posts} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nX-API-Key: ${key}\r\nConnection: close\r\n\r\n`,
    )
    expect(raw).toMatch(/^HTTP\/1.1 401/)
    const both = await one.request('GET', posts, { token: admin.accessToken, headers: { 'x-api-key': key } })
    expect(both.status).toBe(401)
  })
})

describe('A152: a key bound to addresses', () => {
  const from = (server: TestServer, token: string, forwarded?: string) =>
    server.request('GET', posts, { token, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } })

  it('is asked where the connection comes from, not what a header says', async () => {
    const { key } = await makeKey({ roles: ['editor'], addresses: ['203.0.113.0/24'] })
    for (const claim of [
      undefined,
      '203.0.113.7',
      '127.0.0.1, 203.0.113.7',
      '203.0.113.7, 127.0.0.1',
      '::ffff:203.0.113.7',
    ])
      expect((await from(one, key, claim)).status, claim).toBe(403)
    const local = await makeKey({ roles: ['editor'], addresses: ['127.0.0.1'] })
    expect((await from(one, local.key, '203.0.113.7')).status).toBe(200)
  })

  it('believes a trusted proxy about the last hop alone', async () => {
    const { key } = await makeKey({ roles: ['editor'], addresses: ['10.0.0.1'] })
    expect((await from(two, key, '10.0.0.1')).status).toBe(200)
    expect((await from(two, key, '::ffff:10.0.0.1')).status).toBe(200)
    for (const claim of ['110.0.0.1', '10.0.0.12', '10.0.0.1, 198.51.100.7', '10.0.0.1.evil.test', '', '10.0.0.1:80'])
      expect((await from(two, key, claim)).status, claim).toBe(403)
  })

  it('is bound on sockets too, also when it is shown later', async () => {
    const { key } = await makeKey({ roles: ['editor'], addresses: ['203.0.113.0/24'] })
    await expect(openSocket(one, { token: key })).rejects.toMatchObject({ status: 403 })
    const socket = await openSocket(one)
    expect(await socket.ask({ type: 'auth', token: key })).toMatchObject({ type: 'error', code: 'forbidden' })
    socket.socket.close()
  })
})

describe('A153: impersonation', () => {
  it('is for admins in person: no user, no key, nobody who acts as somebody', async () => {
    const person = await signUp(one)
    const { key } = await makeKey({ roles: ['admin'] })
    const own = await makeKey({ user: admin.id })
    for (const token of [person.accessToken, key, own.key])
      expect((await impersonate(person.id, token)).status).toBe(403)
    const acting = (await impersonate(person.id, admin.accessToken)).json.data.accessToken
    expect((await impersonate((await signUp(one)).id, acting)).status).toBe(403)
  })

  it('never reaches another admin, not one who becomes one meanwhile either', async () => {
    const other = await signUp(one)
    await asAdmin('PUT', `users/${other.id}/roles`, { roles: ['admin'] })
    expect((await impersonate(other.id, admin.accessToken)).status).toBe(403)
    await asAdmin('PUT', `users/${other.id}/roles`, { roles: [] })
    const { accessToken, refreshToken } = (await impersonate(other.id, admin.accessToken)).json.data
    for (const node of [one, two]) expect((await me(node, accessToken)).status).toBe(200)
    await asAdmin('PUT', `users/${other.id}/roles`, { roles: ['admin'] })
    for (const node of [one, two]) await within1Second(() => me(node, accessToken), 401)
    expect((await refresh(two, refreshToken)).status).toBe(401)
    await asAdmin('PUT', `users/${other.id}/roles`, { roles: [] })
  })

  it.each([
    [
      'signs out',
      async (other: Person) => one.request('POST', '/api/v1/auth/logout', { token: other.accessToken, body: {} }),
    ],
    ['loses the role', async (other: Person) => asAdmin('PUT', `users/${other.id}/roles`, { roles: [] })],
    ['is disabled', async (other: Person) => asAdmin('PATCH', `users/${other.id}`, { disabled: true })],
    ['is deleted', async (other: Person) => asAdmin('DELETE', `users/${other.id}`)],
  ] as const)('ends on every node and socket when the admin %s', async (_what, end) => {
    const other = await signUp(one)
    await asAdmin('PUT', `users/${other.id}/roles`, { roles: ['admin'] })
    const victim = await signUp(one)
    const { accessToken, refreshToken } = (await impersonate(victim.id, other.accessToken)).json.data
    for (const node of [one, two]) expect((await me(node, accessToken)).status).toBe(200)
    const socket = await openSocket(two, { token: accessToken })
    await end(other)
    for (const node of [one, two]) await within1Second(() => me(node, accessToken), 401)
    await socket.untilClosed()
    expect((await refresh(two, refreshToken)).status).toBe(401)
    expect((await me(two, victim.accessToken)).status).toBe(200)
  })

  it('gives nothing lasting: no password, session, factor or key of the user', async () => {
    const victim = await signUp(one)
    const { accessToken } = (await impersonate(victim.id, admin.accessToken)).json.data
    const ask = (method: string, path: string, body?: object) =>
      one.request(method, `/api/v1/auth/${path}`, { token: accessToken, ...(body && { body }) })
    expect((await ask('POST', 'password/change', { current: password, password: 'another long one' })).status).toBe(403)
    expect((await ask('DELETE', 'sessions')).status).toBe(403)
    expect((await ask('POST', 'mfa/totp', {})).status).toBe(403)
    expect((await ask('POST', 'passkeys/register/options', {})).status).toBe(403)
    expect((await ask('POST', 'email/change', { email: newEmail(), password })).status).toBe(403)
    expect((await ask('POST', 'step-up', { password })).status).toBe(403)
    expect((await me(one, victim.accessToken)).status).toBe(200)
  })

  it('is kept with both identities and the reason', async () => {
    const victim = await signUp(one)
    await impersonate(victim.id, admin.accessToken)
    const { rows } = await one.database.run({
      text: 'select admin_id, admin_email, reason from holdfast.impersonations where user_id = $1',
      values: [victim.id],
    })
    expect(rows).toEqual([[admin.id, admin.email, 'a test']])
  })
})

describe('A154: nobody grants more than they have', () => {
  it('not an admin key: neither keys nor the role admin, by any way', async () => {
    const { key } = await makeKey({ roles: ['admin'] })
    const ask = (method: string, path: string, body: object) =>
      one.request(method, `/api/v1/admin/${path}`, { token: key, body })
    const person = await signUp(one)
    for (const [method, path, body] of [
      ['POST', 'api-keys', { name: 'x', roles: ['admin'] }],
      ['PUT', `users/${person.id}/roles`, { roles: ['admin'] }],
      ['POST', 'users', { email: newEmail(), password, roles: ['admin'] }],
      ['POST', 'users/invite', { email: newEmail(), roles: ['admin'] }],
      ['POST', 'service-accounts', { name: 'x', roles: ['admin'] }],
      ['PATCH', `users/${admin.id}`, { email: newEmail() }],
    ] as const)
      expect((await ask(method, path, body)).status, `${method} ${path}`).toBe(403)
    expect((await ask('PUT', `users/${person.id}/roles`, { roles: ['editor'] })).status).toBe(200)
  })

  it('not a user, an editor or a limited key: no route for admins answers them', async () => {
    const editor = await signUp(one)
    await asAdmin('PUT', `users/${editor.id}/roles`, { roles: ['editor'] })
    const { key } = await makeKey({ roles: ['admin'], collections: ['posts'] })
    for (const token of [editor.accessToken, key])
      for (const path of ['users/invite', 'service-accounts', 'api-keys', 'users'])
        expect((await one.request('POST', `/api/v1/admin/${path}`, { token, body: {} })).status, path).toBe(403)
  })

  it('not a key for another person: that is impersonation without its trace', async () => {
    const person = await signUp(one)
    const answer = await asAdmin('POST', 'api-keys', { name: 'x', user: person.id })
    expect(answer.status).toBe(403)
  })

  it('an answer to an invitation has no secret where mail is sent', async () => {
    const mailing = await startServer({
      ...env,
      DATABASE_URL: one.databaseUrl,
      SMTP_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'x@example.com',
    })
    try {
      const answer = await mailing.request('POST', '/api/v1/admin/users/invite', {
        token: (await signInAdmin(mailing)).accessToken,
        body: { email: newEmail() },
      })
      expect(answer.status, answer.text).toBe(201)
      expect(answer.text).not.toMatch(/hfo_|link|password/)
    } finally {
      await mailing.stop()
    }
  })
})
