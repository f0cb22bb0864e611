import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, type Person, signIn, signInAdmin, signUp, within1Second } from './people.js'

let server: TestServer
let other: TestServer
let admin: Person
beforeAll(async () => {
  server = await startServer({ ...adminEnv, PUBLIC_URL: 'http://holdfast.test' })
  other = await startServer({ DATABASE_URL: server.databaseUrl, PUBLIC_URL: 'http://holdfast.test' })
  admin = await signInAdmin(server)
})
afterAll(async () => {
  await other.stop()
  await server.stop()
})

const asAdmin = (method: string, path: string, body?: unknown) =>
  server.request(method, `/api/v1/admin${path}`, { token: admin.accessToken, body })
const setRoles = (id: string, roles: unknown) => asAdmin('PUT', `/users/${id}/roles`, { roles })

describe('roles', () => {
  it('are made, listed and removed', async () => {
    const made = await asAdmin('POST', '/roles', { name: 'editor', description: 'Publishes posts' })
    expect([made.status, made.json]).toEqual([
      201,
      { data: { name: 'editor', description: 'Publishes posts', secondFactor: false } },
    ])
    expect((await asAdmin('POST', '/roles', { name: 'guest' })).json.data).toEqual({
      name: 'guest',
      description: null,
      secondFactor: false,
    })
    const names = async () => (await asAdmin('GET', '/roles')).json.data.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual(['admin', 'editor', 'guest'])
    expect((await asAdmin('DELETE', '/roles/guest')).status).toBe(204)
    expect(await names()).toEqual(['admin', 'editor'])
    expect((await asAdmin('DELETE', '/roles/guest')).json.code).toBe('not_found')
  })

  it.each([
    [{ name: 'editor' }, 409],
    [{ name: 'admin' }, 409],
    [{ name: 'user' }, 409],
    [{ name: 'Editor' }, 422],
    [{ name: 'a b' }, 422],
    [{ name: ['x'] }, 422],
    [{}, 422],
    [{ name: 'chief', admin: true }, 400],
  ])('cannot be made from %j', async (body, status) => {
    expect((await asAdmin('POST', '/roles', body)).status).toBe(status)
  })

  it('that are built in stay', async () => {
    expect((await asAdmin('DELETE', '/roles/admin')).json).toMatchObject({ status: 409, code: 'conflict' })
  })

  it('are given to users exactly as named', async () => {
    await asAdmin('POST', '/roles', { name: 'writer' })
    const { id } = await signUp(server)
    const given = await setRoles(id, ['writer', 'editor', 'writer'])
    expect(given.json.data).toMatchObject({ id, roles: ['editor', 'writer'] })
    expect((await setRoles(id, ['editor'])).json.data.roles).toEqual(['editor'])
    const { data } = (await asAdmin('GET', '/users')).json
    expect(data.find((user: { id: string }) => user.id === id).roles).toEqual(['editor'])
    expect((await setRoles(id, [])).json.data.roles).toEqual([])
  })

  it.each([
    [['nosuch'], 422],
    [['user'], 422],
    ['admin', 422],
    [[1], 422],
    [{ admin: true }, 422],
    [null, 422],
  ])('cannot be set to %j', async (roles, status) => {
    const { id } = await signUp(server)
    expect((await setRoles(id, roles)).status).toBe(status)
  })

  it('of nobody are not found', async () => {
    expect((await setRoles('01980000-0000-7000-8000-000000000000', [])).json.code).toBe('not_found')
    expect((await setRoles('7', [])).json.code).toBe('invalid_id')
  })
})

describe('a role that is given or taken', () => {
  const users = (node: TestServer, { accessToken }: Person) =>
    node.request('GET', '/api/v1/admin/users', { token: accessToken })

  it('counts on every node within a second, with the token of before', async () => {
    const person = await signUp(server)
    for (const node of [server, other]) expect((await users(node, person)).status).toBe(403)
    await setRoles(person.id, ['admin'])
    for (const node of [server, other]) await within1Second(() => users(node, person), 200)
    await setRoles(person.id, [])
    for (const node of [server, other]) await within1Second(() => users(node, person), 403)
  })

  it('goes with the role itself', async () => {
    await asAdmin('POST', '/roles', { name: 'brief' })
    const { id } = await signUp(server)
    await setRoles(id, ['brief'])
    await asAdmin('DELETE', '/roles/brief')
    const { data } = (await asAdmin('GET', '/users')).json
    expect(data.find((user: { id: string }) => user.id === id).roles).toEqual([])
  })

  it('is in the next access token', async () => {
    const { id, email } = await signUp(server)
    await setRoles(id, ['editor'])
    const { accessToken } = await signIn(server, email)
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString())
    expect(claims.roles).toEqual(['editor'])
  })
})

describe('the last admin', () => {
  it('cannot lose the role', async () => {
    expect((await setRoles(admin.id, ['editor'])).json).toMatchObject({ status: 409, code: 'conflict' })
    expect((await asAdmin('GET', '/users')).status).toBe(200)
  })

  it('cannot be deleted', async () => {
    const path = `/api/v1/collections/users/records/${admin.id}`
    const { status } = await server.request('DELETE', path, { token: admin.accessToken })
    expect(status).toBe(409)
    expect((await me(server, admin.accessToken)).status).toBe(200)
  })

  it('remains when two admins take the role from each other at the same time', async () => {
    const sql = (text: string, values: unknown[]) => server.database.run({ text, values })
    for (let round = 0; round < 5; round += 1) {
      const rival = await signUp(server)
      await setRoles(rival.id, ['admin'])
      const put = (by: Person, of: Person) =>
        server.request('PUT', `/api/v1/admin/users/${of.id}/roles`, { token: by.accessToken, body: { roles: [] } })
      const answers = await Promise.all([put(admin, rival), put(rival, admin)])
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const { rows } = await sql(`select user_id from holdfast.user_roles where role = 'admin'`, [])
      expect(rows).toHaveLength(1)
      await sql(`insert into holdfast.user_roles values ($1, 'admin') on conflict do nothing`, [admin.id])
      await sql(`delete from holdfast.user_roles where role = 'admin' and user_id <> $1`, [admin.id])
      await within1Second(() => asAdmin('GET', '/roles'), 200)
    }
  })
})

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('users, as admins see them', () => {
  it('come in pages, the newest first', async () => {
    const newest = await signUp(server)
    const first = (await asAdmin('GET', '/users?limit=2')).json
    expect(first.data[0]).toEqual({
      id: newest.id,
      email: newest.email,
      emailIsProven: false,
      phone: null,
      name: null,
      kind: 'person',
      disabled: false,
      roles: [],
      createdAt: expect.stringMatching(time),
      lastSignInAt: expect.stringMatching(time),
    })
    const second = (await asAdmin('GET', `/users?limit=1000&cursor=${first.meta.nextCursor}`)).json
    const ids = [...first.data, ...second.data].map(({ id }: { id: string }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain(admin.id)
  })

  it('are signed out everywhere within a second', async () => {
    const person = await signUp(server)
    for (const node of [server, other]) expect((await me(node, person.accessToken)).status).toBe(200)
    expect((await asAdmin('DELETE', `/users/${person.id}/sessions`)).status).toBe(204)
    for (const node of [server, other]) await within1Second(() => me(node, person.accessToken), 401)
    expect((await asAdmin('DELETE', '/users/01980000-0000-7000-8000-000000000000/sessions')).status).toBe(404)
  })

  it('are nobody else’s business', async () => {
    const { accessToken, id } = await signUp(server)
    for (const [method, path] of [
      ['GET', '/users'],
      ['PUT', `/users/${id}/roles`],
      ['DELETE', `/users/${admin.id}/sessions`],
      ['GET', '/roles'],
      ['POST', '/roles'],
      ['DELETE', '/roles/editor'],
    ] as const) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : { roles: ['admin'], name: 'x' }
      const call = (token?: string) => server.request(method, `/api/v1/admin${path}`, { token, body })
      expect((await call(accessToken)).status, path).toBe(403)
      expect((await call()).status, path).toBe(401)
    }
  })
})
