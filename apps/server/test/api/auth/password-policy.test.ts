import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort, startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { adminEnv, newEmail, password, signInAdmin, signUp } from './people.js'

let server: TestServer
let mailbox: Mailbox
let admin: string
/** The service that knows leaks, as Have I Been Pwned answers. */
let leaks: Server
const asked: { path: string; padding: string | undefined }[] = []
const leaked = 'enigma machine at bletchley'

beforeAll(async () => {
  leaks = createServer((request, response) => {
    asked.push({ path: request.url!, padding: request.headers['add-padding'] as string | undefined })
    const suffix = createHash('sha1').update(leaked).digest('hex').toUpperCase().slice(5)
    const padding = createHash('sha1').update(password).digest('hex').toUpperCase().slice(5)
    const others = Array.from({ length: 1500 }, (_, n) => `${String(n).padStart(35, '0')}:1`)
    response.end([...others, `${padding}:0`, `${suffix}:42`].join('\r\n'))
  })
  await new Promise<void>((resolve) => leaks.listen(0, '127.0.0.1', () => resolve()))
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env, OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' })
  admin = (await signInAdmin(server)).accessToken
})
afterEach(() => settings({ minLength: null, minScore: null, breached: null }))
afterAll(async () => {
  await server.stop()
  await mailbox.close()
  leaks.close()
})

const settings = (body: object) =>
  server.request('PATCH', '/api/v1/admin/settings/auth.passwords', { token: admin, body })
const leaksUrl = () => `http://127.0.0.1:${(leaks.address() as AddressInfo).port}/range/`
const register = (wanted: string, email = newEmail()) =>
  server.request('POST', '/api/v1/auth/signup', { body: { email, password: wanted } })
const strength = async (wanted: string, email?: string) =>
  (await server.request('POST', '/api/v1/auth/password/strength', { body: { password: wanted, email } })).json.data

describe('a new password', () => {
  it.each(['password1', '12345678', 'qwertyuiop', 'aaaaaaaaaa', 'PASSWORD', 'p@ssw0rd', 'iloveyou'])(
    'is none of the most common: %s',
    async (wanted) => {
      const { json } = await register(wanted)
      expect(json).toMatchObject({
        status: 422,
        code: 'validation_failed',
        errors: [{ path: 'password', code: 'too_weak' }],
      })
      expect(json.hint).toMatch(/\.$/)
    },
  )

  it.each([
    'correct horse',
    'correct horse battery staple',
    'trajectories',
    'Zahnrad-Wolke7',
    '高橋さんの自転車ですよ',
  ])('may be %s', async (wanted) => {
    expect((await register(wanted)).status).toBe(201)
  })

  it('is not the own address', async () => {
    const email = `grace.hopper.${Date.now()}@navy.example.com`
    for (const wanted of [email, email.split('@')[0]!])
      expect((await register(wanted, email)).json.errors, wanted).toMatchObject([{ code: 'too_weak' }])
  })

  it('is as long and as strong as admins say, wherever one is set', async () => {
    expect((await settings({ minLength: 7 })).status).toBe(422)
    const person = await signUp(server)
    await server.request('POST', '/api/v1/auth/password/forgot', { body: { email: person.email } })
    await expect
      .poll(() => mailbox.to(person.email).some(({ subject }) => subject.includes('new password')), { timeout: 30_000 })
      .toBe(true)
    const { token } = mailbox.to(person.email).find(({ subject }) => subject.includes('new password'))!
    await settings({ minLength: 14, minScore: 3 })
    const change = (wanted: string) =>
      server.request('POST', '/api/v1/auth/password/change', {
        token: person.accessToken,
        body: { current: password, password: wanted },
      })
    const reset = (wanted: string) =>
      server.request('POST', '/api/v1/auth/password/reset', { body: { token, password: wanted } })
    for (const set of [register, change, reset]) {
      expect((await set('bombe machine')).json.errors, set.name).toMatchObject([{ code: 'too_short' }])
      expect((await set('aaaaaaaaaaaaaaaaaaaa')).json.errors, set.name).toMatchObject([{ code: 'too_weak' }])
    }
    expect((await change('bombe machine in a hut')).status).toBe(200)
    const notice = mailbox.to(person.email)
    await expect
      .poll(() => mailbox.to(person.email).some(({ subject }) => subject.includes('was changed')), { timeout: 30_000 })
      .toBe(true)
    expect(notice.length).toBeGreaterThan(0)
  })

  it('takes the first admin by the same measure', async () => {
    const fresh = await startServer({ LOG_LEVEL: 'silent' })
    try {
      const { issueSetupToken } = await import('../../../src/admin/setup-token.js')
      const token = await issueSetupToken(fresh.database)
      const body = { token, email: 'ada@example.com', password: 'password1' }
      const { json } = await fresh.request('POST', '/api/v1/admin/setup', { body })
      expect(json.errors).toMatchObject([{ path: 'password', code: 'too_weak' }])
      const set = await fresh.request('POST', '/api/v1/admin/setup', { body: { ...body, password } })
      expect(set.status, set.text).toBe(201)
    } finally {
      await fresh.stop()
    }
  })
})

describe('passwords of leaks', () => {
  it('are looked up only where admins switch it on', async () => {
    expect((await register(leaked)).status).toBe(201)
    expect(asked).toEqual([])
  })

  it('are refused, and five digits of a hash are all that is told of one', async () => {
    expect((await settings({ breached: { enabled: true, url: leaksUrl() } })).status).toBe(200)
    expect((await register(leaked)).json).toMatchObject({
      status: 422,
      errors: [{ path: 'password', code: 'breached' }],
    })
    expect((await register(password)).status).toBe(201)
    expect(asked.at(-2)).toEqual({
      path: `/range/${createHash('sha1').update(leaked).digest('hex').toUpperCase().slice(0, 5)}`,
      padding: 'true',
    })
    expect(await strength(leaked)).toMatchObject({ score: 4, breached: true, acceptable: false })
    expect(await strength(password)).toMatchObject({ breached: false, acceptable: true })
  })

  it('keep nobody from signing up when the service is away', async () => {
    await settings({ breached: { enabled: true, url: `http://127.0.0.1:${await findFreePort()}/` } })
    expect((await register(leaked)).status).toBe(201)
    expect(await strength(leaked)).toMatchObject({ breached: null, acceptable: true })
  })

  it('are looked up at no place the server may not reach', async () => {
    for (const url of ['http://169.254.169.254/', 'file:///etc/passwd', 'nothing', 'https://me:secret@example.com/'])
      expect((await settings({ breached: { url } })).status, url).toBe(400)
  })
})

describe('an estimate', () => {
  it('says why a password is weak, in codes and in words', async () => {
    expect(await strength('password1')).toEqual({
      score: 0,
      acceptable: false,
      breached: null,
      warning: { code: 'common', message: 'This is a common password.' },
      suggestions: [{ code: 'anotherWord', message: expect.any(String) }],
    })
    expect(await strength('correct horse battery staple')).toMatchObject({ score: 4, acceptable: true, warning: null })
    expect((await strength('adalovelace', 'ada.lovelace@example.com')).score).toBeLessThan(
      (await strength('adalovelace')).score,
    )
    expect((await strength('short')).acceptable).toBe(false)
  })

  it('takes a bounded time', async () => {
    const startedAt = performance.now()
    for (const wanted of ['abcdefgh1234'.repeat(80), 'x9$kQ!'.repeat(160), 'ab'.repeat(500)]) await strength(wanted)
    expect(performance.now() - startedAt).toBeLessThan(5000)
    const tooLong = await server.request('POST', '/api/v1/auth/password/strength', {
      body: { password: 'x'.repeat(2000) },
    })
    expect(tooLong.status).toBe(422)
  })
})
