import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { define } from '../../support/personas.js'
import { adminEnv, me, type Person, signInAdmin, signUp } from './people.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startServer(adminEnv)
  admin = await signInAdmin(server)
  const token = admin.accessToken
  await server.request('POST', '/api/v1/admin/roles', { token, body: { name: 'editor' } })
  await define(server, { token, id: admin.id }, [
    {
      name: 'posts',
      fields: [{ name: 'title', type: 'text' }],
      rules: [
        { role: 'editor', action: ['read', 'create', 'update', 'delete'] },
        { role: 'user', action: 'read' },
      ],
    },
    {
      name: 'notes',
      fields: [{ name: 'text', type: 'text' }],
      rules: [{ role: 'editor', action: ['read', 'create'] }],
    },
  ])
})
afterAll(() => server.stop())

const makeKey = async (body: Record<string, unknown>) => {
  const answer = await server.request('POST', '/api/v1/admin/api-keys', {
    token: admin.accessToken,
    body: { name: 'test', ...body },
  })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data
}
const posts = '/api/v1/collections/posts/records'
const create = (token: string, title = 'one') => server.request('POST', posts, { token, body: { title } })

describe('an API key', () => {
  it('is shown once, and stored as a hash', async () => {
    const made = await makeKey({ roles: ['editor'] })
    expect(made).toMatchObject({ kind: 'secret', roles: ['editor'], user: null, createdBy: admin.id, lastUsedAt: null })
    expect(made.key).toMatch(/^sk_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}$/)
    expect(made.key.startsWith(`${made.start}_`)).toBe(true)
    const shown = await server.request('GET', `/api/v1/admin/api-keys/${made.id}`, { token: admin.accessToken })
    expect(shown.json.data).not.toHaveProperty('key')
    const secret = made.key.split('_')[2]
    const list = await server.request('GET', '/api/v1/admin/api-keys', { token: admin.accessToken })
    expect(list.text).not.toContain(secret)
    expect(list.json.data.map(({ id }: { id: string }) => id)).toContain(made.id)
    const { rows } = await server.database.run({ text: 'select k::text from holdfast.api_keys k', values: [] })
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  it('acts by its roles, as nobody, in either header', async () => {
    const { key } = await makeKey({ roles: ['editor'] })
    const made = await create(key)
    expect(made.status, made.text).toBe(201)
    expect(made.json.data.createdBy).toBeNull()
    expect((await server.request('GET', posts, { headers: { 'x-api-key': key } })).status).toBe(200)
    expect((await server.request('GET', posts)).status).toBe(401)
    expect((await me(server, key)).status).toBe(403)
  })

  it('runs the server where it is an admin, routes that ask who calls among them', async () => {
    const { key } = await makeKey({ roles: ['admin'] })
    await create(key)
    for (const path of ['users', 'api-keys', 'webhooks', 'webhooks/sample?event=posts.created', 'settings'])
      expect((await server.request('GET', `/api/v1/admin/${path}`, { token: key })).status, path).toBe(200)
  })

  it('has nothing of the role user', async () => {
    const { key } = await makeKey({ roles: [] })
    expect((await server.request('GET', posts, { token: key })).status).toBe(403)
  })

  it('pages through lists and repeats writes as its own', async () => {
    const one = (await makeKey({ roles: ['editor'] })).key
    const other = (await makeKey({ roles: ['editor'] })).key
    for (let n = 0; n < 3; n += 1) await create(one)
    const { meta } = (await server.request('GET', posts, { token: one, query: { limit: '1' } })).json
    const next = (token: string) =>
      server.request('GET', posts, { token, query: { limit: '1', cursor: meta.nextCursor } })
    expect((await next(one)).status).toBe(200)
    expect((await next(other)).json.code).toBe('invalid_cursor')
    const headers = { 'idempotency-key': 'again' }
    const send = (token: string) => server.request('POST', posts, { token, headers, body: { title: 'x' } })
    const first = await send(one)
    expect((await send(one)).json.data.id).toBe(first.json.data.id)
    expect((await send(other)).json.data.id).not.toBe(first.json.data.id)
  })

  it('changes while it is used: name, roles, limits', async () => {
    const { id, key } = await makeKey({ roles: ['editor'] })
    const change = (body: object) =>
      server.request('PATCH', `/api/v1/admin/api-keys/${id}`, { token: admin.accessToken, body })
    expect((await create(key)).status).toBe(201)
    expect((await change({ name: 'Reader', actions: ['read'], collections: ['posts'] })).json.data).toMatchObject({
      name: 'Reader',
      actions: ['read'],
      collections: ['posts'],
      roles: ['editor'],
    })
    expect((await create(key)).status).toBe(403)
    expect((await server.request('GET', posts, { token: key })).status).toBe(200)
    expect((await change({ collections: ['notes'] })).status).toBe(200)
    expect((await server.request('GET', posts, { token: key })).status).toBe(403)
    expect((await change({ collections: null, actions: null })).status).toBe(200)
    expect((await create(key)).status).toBe(201)
    expect((await change({ roles: [] })).status).toBe(200)
    expect((await create(key)).status).toBe(403)
  })

  it('rotates, the old secret good for a while where that is asked for', async () => {
    const { id, key } = await makeKey({ roles: ['editor'] })
    const rotate = async (overlapSeconds?: number) => {
      const body = overlapSeconds === undefined ? {} : { overlapSeconds }
      const path = `/api/v1/admin/api-keys/${id}/rotate`
      return (await server.request('POST', path, { token: admin.accessToken, body })).json.data
    }
    const second = await rotate(600)
    expect(second.start).toBe(key.slice(0, 25))
    expect(Date.parse(second.previousUntil)).toBeGreaterThan(Date.now())
    for (const good of [key, second.key]) expect((await create(good)).status).toBe(201)
    const third = await rotate()
    expect(third.previousUntil).toBeNull()
    for (const old of [key, second.key]) expect((await create(old)).status).toBe(401)
    expect((await create(third.key)).status).toBe(201)
  })

  it('notes when it was last used, after the request', async () => {
    const { id, key } = await makeKey({ roles: ['editor'] })
    await create(key)
    await expect
      .poll(
        async () =>
          (await server.request('GET', `/api/v1/admin/api-keys/${id}`, { token: admin.accessToken })).json.data
            .lastUsedAt,
        { timeout: 10_000 },
      )
      .not.toBeNull()
  })

  it('is explained: what it may do, and what its limits keep from it', async () => {
    const { id, key } = await makeKey({ roles: ['editor'], collections: ['posts'], actions: ['read'] })
    const record = (await create((await makeKey({ roles: ['editor'] })).key)).json.data
    const explain = async (body: object) => {
      const answer = await server.request('POST', '/api/v1/permissions/explain', {
        token: admin.accessToken,
        body: { as: { apiKey: id }, collection: 'posts', id: record.id, ...body },
      })
      expect(answer.status, answer.text).toBe(200)
      return answer.json.data ?? answer.json
    }
    expect(await explain({ action: 'read' })).toMatchObject({ allowed: true, rule: { role: 'editor' } })
    expect(await explain({ action: 'delete' })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('is limited'),
    })
    expect((await server.request('DELETE', `${posts}/${record.id}`, { token: key })).status).toBe(403)
  })

  it('is refused when what is asked for makes no sense', async () => {
    const tell = async (body: object) => {
      const answer = await server.request('POST', '/api/v1/admin/api-keys', {
        token: admin.accessToken,
        body: { name: 'x', ...body },
      })
      return [answer.status, answer.json.errors?.[0]?.path]
    }
    expect(await tell({ roles: ['nobody'] })).toEqual([422, 'roles.0'])
    expect(await tell({ collections: ['nothing'] })).toEqual([400, 'collections.0'])
    expect(await tell({ addresses: ['10.0.0.1', '10.0.0.0/33'] })).toEqual([400, 'addresses.1'])
    expect(await tell({ origins: ['https://a.example/path'] })).toEqual([400, 'origins.0'])
    expect(await tell({ expiresAt: '2020-01-01T00:00:00Z' })).toEqual([400, 'expiresAt'])
    expect(await tell({ kind: 'publishable', roles: ['admin'] })).toEqual([400, 'roles'])
    expect(await tell({ user: admin.id, roles: ['editor'] })).toEqual([400, 'roles'])
    expect((await tell({ actions: ['fly'] }))[0]).toBe(422)
    expect((await tell({ secret: 'sk_mine' }))[0]).toBe(400)
  })
})

describe('a publishable key', () => {
  it('acts as public with its roles, from its origins only', async () => {
    const { key } = await makeKey({ kind: 'publishable', roles: ['editor'], origins: ['https://app.example.com'] })
    expect(key).toMatch(/^pk_/)
    const list = (origin?: string) =>
      server.request('GET', posts, { headers: { 'x-api-key': key, ...(origin && { origin }) } })
    expect((await list('https://app.example.com')).status).toBe(200)
    for (const origin of [undefined, 'https://app.example.com.evil.test', 'http://app.example.com', 'null'])
      expect((await list(origin)).status, origin).toBe(403)
  })

  it('goes with the token of a user, who counts', async () => {
    const person = await signUp(server)
    const { key } = await makeKey({ kind: 'publishable', roles: ['editor'] })
    const headers = { 'x-api-key': key }
    const asUser = await server.request('GET', '/api/v1/auth/me', { token: person.accessToken, headers })
    expect(asUser.json.data.id).toBe(person.id)
    const write = { token: person.accessToken, headers, body: { title: 'x' } }
    expect((await server.request('POST', posts, write)).status).toBe(403)
    const bad = { 'x-api-key': `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}` }
    expect((await server.request('GET', '/api/v1/auth/me', { token: person.accessToken, headers: bad })).status).toBe(
      401,
    )
  })

  it('cannot repeat a write by a key that others could guess', async () => {
    const { key } = await makeKey({ kind: 'publishable', roles: ['editor'] })
    const headers = { 'idempotency-key': 'guess' }
    expect((await server.request('POST', posts, { token: key, headers, body: { title: 'x' } })).status).toBe(400)
  })
})
