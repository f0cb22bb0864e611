import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { define } from '../../support/personas.js'
import { adminEnv, me, type Person, signInAdmin, signUp } from './people.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startServer(adminEnv)
  admin = await signInAdmin(server)
  await ask('POST', 'roles', { name: 'editor' })
  await define(server, { token: admin.accessToken, id: admin.id }, [
    {
      name: 'posts',
      fields: [{ name: 'title', type: 'text' }],
      rules: [
        { role: 'editor', action: 'create' },
        { role: 'user', action: ['read', 'update'], conditions: { createdBy: '$user.id' } },
      ],
    },
  ])
})
afterAll(() => server.stop())

const ask = (method: string, path: string, body?: object, token: string = admin.accessToken) =>
  server.request(method, `/api/v1/admin/${path}`, { token, ...(body && { body }) })
const posts = '/api/v1/collections/posts/records'

async function makeRobot(roles: string[] = ['editor']) {
  const made = await ask('POST', 'service-accounts', { name: 'Importer', roles })
  expect(made.status, made.text).toBe(201)
  const key = await ask('POST', 'api-keys', { name: 'key', user: made.json.data.id })
  expect(key.status, key.text).toBe(201)
  return { id: made.json.data.id as string, keyId: key.json.data.id as string, key: key.json.data.key as string }
}

describe('a service account', () => {
  it('writes as itself and sees what is its own', async () => {
    const robot = await makeRobot()
    const made = await server.request('POST', posts, { token: robot.key, body: { title: 'x' } })
    expect(made.status, made.text).toBe(201)
    expect(made.json.data.createdBy).toBe(robot.id)
    const other = await makeRobot()
    expect((await server.request('GET', posts, { token: robot.key })).json.data).toHaveLength(1)
    expect((await server.request('GET', posts, { token: other.key })).json.data).toHaveLength(0)
    expect((await me(server, robot.key)).json.data.id).toBe(robot.id)
  })

  it('is listed, changed and deleted, with its keys', async () => {
    const robot = await makeRobot()
    expect((await ask('GET', `service-accounts/${robot.id}`)).json.data).toMatchObject({
      name: 'Importer',
      roles: ['editor'],
      disabled: false,
    })
    const listed = (await ask('GET', 'service-accounts')).json.data
    expect(listed.map(({ id }: { id: string }) => id)).toContain(robot.id)
    const changed = await ask('PATCH', `service-accounts/${robot.id}`, { name: 'Reader', roles: [] })
    expect(changed.json.data).toMatchObject({ name: 'Reader', roles: [] })
    expect((await server.request('POST', posts, { token: robot.key, body: { title: 'x' } })).status).toBe(403)
    expect((await ask('DELETE', `service-accounts/${robot.id}`)).status).toBe(204)
    expect((await server.request('GET', posts, { token: robot.key })).status).toBe(401)
    expect((await ask('GET', `api-keys/${robot.keyId}`)).status).toBe(404)
    const person = await signUp(server)
    expect((await ask('DELETE', `service-accounts/${person.id}`)).status).toBe(404)
  })

  it('stops at once when it is disabled', async () => {
    const robot = await makeRobot()
    expect((await server.request('GET', posts, { token: robot.key })).status).toBe(200)
    await ask('PATCH', `users/${robot.id}`, { disabled: true })
    expect((await server.request('GET', posts, { token: robot.key })).status).toBe(401)
    await ask('PATCH', `users/${robot.id}`, { disabled: false })
    expect((await server.request('GET', posts, { token: robot.key })).status).toBe(200)
  })

  it('never signs in, not even with an address and a password', async () => {
    const robot = await makeRobot()
    const email = 'robot@example.com'
    await ask('PATCH', `users/${robot.id}`, { email })
    const { rows } = await server.database.run({
      text: `insert into holdfast.credentials (user_id, password_hash)
        select $1, password_hash from holdfast.credentials c where c.user_id = $2 returning 1`,
      values: [robot.id, (await signUp(server)).id],
    })
    expect(rows).toHaveLength(1)
    const login = await server.request('POST', '/api/v1/auth/login', {
      body: { email, password: 'correct horse battery' },
    })
    expect([login.status, login.json.code]).toEqual([401, 'invalid_credentials'])
    const acting = await ask('POST', `users/${robot.id}/impersonate`, { reason: 'for a test' })
    expect(acting.status).toBe(403)
  })
})
