import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, Hooks, payloads, received } from '../../api/webhooks/hooks.js'
import { startServer } from '../../support/index.js'
import { signUp } from '../../support/personas.js'
import { type Receiver, startReceiver } from '../outbound/receiver.js'

let hooks: Hooks
let receiver: Receiver

beforeAll(async () => {
  hooks = await Hooks.start()
  receiver = await startReceiver()
})
afterAll(async () => {
  receiver?.close()
  await hooks?.server.stop()
})

describe('A193: what a receiver verifies', () => {
  it('is the body, the id and the time, under a secret of that webhook alone', async () => {
    const { secret } = await hooks.create(receiver.port, { events: ['create'] })
    const other = await hooks.create(receiver.port, {
      url: `http://127.0.0.1:${receiver.port}/other`,
      events: ['create'],
    })
    expect(secret).not.toBe(other.secret)
    for (const text of [secret, other.secret])
      expect(Buffer.from(text.slice('whsec_'.length), 'base64').length).toBeGreaterThanOrEqual(24)
    await hooks.post({ title: 'signed' })
    const { body, headers } = (await received(receiver, 2)).find(({ path }) => path === '/hook')!
    const signed = headers as Record<string, string>
    const verifier = new Webhook(secret)
    verifier.verify(body, signed)
    expect(signed['webhook-id']).not.toContain('.')
    const refused = (text: string, changed: Record<string, string>, by = verifier) =>
      expect(() => by.verify(text, { ...signed, ...changed })).toThrow()
    refused(body.replace('signed', 'forged'), {})
    refused(body, { 'webhook-id': other.id })
    refused(body, { 'webhook-timestamp': String(Number(signed['webhook-timestamp']) + 1) })
    refused(body, { 'webhook-timestamp': String(Number(signed['webhook-timestamp']) - 3600) })
    refused(body, {}, new Webhook(other.secret))
  })
})

describe('A194: a secret is shown once', () => {
  it('and never again: not in lists, in logs of deliveries, in answers to changes, nor in the tables', async () => {
    const { id, secret } = await hooks.create(receiver.port)
    const rotated = await hooks.send('POST', `/admin/webhooks/${id}/rotate-secret`, {})
    await hooks.send('POST', `/admin/webhooks/${id}/test`)
    const [delivery] = await hooks.deliveries(id)
    const answers = await Promise.all([
      hooks.request('GET', '/admin/webhooks'),
      hooks.request('GET', `/admin/webhooks/${id}`),
      hooks.request('PATCH', `/admin/webhooks/${id}`, { body: { description: 'x' } }),
      hooks.request('GET', `/admin/webhooks/${id}/deliveries`),
      hooks.request('GET', `/admin/webhooks/${id}/deliveries/${delivery.id}`),
    ])
    const tables = await hooks.sql(
      `select coalesce(json_agg(t), '[]')::text from (
         select to_jsonb(w) from holdfast.webhooks w union all select to_jsonb(s) from holdfast.webhook_secrets s
         union all select to_jsonb(d) from holdfast.webhook_deliveries d) t`,
    )
    for (const text of [...answers.map((answer) => answer.text), String(tables[0]![0])])
      for (const hidden of [secret, rotated.secret]) {
        expect(text).not.toContain(hidden)
        expect(text).not.toContain(hidden.slice('whsec_'.length))
      }
  })

  it('and nothing of webhooks is for anybody but admins', async () => {
    const { id } = await hooks.create(receiver.port)
    const user = await signUp(hooks.server, 'nosy@example.com')
    const routes: [string, string, object?][] = [
      ['GET', '/admin/webhooks'],
      ['POST', '/admin/webhooks', { url: 'https://example.com/', collection: 'posts', events: ['create'] }],
      ['POST', '/admin/webhooks/subscribe', { target_url: 'https://example.com/', event: 'posts.created' }],
      ['GET', '/admin/webhooks/sample?event=posts.created'],
      ['GET', `/admin/webhooks/${id}`],
      ['PATCH', `/admin/webhooks/${id}`, {}],
      ['DELETE', `/admin/webhooks/${id}`],
      ['POST', `/admin/webhooks/${id}/rotate-secret`, {}],
      ['POST', `/admin/webhooks/${id}/test`],
      ['POST', `/admin/webhooks/${id}/resend`, {}],
      ['GET', `/admin/webhooks/${id}/deliveries`],
      ['GET', `/admin/webhooks/${id}/deliveries/${id}`],
      ['POST', `/admin/webhooks/${id}/deliveries/${id}/resend`],
      ['POST', `/admin/webhooks/${id}/deliveries/${id}/cancel`],
    ]
    for (const [method, path, body] of routes) {
      const anonymous = await hooks.request(method, path, { token: undefined as never, body })
      const nosy = await hooks.request(method, path, { token: user.token, body })
      expect([method, path, anonymous.status, nosy.status]).toEqual([method, path, 401, 403])
    }
  })
})

describe('A196: a payload', () => {
  it('has no hidden field that was not named, nothing of credentials, and text as it is (A73)', async () => {
    const title = `{{constructor.constructor('return process')()}} <%= 1 %> \${1}`
    const quiet = await startReceiver()
    await hooks.create(quiet.port, { events: ['create', 'update'] })
    await hooks.create(quiet.port, { collection: 'users' })
    await signUp(hooks.server, 'told@example.com')
    const post = await hooks.post({ title, secret: 'hush' })
    await hooks.send('PATCH', `/collections/posts/records/${post.id}`, { secret: 'hushed' })
    const told = payloads(await received(quiet, 3))
    expect(JSON.stringify(told)).not.toMatch(/hush|password|hash|token/i)
    expect(told.find(({ type }) => type === 'posts.created').data.record.title).toBe(title)
    expect(told.find(({ type }) => type === 'users.created').data.record.email).toBe('told@example.com')
    quiet.close()
  })
})

describe('SECRET_KEY', () => {
  it('reads what was encrypted before it; what was encrypted under it is of no use without it', async () => {
    const before = await hooks.create(receiver.port)
    const databaseUrl = hooks.server.databaseUrl
    const env = { DATABASE_URL: databaseUrl, OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' }
    const keyed = await startServer({ ...env, PUBLIC_URL: hooks.server.config.publicUrl, SECRET_KEY: 'k'.repeat(32) })
    const send = async (method: string, path: string, body: object = {}) => {
      const answer = await keyed.request(method, `/api/v1/admin/webhooks${path}`, { token: hooks.admin.token, body })
      expect(answer.status, answer.text).toBeLessThan(300)
      return answer.json.data
    }
    expect(await send('POST', `/${before.id}/test`)).toMatchObject({ status: 200 })
    const { body, headers } = receiver.received.at(-1)!
    new Webhook(before.secret).verify(body, headers as Record<string, string>)
    const url = `http://127.0.0.1:${receiver.port}/`
    const { id } = await send('POST', '', { url, collection: 'labels', events: ['create'] })
    await keyed.stop()
    // A copy of the database alone does not sign.
    const calls = receiver.received.length
    const failed = await hooks.send('POST', `/admin/webhooks/${id}/test`)
    expect(failed).toMatchObject({ status: null, error: expect.stringContaining('SECRET_KEY') })
    expect(receiver.received).toHaveLength(calls)
    await hooks.send('POST', `/admin/webhooks/${id}/rotate-secret`, {})
    expect(await hooks.send('POST', `/admin/webhooks/${id}/test`)).toMatchObject({ status: 200 })
    await hooks.send('POST', '/collections/labels/records', { name: 'x' })
    await eventually(async () => expect(await hooks.deliveries(id, '&state=delivered')).toHaveLength(2))
  })
})
