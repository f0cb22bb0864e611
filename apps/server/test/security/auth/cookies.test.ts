import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { TestBrowser } from '../../api/auth/browser.js'
import { newEmail, password } from '../../api/auth/people.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ CORS_ORIGINS: 'https://app.example.com' })
})
afterAll(() => server.stop())

async function newUser(on: TestServer = server): Promise<TestBrowser> {
  const browser = new TestBrowser(on)
  expect((await browser.enter('/api/v1/auth/signup', { email: newEmail(), password })).status).toBe(201)
  return browser
}

const strange: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'https://app.example.com.evil.example' },
  { origin: 'http://app.example.com' },
  { origin: 'null' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
]

describe('cookies', () => {
  it('are out of reach of scripts and of other sites', async () => {
    const { cookies } = await newUser()
    for (const { attributes } of cookies.values()) {
      expect(attributes).toMatchObject({ httponly: '', samesite: 'Lax' })
      expect(attributes).not.toHaveProperty('domain')
    }
    expect(cookies.get('holdfast_access')!.attributes['path']).toBe('/')
    expect(cookies.get('holdfast_refresh')!.attributes['path']).toBe('/api/v1/auth')
  })

  it('are secure and of this host alone on https', async () => {
    const secure = await startServer({ PUBLIC_URL: 'https://api.example.com', DATABASE_URL: server.databaseUrl })
    try {
      const { cookies } = await newUser(secure)
      expect([...cookies.keys()]).toEqual([
        '__Host-holdfast_access',
        '__Host-holdfast_session',
        '__Secure-holdfast_refresh',
      ])
      for (const { attributes } of cookies.values()) expect(attributes).toHaveProperty('secure')
      for (const [name, { attributes }] of cookies) if (name.startsWith('__Host-')) expect(attributes['path']).toBe('/')
    } finally {
      await secure.stop()
    }
  })

  it('never come with tokens in the answer, whatever a script asks for', async () => {
    const browser = await newUser()
    const modes: Record<string, string>[] = [{}, { 'x-session-mode': 'bearer' }]
    for (const headers of modes) {
      const refreshed = await browser.request('POST', '/api/v1/auth/refresh', { headers })
      expect(refreshed.status, refreshed.text).toBe(200)
      expect(refreshed.text).not.toMatch(/hfr_|accessToken/)
    }
    const changed = await browser.request('POST', '/api/v1/auth/password/change', {
      body: { current: password, password: 'another long password' },
    })
    expect(changed.status).toBe(200)
    expect(changed.text).not.toMatch(/hfr_|accessToken/)
  })

  it('are given anew by every sign-in (session fixation)', async () => {
    const planted = await newUser()
    const victim = new TestBrowser(server)
    for (const [name, cookie] of planted.cookies) victim.cookies.set(name, cookie)
    const email = newEmail()
    await victim.enter('/api/v1/auth/signup', { email, password })
    for (const [name, { value }] of victim.cookies) expect(value).not.toBe(planted.cookies.get(name)!.value)
    expect((await planted.request('GET', '/api/v1/auth/me')).json.data.email).not.toBe(email)
  })
})

describe('CSRF', () => {
  const routes: [string, string, object?][] = [
    ['POST', '/api/v1/auth/password/change', { current: password, password: 'another long password' }],
    ['DELETE', '/api/v1/auth/sessions'],
    ['POST', '/api/v1/auth/refresh'],
    ['POST', '/api/v1/auth/logout'],
    ['PATCH', '/api/v1/collections/users/records/01910000-0000-7000-8000-000000000001', {}],
    ['POST', '/api/v1/collections/users/query', {}],
  ]

  it.each(routes)('%s %s needs the token of the session', async (method, path, body) => {
    const browser = await newUser()
    const other = await newUser()
    for (const token of ['', 'x', other.csrfToken!, `${browser.csrfToken}x`]) {
      const answer = await browser.request(method, path, { body, headers: { 'x-csrf-token': token } })
      expect(answer.json, token).toMatchObject({ status: 403, code: 'invalid_csrf_token' })
    }
    expect((await browser.request('GET', '/api/v1/auth/me')).status).toBe(200)
  })

  it.each(routes)('%s %s needs a page of ours', async (method, path, body) => {
    const browser = await newUser()
    for (const headers of strange) {
      const answer = await browser.request(method, path, { body, headers })
      expect(answer.json, JSON.stringify(headers)).toMatchObject({ status: 403, code: 'forbidden' })
    }
    expect((await browser.request('GET', '/api/v1/auth/me')).status).toBe(200)
  })

  it('of a sign-in: no other page can sign a browser in', async () => {
    const { status } = await server.request('POST', '/api/v1/auth/signup', { body: { email: newEmail(), password } })
    expect(status).toBe(201)
    for (const headers of [...strange, {}]) {
      const answer = await server.request('POST', '/api/v1/auth/login', {
        body: { email: newEmail(), password },
        headers: { ...headers, 'x-session-mode': 'cookie' },
      })
      expect(answer.json).toMatchObject({ status: 403, code: 'forbidden' })
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  it('A180: no other page opens a socket with the cookies', async () => {
    const browser = await newUser()
    const cookie = browser.cookieHeader('/api/v1/realtime')
    for (const origin of ['https://evil.example', 'null', undefined]) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/realtime`, {
        headers: { cookie, ...(origin !== undefined && { origin }) },
      })
      const status = await new Promise((resolve) => {
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
        socket.once('open', () => resolve('open'))
        socket.on('error', () => {})
      })
      expect(status, origin).toBe(403)
      socket.terminate()
    }
  })
})

describe('cookies that a neighbouring subdomain put there', () => {
  it('do not refresh into the session of somebody else', async () => {
    const victim = await newUser()
    const attacker = await newUser()
    victim.cookies.set('holdfast_refresh', attacker.cookies.get('holdfast_refresh')!)
    expect((await victim.request('POST', '/api/v1/auth/refresh')).json.code).toBe('invalid_refresh_token')
    expect((await attacker.request('POST', '/api/v1/auth/refresh')).status).toBe(200)
  })

  it('count for nothing beside the real ones', async () => {
    const victim = await newUser()
    const attacker = await newUser()
    const cookie = `holdfast_access=${attacker.cookies.get('holdfast_access')!.value}; ${victim.cookieHeader('/api/v1')}`
    expect((await server.request('GET', '/api/v1/auth/me', { headers: { cookie } })).status).toBe(401)
  })

  it('cannot name a session themselves', async () => {
    const { cookies } = await newUser()
    const [id, seal] = cookies.get('holdfast_session')!.value.split('.')
    const other = await newUser()
    const [otherId] = other.cookies.get('holdfast_session')!.value.split('.')
    for (const value of [`${otherId}.${seal}`, `${id}.`, `${id}`, `${id}.${seal}.x`, `${id}.${other.csrfToken}`]) {
      const answer = await server.request('GET', '/api/v1/auth/csrf', {
        headers: { cookie: `holdfast_session=${value}` },
      })
      expect(answer.status, value).toBe(401)
    }
  })
})
