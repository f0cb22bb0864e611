import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startServer, type TestServer } from '../../support/index.js'
import { TestBrowser } from './browser.js'
import { adminEnv, newEmail, password, signUp } from './people.js'

const app = 'https://app.example.com'
let server: TestServer
beforeAll(async () => {
  server = await startServer({ ...adminEnv, CORS_ORIGINS: app })
})
afterAll(() => server.stop())

async function newUser(origin?: string): Promise<TestBrowser> {
  const browser = new TestBrowser(server, origin)
  const answer = await browser.enter('/api/v1/auth/signup', { email: newEmail(), password })
  expect(answer.status, answer.text).toBe(201)
  return browser
}

describe('a sign-in with X-Session-Mode: cookie', () => {
  it('answers with the user and a CSRF token; the tokens are in cookies', async () => {
    const { email } = await signUp(server)
    const browser = new TestBrowser(server)
    const { status, json } = await browser.enter('/api/v1/auth/login', { email, password })
    expect(status).toBe(200)
    expect(Object.keys(json.data).sort()).toEqual(['csrfToken', 'expiresIn', 'user'])
    expect(json.data).toMatchObject({ expiresIn: 900, user: { email } })
    expect([...browser.cookies.keys()]).toEqual(['holdfast_access', 'holdfast_session', 'holdfast_refresh'])
    expect((await browser.request('GET', '/api/v1/auth/me')).json.data.email).toBe(email)
  })

  it('is remembered as such', async () => {
    const browser = await newUser()
    const { json } = await browser.request('GET', '/api/v1/auth/me')
    const { rows } = await server.database.run({
      text: 'select transport from holdfast.sessions where user_id = $1',
      values: [json.data.id],
    })
    expect(rows).toEqual([['cookie']])
  })

  it('refuses another mode', async () => {
    const answer = await server.request('POST', '/api/v1/auth/login', {
      body: { email: newEmail(), password },
      headers: { 'x-session-mode': 'both' },
    })
    expect(answer.json).toMatchObject({
      status: 400,
      code: 'invalid_value',
      errors: [{ path: 'X-Session-Mode' }],
    })
  })

  it('works for an app of an origin in CORS_ORIGINS, which may send credentials', async () => {
    const browser = await newUser(app)
    const { headers } = await browser.request('GET', '/api/v1/auth/me', { headers: { origin: app } })
    expect(headers.get('access-control-allow-origin')).toBe(app)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    const preflight = await server.request('OPTIONS', '/api/v1/auth/me', { headers: { origin: app } })
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-csrf-token')
    const evil = await server.request('OPTIONS', '/api/v1/auth/me', { headers: { origin: 'https://evil.example' } })
    expect(evil.headers.get('access-control-allow-credentials')).toBeNull()
  })
})

describe('a session in cookies', () => {
  it('changes things with the CSRF token', async () => {
    const browser = await newUser()
    const change = { current: password, password: 'another long password' }
    const changed = await browser.enter('/api/v1/auth/password/change', change)
    expect(changed.status, changed.text).toBe(200)
    expect((await browser.request('GET', '/api/v1/auth/me')).status).toBe(200)
  })

  it('is refreshed by its cookie, and by it alone', async () => {
    const browser = await newUser()
    const before = browser.cookies.get('holdfast_refresh')!.value
    const answer = await browser.request('POST', '/api/v1/auth/refresh')
    expect(answer.status, answer.text).toBe(200)
    expect(Object.keys(answer.json.data).sort()).toEqual(['csrfToken', 'expiresIn', 'user'])
    expect(answer.json.data.csrfToken).toBe(browser.csrfToken)
    expect(browser.cookies.get('holdfast_refresh')!.value).not.toBe(before)
    expect((await browser.request('GET', '/api/v1/auth/me')).status).toBe(200)
    const none = await server.request('POST', '/api/v1/auth/refresh', { body: {} })
    expect(none.json).toMatchObject({ status: 422, errors: [{ path: 'refreshToken', code: 'required' }] })
  })

  it('says that its access token has expired, and goes on after a refresh', async () => {
    const short = await startServer({ ACCESS_TOKEN_TTL_SECONDS: '30', DATABASE_URL: server.databaseUrl })
    try {
      const browser = new TestBrowser(short)
      await browser.enter('/api/v1/auth/signup', { email: newEmail(), password })
      // Verified once, it is remembered with its time.
      expect((await browser.request('GET', '/api/v1/auth/me')).status).toBe(200)
      const real = Date.now
      Date.now = () => real() + 60_000
      try {
        expect((await browser.request('GET', '/api/v1/auth/me')).json.code).toBe('token_expired')
        const csrf = await browser.request('GET', '/api/v1/auth/csrf')
        expect(csrf.json.data.csrfToken).toBe(browser.csrfToken)
      } finally {
        Date.now = real
      }
      expect((await browser.request('POST', '/api/v1/auth/refresh')).status).toBe(200)
    } finally {
      await short.stop()
    }
  })

  it('ends with a sign-out, which takes the cookies away', async () => {
    const browser = await newUser()
    const stolen = browser.cookieHeader('/api/v1/auth')
    expect((await browser.request('POST', '/api/v1/auth/logout')).status).toBe(204)
    expect(browser.cookies.size).toBe(0)
    const replayed = await server.request('GET', '/api/v1/auth/me', { headers: { cookie: stolen } })
    expect(replayed.status).toBe(401)
    expect((await browser.request('GET', '/api/v1/auth/csrf')).status).toBe(401)
  })

  it('does not stand in the way of another sign-in once it is over', async () => {
    const browser = await newUser()
    await server.database.run({ text: 'update holdfast.sessions set revoked_at = now()', values: [] })
    browser.csrfToken = undefined
    const answer = await browser.enter('/api/v1/auth/signup', { email: newEmail(), password })
    expect(answer.status, answer.text).toBe(201)
    expect((await browser.request('GET', '/api/v1/auth/me')).status).toBe(200)
  })

  it('counts only where there is no Authorization header', async () => {
    const browser = await newUser()
    const { accessToken, email } = await signUp(server)
    const mine = await browser.request('GET', '/api/v1/auth/me', { token: accessToken })
    expect(mine.json.data.email).toBe(email)
    expect((await browser.request('GET', '/api/v1/auth/me', { token: 'nonsense' })).status).toBe(401)
  })

  it('opens a WebSocket from a page of ours', async () => {
    const browser = await newUser()
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/realtime`, {
      headers: { cookie: browser.cookieHeader('/api/v1/realtime'), origin: server.config.publicUrl },
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    socket.terminate()
  })
})
