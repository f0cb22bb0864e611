import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { me, refresh, signUp } from './people.js'

let server: TestServer
let graceless: TestServer
beforeAll(async () => {
  server = await startServer({ PUBLIC_URL: 'http://holdfast.test' })
  graceless = await startServer({
    DATABASE_URL: server.databaseUrl,
    PUBLIC_URL: 'http://holdfast.test',
    REFRESH_GRACE_SECONDS: '0',
  })
})
afterAll(async () => {
  await graceless.stop()
  await server.stop()
})

describe('refreshing', () => {
  it('gives new tokens for the same session', async () => {
    const person = await signUp(server)
    const { status, json } = await refresh(server, person.refreshToken)
    expect(status).toBe(200)
    expect(json.data.user.id).toBe(person.id)
    expect(json.data.refreshToken).not.toBe(person.refreshToken)
    expect((await me(server, json.data.accessToken)).status).toBe(200)
    expect((await me(server, person.accessToken)).status).toBe(200)
  })

  it('A109: gives twenty callers at once the same successor', async () => {
    const { refreshToken } = await signUp(server)
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(server, refreshToken)))
    expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(200))
    const successors = new Set(answers.map(({ json }) => json.data.refreshToken as string))
    expect(successors.size).toBe(1)
    const [successor] = successors
    expect((await refresh(server, successor!)).status).toBe(200)
  })

  it('repeats its answer when the answer was lost', async () => {
    const { refreshToken } = await signUp(server)
    const lost = await refresh(server, refreshToken)
    const again = await refresh(server, refreshToken)
    expect(again.json.data.refreshToken).toBe(lost.json.data.refreshToken)
  })

  it('A108: ends the session when an old token comes back after its successor was used', async () => {
    const { refreshToken: first, accessToken } = await signUp(server)
    const second = (await refresh(server, first)).json.data.refreshToken
    const third = (await refresh(server, second)).json.data
    const { status, json, headers } = await refresh(server, first)
    expect([status, json.code]).toEqual([401, 'invalid_refresh_token'])
    expect(headers.get('www-authenticate')).toContain('Bearer')
    expect((await refresh(server, third.refreshToken)).status).toBe(401)
    expect((await me(server, third.accessToken)).status).toBe(401)
    expect((await me(server, accessToken)).status).toBe(401)
  })

  it('ends the session when an old token comes back after the grace time', async () => {
    const { refreshToken } = await signUp(server)
    const { json } = await refresh(graceless, refreshToken)
    expect((await refresh(graceless, refreshToken)).status).toBe(401)
    expect((await refresh(graceless, json.data.refreshToken)).status).toBe(401)
  })

  it('A110: knows what was used after a restart, and on another node', async () => {
    const { refreshToken: first } = await signUp(server)
    const second = (await refresh(server, first)).json.data.refreshToken
    const third = (await refresh(graceless, second)).json.data.refreshToken
    const restarted = await startServer({ DATABASE_URL: server.databaseUrl, PUBLIC_URL: 'http://holdfast.test' })
    expect((await refresh(restarted, first)).status).toBe(401)
    expect((await refresh(restarted, third)).status).toBe(401)
    await restarted.stop()
    expect((await refresh(server, third)).status).toBe(401)
  })

  it('prolongs the session, which otherwise ends', async () => {
    const { refreshToken, id, accessToken } = await signUp(server)
    const { json } = await refresh(server, refreshToken)
    const expire = `update holdfast.sessions set expires_at = now() where user_id = $1`
    await server.database.run({ text: expire, values: [id] })
    expect((await refresh(server, json.data.refreshToken)).status).toBe(401)
    expect((await me(graceless, accessToken)).status).toBe(401)
  })

  it('stores no token in clear', async () => {
    const { refreshToken } = await signUp(server)
    const { refreshToken: second } = (await refresh(server, refreshToken)).json.data
    const { rows } = await server.database.run({ text: 'select t::text from holdfast.refresh_tokens t', values: [] })
    const stored = rows.flat().join(' ')
    for (const token of [refreshToken, second]) {
      const secret = token.slice(4)
      expect(stored).not.toContain(secret)
      expect(stored).not.toContain(Buffer.from(secret, 'base64url').toString('hex'))
    }
  })

  it.each(['', 'x', 'hfr_', `hfr_${'a'.repeat(43)}`, `hfr_${'a'.repeat(43)} `, '\u0000'])(
    'refuses %j',
    async (token) => {
      expect((await refresh(server, token)).status).toBeOneOf([401, 422])
    },
  )
})
