import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SessionSweep } from '../../../src/auth/session-sweep.js'
import { startServer, type TestServer } from '../../support/index.js'
import { me, signIn, signUp } from './people.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const list = async (token: string, query?: Record<string, string>) =>
  (await server.request('GET', '/api/v1/auth/sessions', { token, query })).json

describe('sessions', () => {
  it('are listed with where and when, the current one marked', async () => {
    const { email, accessToken } = await signUp(server)
    const headers = { 'user-agent': 'Phone/1.0' }
    const body = { email, password: 'correct horse battery' }
    await server.request('POST', '/api/v1/auth/login', { body, headers })
    const { data, meta } = await list(accessToken)
    expect(meta).toEqual({ nextCursor: null })
    expect(data).toHaveLength(2)
    expect(data[0]).toMatchObject({ userAgent: 'Phone/1.0', address: '127.0.0.1', current: false })
    expect(data[1].current).toBe(true)
    for (const key of ['createdAt', 'lastUsedAt', 'expiresAt']) expect(data[0][key]).toMatch(/^\d{4}-.*T.*Z$/)
  })

  it('come in pages', async () => {
    const { email, accessToken } = await signUp(server)
    for (let n = 0; n < 4; n += 1) await signIn(server, email)
    const first = await list(accessToken, { limit: '3' })
    const rest = await list(accessToken, { limit: '3', cursor: first.meta.nextCursor })
    expect([first.data.length, rest.data.length, rest.meta.nextCursor]).toEqual([3, 2, null])
    expect((await list(accessToken, { limit: '0' })).code).toBe('invalid_query')
    expect((await list(accessToken, { cursor: 'x' })).code).toBe('invalid_cursor')
  })

  it('end one by one', async () => {
    const first = await signUp(server)
    const second = await signIn(server, first.email)
    const { data } = await list(first.accessToken)
    const other = data.find(({ current }: { current: boolean }) => !current)
    const path = `/api/v1/auth/sessions/${other.id}`
    expect((await server.request('DELETE', path, { token: first.accessToken })).status).toBe(204)
    expect((await me(server, second.accessToken)).status).toBe(401)
    expect((await server.request('DELETE', path, { token: first.accessToken })).json.code).toBe('not_found')
    expect((await list(first.accessToken)).data).toHaveLength(1)
  })

  it('end all at once but the current one', async () => {
    const first = await signUp(server)
    const others = [await signIn(server, first.email), await signIn(server, first.email)]
    expect((await server.request('DELETE', '/api/v1/auth/sessions', { token: first.accessToken })).status).toBe(204)
    expect((await me(server, first.accessToken)).status).toBe(200)
    for (const { accessToken } of others) expect((await me(server, accessToken)).status).toBe(401)
  })

  it('of others cannot be ended', async () => {
    const owner = await signUp(server)
    const stranger = await signUp(server)
    const [{ id }] = (await list(owner.accessToken)).data
    const { json } = await server.request('DELETE', `/api/v1/auth/sessions/${id}`, { token: stranger.accessToken })
    expect(json).toMatchObject({ status: 404, code: 'not_found' })
    expect((await me(server, owner.accessToken)).status).toBe(200)
    const bad = await server.request('DELETE', '/api/v1/auth/sessions/7', { token: stranger.accessToken })
    expect(bad.json).toMatchObject({ status: 400, code: 'invalid_id' })
  })

  it('are dropped a week after they ended', async () => {
    const people = [await signUp(server), await signUp(server), await signUp(server)] as const
    const set = (column: string, days: number, { id }: { id: string }) =>
      server.database.run({
        text: `update holdfast.sessions set ${column} = now() - $1 * interval '1 day' where user_id = $2`,
        values: [days, id],
      })
    await set('revoked_at', 8, people[0])
    await set('expires_at', 8, people[1])
    await set('revoked_at', 6, people[2])
    await server.app.get(SessionSweep).sweep()
    const left =
      'select s.user_id from holdfast.refresh_tokens t join holdfast.sessions s on s.id = t.session_id where s.user_id = any ($1)'
    const { rows } = await server.database.run({ text: left, values: [people.map(({ id }) => id)] })
    expect(rows).toEqual([[people[2].id]])
  })
})
