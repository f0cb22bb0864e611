import { afterEach, describe, expect, it } from 'vitest'
import { Mailer } from '../../../src/platform/mail/index.js'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, signInAdmin } from '../auth/people.js'
import { type SmtpReceiver, startSmtpReceiver } from '../mail/smtp-receiver.js'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Admin {
  readonly server: TestServer
  call(method: string, path: string, body?: object): ReturnType<TestServer['request']>
}

async function start(env: Record<string, string> = {}): Promise<Admin> {
  const server = await startServer({ ...adminEnv, ...env })
  ends.push(() => server.stop())
  const { accessToken: token } = await signInAdmin(server)
  return { server, call: (method, path, body) => server.request(method, `/api/v1/admin${path}`, { token, body }) }
}

async function receive(): Promise<SmtpReceiver> {
  const receiver = await startSmtpReceiver()
  ends.push(() => receiver.close())
  return receiver
}

const hello = { to: 'ada@example.com', subject: 'Hello', text: 'How are you?' }
const local = { OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' }

describe('the mail server', () => {
  it('is set while the server runs, and followed at once', async () => {
    const [first, second] = [await receive(), await receive()]
    const { server, call } = await start(local)
    const mailer = server.app.get(Mailer)
    expect(await mailer.isConfigured()).toBe(false)
    for (const { port, mails } of [first, second]) {
      const section = { host: '127.0.0.1', port, security: 'starttls', from: 'Our shop <mail@shop.example>' }
      const answer = await call('PATCH', '/settings/mail', section)
      expect(answer.status, answer.text).toBe(200)
      await mailer.send(hello)
      expect(mails).toMatchObject([{ from: 'mail@shop.example', to: [hello.to] }])
    }
    await call('PATCH', '/settings/mail', { host: null, from: null })
    expect(await mailer.isConfigured()).toBe(false)
  })

  it('named by an admin is reached only where other calls may go (A130)', async () => {
    const { port, mails } = await receive()
    const { server, call } = await start()
    await call('PATCH', '/settings/mail', { host: '127.0.0.1', port, security: 'starttls', from: 'mail@shop.example' })
    await expect(server.app.get(Mailer).send(hello)).rejects.toThrow('cannot be called')
    expect(mails).toEqual([])
  })

  it('gets a password only after it was given for that server (A157), and nobody is shown it', async () => {
    const { call } = await start(local)
    const section = { host: 'one.example.com', user: 'me', password: 'very secret', from: 'mail@shop.example' }
    expect((await call('PATCH', '/settings/mail', section)).json.data).toMatchObject({ password: '***' })
    const moved = await call('PATCH', '/settings/mail', { host: 'two.example.com' })
    expect(moved.json).toMatchObject({ code: 'validation_failed', errors: [{ path: 'password' }] })
    expect((await call('GET', '/settings')).text).not.toContain('very secret')
  })

  it.each([
    [{ host: 'mail.example.com' }, 'from'],
    [{ host: 'mail.example.com', from: 'nobody' }, 'from'],
    [{ host: 'mail.example.com', from: 'a@example.com', user: 'me' }, 'password'],
    [{ host: 'a b' }, 'host'],
    [{ host: 'mail.example.com\r\nX: y', from: 'a@example.com' }, 'host'],
  ])('cannot be %j', async (section, path) => {
    const { call } = await start()
    const answer = await call('PATCH', '/settings/mail', section)
    expect(answer.json).toMatchObject({ status: 422, errors: [{ path }] })
  })
})

describe('what the environment says', () => {
  it('is shown as pinned, holds, and cannot be changed', async () => {
    const receiver = await receive()
    const { server, call } = await start({
      SMTP_URL: `smtp://127.0.0.1:${receiver.port}`,
      MAIL_FROM: 'mail@shop.example',
      SIGNUP_ENABLED: 'false',
    })
    const sections = (await call('GET', '/settings')).json.data as { section: string; pinned: object; value: object }[]
    const find = (name: string) => sections.find(({ section }) => section === name)!
    expect(find('mail')).toMatchObject({
      pinned: { host: 'SMTP_URL', port: 'SMTP_URL', from: 'MAIL_FROM' },
      value: { host: '127.0.0.1', port: receiver.port, from: 'mail@shop.example' },
    })
    expect(find('auth.signUp')).toMatchObject({ pinned: { enabled: 'SIGNUP_ENABLED' }, value: { enabled: false } })
    expect(find('auth.passwords').pinned).toEqual({})
    const change = await call('PATCH', '/settings/mail', { host: 'evil.example.com' })
    expect(change.json).toMatchObject({ status: 422, errors: [{ path: 'host', code: 'pinned' }] })
    expect((await call('PATCH', '/settings/auth.signUp', { enabled: true })).status).toBe(422)
    await server.app.get(Mailer).send(hello)
    expect(receiver.mails).toHaveLength(1)
  })

  it('is listed with every key, and without a secret', async () => {
    const { server, call } = await start({ SECRET_KEY: 'k'.repeat(40), MAX_BODY_BYTES: '5000000' })
    const { json, text } = await call('GET', '/environment')
    const byKey = new Map((json.data as { key: string }[]).map((setting) => [setting.key, setting]))
    expect(byKey.get('MAX_BODY_BYTES')).toMatchObject({ value: '5000000', secret: false })
    expect(byKey.get('SECRET_KEY')).toMatchObject({ value: '***', secret: true })
    expect(byKey.get('CHANGES_MAX_MB')).toMatchObject({ value: null, defaultText: '1024' })
    expect(text).not.toContain('kkkk')
    expect(text).not.toContain(server.databaseUrl)
    expect((await server.request('GET', '/api/v1/admin/environment')).status).toBe(401)
  })
})

it('closes and opens sign-up while the server runs', async () => {
  const { server, call } = await start()
  const signUp = async (email: string) =>
    (await server.request('POST', '/api/v1/auth/signup', { body: { email, password: 'a long password 1' } })).status
  expect(await signUp('one@example.com')).toBe(201)
  await call('PATCH', '/settings/auth.signUp', { enabled: false })
  expect(await signUp('two@example.com')).toBe(403)
  await call('PATCH', '/settings/auth.signUp', { enabled: null })
  expect(await signUp('three@example.com')).toBe(201)
})
