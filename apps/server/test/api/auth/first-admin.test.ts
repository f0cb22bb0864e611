import { describe, expect, it } from 'vitest'
import { StartupNotices } from '../../../src/platform/http/index.js'
import { createTestDatabase, startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, newEmail, password, signIn, signInAdmin, signUp } from './people.js'

const notices = (server: TestServer): string => server.app.get(StartupNotices).list().join('\n')
const setupTokenOf = (server: TestServer): string => /\/setup#token=(\S+)/.exec(notices(server))![1]!
const setUp = (server: TestServer, token: string, email = newEmail()) =>
  server.request('POST', '/api/v1/admin/setup', { body: { token, email, password } })
const isAdmin = async (server: TestServer, token: string) =>
  (await server.request('GET', '/api/v1/admin/roles', { token })).status === 200

describe('the first admin', () => {
  it('comes from the environment', async () => {
    const server = await startServer(adminEnv)
    expect(notices(server)).toContain(adminEnv.ADMIN_EMAIL)
    expect(notices(server)).not.toContain(adminEnv.ADMIN_PASSWORD)
    expect(notices(server)).not.toContain('/setup')
    expect(await isAdmin(server, (await signInAdmin(server)).accessToken)).toBe(true)
    await server.stop()
  })

  it('is made once: a later start changes nothing', async () => {
    const database = await createTestDatabase()
    const first = await startServer({ ...adminEnv, DATABASE_URL: database.url })
    await first.stop()
    const second = await startServer({
      DATABASE_URL: database.url,
      ADMIN_EMAIL: 'other@example.com',
      ADMIN_PASSWORD: 'another password',
    })
    await signInAdmin(second)
    const login = await second.request('POST', '/api/v1/auth/login', {
      body: { email: 'other@example.com', password: 'another password' },
    })
    expect(login.status).toBe(401)
    expect(notices(second)).not.toContain('/setup')
    await second.stop()
    await database.drop()
  })

  it('is one when two nodes start together', async () => {
    const database = await createTestDatabase()
    const env = { ...adminEnv, DATABASE_URL: database.url, PUBLIC_URL: 'http://holdfast.test' }
    const nodes = await Promise.all([startServer(env), startServer(env)])
    const { accessToken } = await signInAdmin(nodes[0]!)
    for (const node of nodes) expect(await isAdmin(node, accessToken)).toBe(true)
    const users = await nodes[1]!.request('GET', '/api/v1/admin/users', { token: accessToken })
    expect(users.json.data).toHaveLength(1)
    await Promise.all(nodes.map((node) => node.stop()))
    await database.drop()
  })

  it.each([
    [{ ADMIN_EMAIL: 'nobody', ADMIN_PASSWORD: 'long enough' }, /^ADMIN_EMAIL: /],
    [{ ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'short' }, /^ADMIN_PASSWORD: .*at least 8/],
  ])('cannot be %j', async (env, message) => {
    await expect(startServer(env)).rejects.toThrow(message)
  })

  it('takes over the account that its e-mail has', async () => {
    const database = await createTestDatabase()
    const first = await startServer({ DATABASE_URL: database.url, PUBLIC_URL: 'http://holdfast.test' })
    const squatter = await signUp(first, adminEnv.ADMIN_EMAIL)
    await first.stop()
    const second = await startServer({ ...adminEnv, DATABASE_URL: database.url, PUBLIC_URL: 'http://holdfast.test' })
    expect((await signInAdmin(second)).id).toBe(squatter.id)
    expect((await me(second, squatter.accessToken)).status).toBe(401)
    await second.stop()
    await database.drop()
  })
})

describe('the set-up link', () => {
  it('makes the first admin once', async () => {
    const server = await startServer()
    const token = setupTokenOf(server)
    const email = newEmail()
    const { status, json } = await setUp(server, token, email)
    expect(status).toBe(201)
    expect(json.data.user).toMatchObject({ email })
    expect(await isAdmin(server, json.data.accessToken)).toBe(true)
    expect(await isAdmin(server, (await signIn(server, email)).accessToken)).toBe(true)
    expect((await setUp(server, token)).json).toMatchObject({ status: 401, code: 'unauthenticated' })
    await server.stop()
  })

  it('is asked for by anybody, and nothing more is told than whether it is', async () => {
    const server = await startServer()
    const state = async () => (await server.request('GET', '/api/v1/admin/setup')).json
    expect(await state()).toEqual({ data: { ready: false } })
    await setUp(server, setupTokenOf(server))
    expect(await state()).toEqual({ data: { ready: true } })
    await server.stop()
  })

  it('makes one admin when it is sent many times at once', async () => {
    const server = await startServer()
    const token = setupTokenOf(server)
    const answers = await Promise.all(Array.from({ length: 10 }, () => setUp(server, token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...new Array(9).fill(401)])
    await server.stop()
  })

  it('is a new one at each start; those of before stay good until one is used', async () => {
    const database = await createTestDatabase()
    const first = await startServer({ DATABASE_URL: database.url })
    const token = setupTokenOf(first)
    await first.stop()
    const second = await startServer({ DATABASE_URL: database.url })
    const newer = setupTokenOf(second)
    expect(newer).not.toBe(token)
    expect((await setUp(second, token)).status).toBe(201)
    expect((await setUp(second, newer)).status).toBe(401)
    await second.stop()
    await database.drop()
  })

  it('survives a mistake in the form', async () => {
    const server = await startServer()
    const token = setupTokenOf(server)
    const body = { token, email: 'nobody', password }
    expect((await server.request('POST', '/api/v1/admin/setup', { body })).status).toBe(422)
    const short = { token, email: newEmail(), password: 'short' }
    expect((await server.request('POST', '/api/v1/admin/setup', { body: short })).status).toBe(422)
    expect((await setUp(server, token)).status).toBe(201)
    await server.stop()
  })

  it('expires, is stored as a hash, and cannot be guessed', async () => {
    const server = await startServer()
    const token = setupTokenOf(server)
    const { rows } = await server.database.run({ text: 'select t::text from holdfast.setup_tokens t', values: [] })
    expect(String(rows)).not.toContain(token.slice(4))
    for (const guess of ['', 'x', `${token}x`, token.toUpperCase()])
      expect((await setUp(server, guess)).status).toBeOneOf([401, 422])
    await server.database.run({ text: 'update holdfast.setup_tokens set expires_at = now()', values: [] })
    expect((await setUp(server, token)).status).toBe(401)
    await server.stop()
  })
})
