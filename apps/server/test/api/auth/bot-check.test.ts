import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, newEmail, password, signInAdmin } from './people.js'
import { Visitor } from './visitor.js'

/** What the provider of the check is asked, and says. */
interface Peer {
  readonly url: string
  readonly asked: URLSearchParams[]
  answer: { status: number; body: string }
  close(): Promise<void>
}

async function startPeer(): Promise<Peer> {
  const asked: URLSearchParams[] = []
  const server: Server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const form = new URLSearchParams(text)
    asked.push(form)
    const { status, body } = peer.answer
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body === 'by token' ? JSON.stringify({ success: form.get('response') === 'human' }) : body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const peer: Peer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/siteverify`,
    asked,
    answer: byToken,
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return peer
}

const byToken = { status: 200, body: 'by token' }
let server: TestServer
let peer: Peer
let admin: string
beforeAll(async () => {
  peer = await startPeer()
  server = await startServer({ ...adminEnv, OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' })
  admin = (await signInAdmin(server)).accessToken
})
afterAll(async () => {
  await server.stop()
  await peer.close()
})
afterEach(async () => {
  peer.answer = byToken
  await settings({ provider: null, siteKey: null, secretKey: null, verifyUrl: null, routes: null })
})

const settings = (body: object) =>
  server.request('PATCH', '/api/v1/admin/settings/auth.botCheck', { token: admin, body })
const switchOn = async (more: object = {}) => {
  const on = { provider: 'turnstile', siteKey: '1x00', secretKey: 'shared secret', verifyUrl: peer.url, ...more }
  const answer = await settings(on)
  expect(answer.status, answer.text).toBe(200)
  expect(answer.json.data.value?.secretKey ?? answer.json.data.secretKey).toBe('***')
}
const signUpWith = (more: object, headers: Record<string, string> = {}) =>
  server.request('POST', '/api/v1/auth/signup', { body: { email: newEmail(), password, ...more }, headers })

describe('a check that people are no robots', () => {
  it('is off until an admin wants it', async () => {
    expect((await server.request('GET', '/api/v1/auth/bot-check')).json.data).toEqual({
      provider: null,
      siteKey: null,
      routes: [],
    })
    expect((await signUpWith({})).status).toBe(201)
    expect((await signUpWith({ botToken: 'x' })).status).toBe(201)
  })

  it('asks the provider, and lets pass whom it says yes to', async () => {
    await switchOn()
    expect((await server.request('GET', '/api/v1/auth/bot-check')).json.data).toMatchObject({
      provider: 'turnstile',
      siteKey: '1x00',
    })
    const before = peer.asked.length
    expect((await signUpWith({ botToken: 'human' })).status).toBe(201)
    expect((await signUpWith({}, { 'x-bot-token': 'human' })).status).toBe(201)
    expect(Object.fromEntries(peer.asked[before]!)).toEqual({
      secret: 'shared secret',
      response: 'human',
      remoteip: '127.0.0.1',
    })
    for (const refused of [{}, { botToken: '' }, { botToken: 'robot' }, { botToken: 7 }, { botToken: ['human'] }])
      expect((await signUpWith(refused)).json).toMatchObject({ status: 403, code: 'bot_check_failed' })
  })

  it.each([
    ['POST', '/auth/signup', { email: 'a@example.com', password }],
    ['POST', '/auth/login', { email: 'a@example.com', password }],
    ['POST', '/auth/password/forgot', { email: 'a@example.com' }],
    ['POST', '/auth/otp', { email: 'a@example.com' }],
    ['POST', '/auth/magic-link', { email: 'a@example.com' }],
    ['POST', '/auth/phone', { phone: '+4915112345678' }],
    ['POST', '/auth/anonymous', {}],
  ])('stands before %s %s', async (method, path, body) => {
    await switchOn()
    const answer = await server.request(method, `/api/v1${path}`, { body })
    expect(answer.json).toMatchObject({ status: 403, code: 'bot_check_failed', errors: [{ path: 'botToken' }] })
    await settings({ routes: [] })
    expect((await server.request(method, `/api/v1${path}`, { body })).json?.code).not.toBe('bot_check_failed')
  })

  it.each([
    { status: 500, body: '{"success":true}' },
    { status: 302, body: '{"success":true}' },
    { status: 200, body: '{"success":"true"}' },
    { status: 200, body: '{"success":1}' },
    { status: 200, body: 'true' },
    { status: 200, body: '' },
    { status: 200, body: 'null' },
  ])('lets nobody pass when the provider answers %j', async (answer) => {
    await switchOn()
    peer.answer = answer
    expect([403, 503]).toContain((await signUpWith({ botToken: 'human' })).status)
  })

  it('lets nobody pass when the provider cannot be reached', async () => {
    await switchOn({ verifyUrl: 'http://127.0.0.1:1/siteverify' })
    expect((await signUpWith({ botToken: 'human' })).json).toMatchObject({ status: 503, code: 'unavailable' })
  })

  it('needs keys, and its secret anew when the place it is sent to changes (A157)', async () => {
    expect((await settings({ provider: 'hcaptcha' })).status).toBe(422)
    await switchOn()
    const moved = await settings({ verifyUrl: 'https://evil.example/' })
    expect(moved.json).toMatchObject({ status: 422, errors: [{ path: 'secretKey' }] })
  })

  it('is on the pages, which then may load it, and only then', async () => {
    const visitor = new Visitor(server)
    const before = await visitor.open('/auth/ui/sign-up')
    expect(before.headers.get('content-security-policy')).not.toContain('cloudflare')
    await switchOn()
    const page = await visitor.open('/auth/ui/sign-up')
    expect(page.text).toContain('class="challenge cf-turnstile" data-sitekey="1x00"')
    expect(page.text).toContain('src="https://challenges.cloudflare.com/turnstile/v0/api.js"')
    expect(page.headers.get('content-security-policy')).toContain('frame-src https://challenges.cloudflare.com')
    const fields = { email: newEmail(), password }
    const refused = await visitor.send(page, 'sign-up', { ...fields, 'cf-turnstile-response': 'robot' })
    expect(refused.words).toContain('Show that you are no robot')
    const passed = await visitor.send(refused, 'sign-up', { ...fields, 'cf-turnstile-response': 'human' })
    expect(passed.words, passed.text).toContain('Your account')
  })
})
