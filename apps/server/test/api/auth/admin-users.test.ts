import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, newEmail, type Person, password, signIn, signInAdmin, signUp } from './people.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startServer(adminEnv)
  admin = await signInAdmin(server)
  for (const name of ['editor', 'reader']) await ask('POST', 'roles', { name })
})
afterAll(() => server.stop())

const ask = (method: string, path: string, body?: object, token: string = admin.accessToken) =>
  server.request(method, `/api/v1/admin/${path}`, { token, ...(body && { body }) })
const idsOf = async (query: Record<string, string>) => {
  const answer = await server.request('GET', '/api/v1/admin/users', { token: admin.accessToken, query })
  expect(answer.status, answer.text).toBe(200)
  return answer.json.data.map(({ id }: Person) => id)
}

describe('users for admins', () => {
  it('are found by a part of the address, role, kind and whether they are disabled', async () => {
    const ada = await signUp(server, 'ada.100%@example.com')
    const bob = await signUp(server, 'bob@find.example')
    await ask('PUT', `users/${bob.id}/roles`, { roles: ['editor'] })
    await ask('PATCH', `users/${bob.id}`, { disabled: true })
    expect(await idsOf({ search: 'FIND.example' })).toEqual([bob.id])
    expect(await idsOf({ search: '100%@' })).toEqual([ada.id])
    expect(await idsOf({ search: '%%%' })).toEqual([])
    expect(await idsOf({ search: ada.id })).toEqual([ada.id])
    expect(await idsOf({ role: 'editor' })).toEqual([bob.id])
    expect(await idsOf({ disabled: 'true' })).toEqual([bob.id])
    expect(await idsOf({ disabled: 'false' })).toContain(ada.id)
    expect(await idsOf({ kind: 'service' })).toEqual([])
    expect((await ask('GET', 'users?kind=robot')).json.code).toBe('invalid_query')
    expect((await ask('GET', 'users?page=2')).json.code).toBe('invalid_query')
  })

  it('are described with how they sign in', async () => {
    const person = await signUp(server)
    const { data } = (await ask('GET', `users/${person.id}`)).json
    expect(data).toMatchObject({
      email: person.email,
      emailIsProven: false,
      kind: 'person',
      disabled: false,
      roles: [],
      methods: ['password'],
      sessions: 1,
      phone: null,
    })
    expect(Date.parse(data.lastSignInAt)).toBeGreaterThan(Date.now() - 60_000)
    expect((await ask('GET', `users/${crypto.randomUUID()}`)).status).toBe(404)
  })

  it('are made with a password, roles and a proven address', async () => {
    const email = newEmail()
    const made = await ask('POST', 'users', { email, password, roles: ['editor'], emailIsProven: true, locale: 'de' })
    expect(made.status, made.text).toBe(201)
    expect(made.json.data).toMatchObject({ email, emailIsProven: true, roles: ['editor'], locale: 'de' })
    expect(made.text).not.toContain(password)
    expect((await signIn(server, email)).id).toBe(made.json.data.id)
    expect((await ask('POST', 'users', { email })).json.code).toBe('unique_violation')
    expect((await ask('POST', 'users', { email: 'x' })).status).toBe(422)
    expect((await ask('POST', 'users', { email: newEmail(), roles: ['nothing'] })).status).toBe(422)
    expect((await ask('POST', 'users', { email: newEmail(), password: 'short' })).status).toBe(422)
  })

  it('are disabled, which ends their sessions at once, and enabled again', async () => {
    const person = await signUp(server)
    expect((await ask('PATCH', `users/${person.id}`, { disabled: true })).json.data.disabled).toBe(true)
    expect((await me(server, person.accessToken)).status).toBe(401)
    const login = () => server.request('POST', '/api/v1/auth/login', { body: { email: person.email, password } })
    expect((await login()).json.code).toBe('account_disabled')
    await ask('PATCH', `users/${person.id}`, { disabled: false })
    expect((await login()).status).toBe(200)
  })

  it('get another address, which is not proven', async () => {
    const person = await signUp(server)
    const email = newEmail()
    const changed = await ask('PATCH', `users/${person.id}`, { email: email.toUpperCase() })
    expect(changed.json.data).toMatchObject({ email, emailIsProven: false })
    expect((await signIn(server, email)).id).toBe(person.id)
    expect((await ask('PATCH', `users/${person.id}`, { email: admin.email })).json.code).toBe('unique_violation')
  })

  it('are deleted, with their sessions', async () => {
    const person = await signUp(server)
    expect((await ask('DELETE', `users/${person.id}`)).status).toBe(204)
    expect((await me(server, person.accessToken)).status).toBe(401)
    expect((await ask('DELETE', `users/${person.id}`)).status).toBe(404)
  })

  it('lose their second factors and sessions when an admin says so', async () => {
    const person = await signUp(server)
    await server.database.run({
      text: `insert into holdfast.factors (id, user_id, kind, name, confirmed_at, secret)
        values (gen_random_uuid(), $1, 'totp', 'phone', now(), 'x')`,
      values: [person.id],
    })
    const { data } = (await ask('GET', `users/${person.id}`)).json
    expect(data.methods).toEqual(['password', 'totp'])
    expect((await ask('DELETE', `users/${person.id}/factors`)).status).toBe(204)
    expect((await me(server, person.accessToken)).status).toBe(401)
    expect((await signIn(server, person.email)).id).toBe(person.id)
  })

  it('have sessions that admins see and end', async () => {
    const person = await signUp(server)
    const second = await signIn(server, person.email)
    const { data } = (await ask('GET', `users/${person.id}/sessions`)).json
    expect(data).toHaveLength(2)
    expect(data[0]).toMatchObject({ methods: ['pwd'], current: false, impersonatedBy: null })
    expect((await ask('DELETE', `users/${person.id}/sessions/${data[0].id}`)).status).toBe(204)
    expect((await me(server, second.accessToken)).status).toBe(401)
    expect((await me(server, person.accessToken)).status).toBe(200)
    expect((await ask('DELETE', `users/${admin.id}/sessions/${data[1].id}`)).status).toBe(404)
  })

  it('are nothing for others', async () => {
    const person = await signUp(server)
    for (const [method, path] of [
      ['GET', 'users'],
      ['GET', `users/${person.id}`],
      ['PATCH', `users/${person.id}`],
      ['DELETE', `users/${person.id}`],
      ['POST', 'users'],
      ['POST', 'users/invite'],
      ['GET', 'invites'],
      ['GET', `users/${person.id}/sessions`],
      ['GET', 'api-keys'],
      ['GET', 'service-accounts'],
    ] as const) {
      const answer = await ask(method, path, method === 'GET' ? undefined : {}, person.accessToken)
      expect(answer.status, `${method} ${path}`).toBe(403)
    }
  })
})

describe('the last admin', () => {
  it('stays, and stays able to sign in', async () => {
    for (const [method, path, body] of [
      ['PATCH', `users/${admin.id}`, { disabled: true }],
      ['DELETE', `users/${admin.id}`, undefined],
      ['PUT', `users/${admin.id}/roles`, { roles: [] }],
    ] as const) {
      const answer = await ask(method, path, body)
      expect([answer.status, answer.json.code], path).toEqual([409, 'conflict'])
    }
    const second = await signUp(server)
    await ask('PUT', `users/${second.id}/roles`, { roles: ['admin'] })
    expect((await ask('PATCH', `users/${second.id}`, { disabled: true })).status).toBe(200)
    // One who is disabled runs no server.
    expect((await ask('PUT', `users/${admin.id}/roles`, { roles: [] })).status).toBe(409)
    const robot = (await ask('POST', 'service-accounts', { name: 'robot', roles: ['admin'] })).json.data
    expect((await ask('PUT', `users/${admin.id}/roles`, { roles: [] })).status).toBe(409)
    expect((await ask('DELETE', `service-accounts/${robot.id}`)).status).toBe(204)
  })
})
