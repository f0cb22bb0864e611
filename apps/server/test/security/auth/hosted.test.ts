import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newEmail, password, signUp } from '../../api/auth/people.js'
import { hiddenFields, Visitor } from '../../api/auth/visitor.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
const app = 'https://app.example.com'
beforeAll(async () => {
  server = await startServer({ CORS_ORIGINS: app })
})
afterAll(() => server.stop())

const pages = ['sign-in', 'sign-up', 'forgot', 'code', 'verify', 'link', 'reset', 'email', 'invite', 'team-invite']

describe('every page', () => {
  it.each(pages)(
    '%s cannot be framed, runs nothing foreign, is not kept and tells nobody its address',
    async (page) => {
      const { headers } = await server.request('GET', `/auth/ui/${page}`)
      const policy = headers.get('content-security-policy')!
      expect(policy).toContain("default-src 'none'")
      // Without a word on scripts none runs.
      expect(policy.includes("script-src 'self';") || !policy.includes('script-src')).toBe(true)
      expect(policy).toContain("style-src 'self';")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  const marks = `"'><script>alert(1)</script><img src=x onerror=alert(2)>`

  it.each(pages)('%s escapes what stands in its address', async (page) => {
    const query = {
      token: marks,
      email: marks,
      error: marks,
      codeChallenge: marks,
      again: marks,
      done: marks,
      id: marks,
    }
    const names = Object.keys(query) as (keyof typeof query)[]
    for (const name of names) {
      const { text } = await server.request('GET', `/auth/ui/${page}`, { query: { [name]: query[name] } })
      expect(text, name).not.toMatch(/<script>|<img src=x/)
    }
  })

  it.each([
    ['sign-in', { email: marks, password: marks }],
    ['sign-up', { email: marks, password: marks }],
    ['forgot', { email: marks }],
    ['code', { email: marks }],
    ['code', { email: marks, kind: 'link' }],
    ['code/verify', { email: marks, code: marks }],
    ['second-factor', { mfaToken: marks, code: marks, factors: `${marks} recovery passkey` }],
    ['enrol', { mfaToken: marks, code: marks, secret: marks, qr: marks }],
    ['enrol', { mfaToken: marks, code: marks, secret: marks, qr: `data:image/${marks}` }],
    ['verify', { token: marks }],
    ['reset', { token: marks, password: marks }],
    ['invite', { token: marks, password: marks }],
    ['directory', { id: marks, username: marks }],
    ['account/step-up', { code: marks }],
    ['account/end', { id: marks }],
  ] as [string, Record<string, string>][])('%s escapes what was typed in', async (action, fields) => {
    const visitor = new Visitor(server)
    const start = await visitor.open('/auth/ui/sign-in')
    const { csrf } = hiddenFields(start.text, 'sign-in')
    const { text, status } = await visitor.post(`/auth/ui/${action}`, { ...fields, csrf: csrf! })
    expect(status, text).toBeLessThan(500)
    expect(text).not.toMatch(/<script>|<img src=x/)
  })

  it('escapes what the account holds', async () => {
    const visitor = new Visitor(server)
    const { email } = await signUp(server)
    await server.request('POST', '/api/v1/auth/login', {
      body: { email, password },
      headers: { 'user-agent': `<script>alert(1)</script>` },
    })
    const page = await visitor.send(await visitor.open('/auth/ui/sign-in'), 'sign-in', { email, password })
    expect(page.words).toContain('Where you are signed in')
    expect(page.text).not.toContain('<script>alert')
    expect(page.text).toContain('&lt;script&gt;')
  })
})

describe('CSRF', () => {
  async function filledIn(visitor: Visitor): Promise<Record<string, string>> {
    const page = await visitor.open('/auth/ui/sign-in')
    return { ...hiddenFields(page.text, 'sign-in'), email: (await signUp(server)).email, password }
  }
  const isRefused = async (visitor: Visitor, fields: Record<string, string>, headers: Record<string, string> = {}) => {
    const answer = await visitor.post('/auth/ui/sign-in', fields, headers)
    expect(answer.status, answer.text).toBe(403)
    expect(answer.headers.getSetCookie().join()).not.toContain('access')
  }

  it('a form needs the token of this browser (login CSRF)', async () => {
    const visitor = new Visitor(server)
    const { csrf, ...fields } = await filledIn(visitor)
    const { csrf: foreign } = await filledIn(new Visitor(server))
    await isRefused(visitor, fields)
    await isRefused(visitor, { ...fields, csrf: '' })
    await isRefused(visitor, { ...fields, csrf: foreign! })
    await isRefused(new Visitor(server), { ...fields, csrf: csrf! })
    expect((await visitor.post('/auth/ui/sign-in', { ...fields, csrf: csrf! })).status).toBe(303)
  })

  it('a form that another page sends is refused, whatever it holds', async () => {
    const visitor = new Visitor(server)
    const fields = await filledIn(visitor)
    for (const site of ['cross-site', 'same-site', 'none']) await isRefused(visitor, fields, { 'sec-fetch-site': site })
  })

  it('a token from before a sign-in is none after it', async () => {
    const visitor = new Visitor(server)
    const before = await filledIn(visitor)
    await visitor.post('/auth/ui/sign-in', before)
    expect((await visitor.post('/auth/ui/sign-out', { csrf: before['csrf']! })).status).toBe(403)
    expect((await visitor.open('/auth/ui/account')).words).toContain('Where you are signed in')
  })

  it('no form is read by routes of the API', async () => {
    const visitor = new Visitor(server)
    const answer = await visitor.post('/api/v1/auth/login', { email: newEmail(), password })
    expect(answer.status).toBe(415)
  })

  it('a GET changes nothing (A144)', async () => {
    const visitor = new Visitor(server)
    await visitor.send(await visitor.open('/auth/ui/sign-up'), 'sign-up', { email: newEmail(), password })
    for (const action of ['sign-out', 'account/delete', 'account/end-others', 'continue', 'account/password'])
      expect((await visitor.browser.request('GET', `/auth/ui/${action}`)).status, action).toBe(405)
    expect((await visitor.open('/auth/ui/account')).words).toContain('Where you are signed in')
  })
})

describe('A126: nobody is sent to a place that is not allowed', () => {
  const targets = [
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'https://app.example.com@evil.example',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'javascript:alert(1)',
    'data:text/html,x',
    '%2f%2fevil.example',
    'https://app.exa\tmple.com',
    'https://evil.example/..;/app.example.com',
    'https://app.example.com\\@evil.example',
    'https://evil.example#https://app.example.com',
    'evil.app://in',
  ]

  it.each(targets)('%s', async (redirectTo) => {
    const visitor = new Visitor(server)
    for (const page of ['', '/sign-in', '/sign-up', '/code', '/callback', '/account']) {
      const answer = await server.request('GET', `/auth/ui${page}`, { query: { redirectTo } })
      expect(answer.status, page).toBe(400)
      expect(answer.headers.get('location')).toBeNull()
      expect(answer.headers.get('content-security-policy')).toContain("form-action 'self';")
    }
    const { email } = await signUp(server)
    const fields = { ...hiddenFields((await visitor.open('/auth/ui/sign-in')).text, 'sign-in'), email, password }
    const answer = await visitor.post('/auth/ui/sign-in', { ...fields, redirectTo })
    expect(answer.status).toBe(400)
    expect(answer.headers.getSetCookie().join()).not.toContain('access')
  })
})

describe('A98: what a page says tells nobody who has an account', () => {
  it.each(['sign-in', 'forgot', 'code'])('%s', async (action) => {
    const { email } = await signUp(server)
    const unknown = newEmail()
    const show = async (address: string) => {
      const visitor = new Visitor(server)
      const page = await visitor.send(await visitor.open(`/auth/ui/${action}`), action, {
        email: address,
        password: 'not the password',
      })
      return { status: page.status, words: page.words.replaceAll(address, 'ADDRESS') }
    }
    expect(await show(email)).toEqual(await show(unknown))
  })
})
