import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newEmail, password, signUp } from '../../api/auth/people.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  readonly tookMs: number
}

interface Call {
  /** The address the call comes from: all of 127.0.0.0/8 is this machine. */
  readonly from?: string
  readonly headers?: Record<string, string>
  readonly path?: string
  readonly method?: string
}

function post(
  body: unknown,
  { from = '127.0.0.1', headers = {}, path = '/api/v1/auth/login', method = 'POST' }: Call = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const { port } = new URL(server.url)
    const started = performance.now()
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method,
      localAddress: from,
      headers: { 'content-type': 'application/json', ...headers },
    }
    const call = httpRequest(options, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, text, tookMs: performance.now() - started }),
      )
    })
    call.on('error', reject).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
}

const wrong = 'wrong password'
const quickest = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!

describe('an account', () => {
  it('cannot be told from none by the answer', async () => {
    const { email } = await signUp(server)
    const known = await post({ email, password: wrong }, { from: '127.0.1.1' })
    const unknown = await post({ email: newEmail(), password: wrong }, { from: '127.0.1.1' })
    const strange = await post({ email: 'no e-mail at all', password: wrong }, { from: '127.0.1.1' })
    const shape = ({ status, text, headers }: Answer) => {
      const { requestId, ...problem } = JSON.parse(text)
      const { 'x-request-id': id, date, 'content-length': length, ...rest } = headers
      return { status, problem, headers: rest }
    }
    expect(shape(known)).toMatchObject({ status: 401, problem: { code: 'invalid_credentials' } })
    expect(shape(unknown)).toEqual(shape(known))
    expect(shape(strange)).toEqual(shape(known))
  })

  it('cannot be told from none by the time', async () => {
    const emails: string[] = []
    for (let n = 0; n < 10; n += 1) emails.push((await signUp(server)).email)
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let n = 0; n < 60; n += 1) {
      const from = `127.0.2.${n + 1}`
      known.push((await post({ email: emails[n % 10], password: wrong }, { from })).tookMs)
      unknown.push((await post({ email: newEmail(), password: wrong }, { from })).tookMs)
    }
    // Against what one hash takes: a machine under load makes every difference larger, a missing hash makes it all of it.
    expect(Math.abs(quickest(known) - quickest(unknown))).toBeLessThan(quickest(known) * 0.6)
  })
})

describe('guessing', () => {
  const guess = (email: string, call: Call = {}) => post({ email, password: wrong }, call)
  const statuses = async (calls: Promise<Answer>[]) => (await Promise.all(calls)).map(({ status }) => status)
  const count = (values: number[], status: number) => values.filter((value) => value === status).length

  it('is stopped after ten wrong passwords, and says for how long', async () => {
    const { email } = await signUp(server)
    for (let n = 0; n < 10; n += 1) expect((await guess(email, { from: '127.0.3.1' })).status).toBe(401)
    const { status, headers, text } = await guess(email, { from: '127.0.3.1' })
    expect([status, JSON.parse(text).code]).toEqual([429, 'rate_limited'])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect((await post({ email, password }, { from: '127.0.3.1' })).status).toBe(429)
  })

  it('does not lock the owner out who comes from elsewhere', async () => {
    const { email } = await signUp(server)
    for (let n = 0; n < 11; n += 1) await guess(email, { from: '127.0.3.2' })
    expect((await post({ email, password }, { from: '127.0.3.3' })).status).toBe(200)
  })

  it('gains nothing from sending all guesses at once', async () => {
    const { email } = await signUp(server)
    const answers = await statuses(Array.from({ length: 40 }, () => guess(email, { from: '127.0.3.4' })))
    expect(count(answers, 401)).toBe(10)
    expect(count(answers, 429)).toBe(30)
  })

  it('A100 and A101: gains nothing from other ways to write the path, the e-mail or the address', async () => {
    const { email } = await signUp(server)
    const from = '127.0.3.5'
    for (let n = 0; n < 10; n += 1) await guess(email, { from })
    const upper = email.toUpperCase()
    for (const call of [
      guess(upper, { from }),
      guess(` ${email} `, { from }),
      guess(email, { from, headers: { 'x-forwarded-for': '9.9.9.9' } }),
      guess(email, { from, headers: { forwarded: 'for=9.9.9.9', 'x-real-ip': '9.9.9.9' } }),
    ])
      expect((await call).status).toBe(429)
    for (const path of [
      '//api/v1/auth/login',
      '/api/v1/auth/login/',
      '/api/v1/AUTH/login',
      '/api/v1/auth/%6cogin',
      '/api/v1/auth/login;x',
      '/api/v1/./auth/login',
    ])
      expect((await guess(email, { from, path })).status, path).toBeOneOf([400, 404, 405, 429])
    const override = { 'x-http-method-override': 'POST' }
    expect((await guess(email, { from, method: 'PUT', headers: override })).status).toBeOneOf([404, 405])
  })

  it('is stopped for an address that tries many accounts', async () => {
    const answers: number[] = []
    for (let n = 0; n < 130; n += 10)
      answers.push(...(await statuses(Array.from({ length: 10 }, () => guess(newEmail(), { from: '127.0.3.6' })))))
    expect(count(answers, 401)).toBe(100)
    expect(count(answers, 429)).toBe(30)
  })

  it('is not what signing in rightly counts as', async () => {
    const { email } = await signUp(server)
    for (let n = 0; n < 15; n += 1) expect((await post({ email, password }, { from: '127.0.3.7' })).status).toBe(200)
  })

  it('counts the address a trusted proxy names', async () => {
    const behind = await startServer({ TRUSTED_PROXIES: '127.0.4.1' })
    const before = server
    server = behind
    try {
      const { email } = await signUp(behind)
      const via = (client: string, from = '127.0.4.1') => guess(email, { from, headers: { 'x-forwarded-for': client } })
      for (let n = 0; n < 10; n += 1) expect((await via(`8.8.8.8, 2001:db8:1:2::${n}`)).status).toBe(401)
      expect((await via('2001:db8:1:2:3::9')).status).toBe(429)
      expect((await via('2001:db8:1:3::9')).status).toBe(401)
      for (let n = 0; n < 10; n += 1) await via(n % 2 ? '::ffff:7.7.7.7' : '7.7.7.7')
      expect((await via('7.7.7.7')).status).toBe(429)
      expect((await via('7.7.7.7', '127.0.4.2')).status).toBe(401)
    } finally {
      server = before
      await behind.stop()
    }
  })
})

describe('a body of the wrong shape', () => {
  const from = '127.0.5.1'
  it.each([
    [{ email: { $ne: null }, password: { $ne: null } }],
    [{ email: ['ada@example.com'], password }],
    [{ email: 'ada@example.com', password: ['x'] }],
    [{ email: 'ada@example.com', password: 12345678 }],
    [{ email: 'ada@example.com', password: true }],
    [{ email: 'ada@example.com', password: null }],
    [{ email: 'ada@example.com' }],
    [{ email: '', password: '' }],
    [{ email: 'ada@example.com', password: '' }],
    [{ email: 'ada\u0000@example.com', password }],
    [{ email: 'ada@example.com', password: '\ud800' }],
    [{ email: 'a'.repeat(5000), password }],
    [{}],
  ])('%.60j is 422', async (body) => {
    expect((await post(body, { from })).status).toBe(422)
  })

  it.each([['[]'], ['null'], ['7'], ['"x"'], ['{'], ['']])('%s is 400', async (text) => {
    expect((await post(text, { from })).status).toBeOneOf([400, 422])
  })

  it('is refused where it names anything else', async () => {
    const { status, text } = await post({ email: 'ada@example.com', password, admin: true }, { from })
    expect([status, JSON.parse(text).code]).toEqual([400, 'unknown_field'])
  })

  it('takes no credentials from the URL', async () => {
    const { email } = await signUp(server)
    const path = `/api/v1/auth/login?email=${encodeURIComponent(email)}&password=${encodeURIComponent(password)}`
    expect((await post({}, { from, path })).status).toBe(422)
  })

  it('of a megabyte is refused before anything is hashed', async () => {
    const huge = 'x'.repeat(1024 * 1024)
    const { email } = await signUp(server)
    for (const [path, body] of [
      ['/api/v1/auth/login', { email, password: huge }],
      ['/api/v1/auth/signup', { email: newEmail(), password: huge }],
    ] as const) {
      const { status, tookMs } = await post(body, { from, path })
      expect(status).toBe(422)
      expect(tookMs).toBeLessThan(3000)
    }
  })
})

describe('more sign-ins than can be checked', () => {
  it('are told to come again while the rest are served', async () => {
    const calls = Array.from({ length: 260 }, (_, n) =>
      post({ email: newEmail(), password: wrong }, { from: `127.0.6.${(n % 200) + 1}` }),
    )
    const answers = await Promise.all(calls)
    const busy = answers.filter(({ status }) => status === 503)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 503]))
    for (const { headers } of busy) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(100)
  })
})
