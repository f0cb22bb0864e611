import { HoldfastError } from '@holdfast/sdk'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Receiver, startReceiver } from '../../security/outbound/receiver.js'
import type { TestServer } from '../../support/index.js'
import { type Node, startNode } from '../jobs/node.js'
import { hookEnv } from '../webhooks/hooks.js'
import { ada, connect, startSdkServer, type TestClient } from './support.js'

const soon = { timeout: 30_000, interval: 50 }

let server: TestServer
let node: Node
let admin: TestClient
let user: TestClient
let userId: string
const receivers: Receiver[] = []

beforeAll(async () => {
  const started = await startSdkServer(hookEnv, async (env) => {
    node = await startNode([{ name: 'test.sdk', handler: async () => {} }], env)
    return node.server
  })
  server = started.server
  admin = started.admin
  user = connect(server)
  userId = (await user.auth.signUp(ada)).user.id
})
afterAll(() => server?.stop())
afterEach(async () => {
  for (const receiver of receivers.splice(0)) receiver.close()
  for (const { id } of (await admin.admin.webhooks.list()).data) await admin.admin.webhooks.delete(id)
})

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
  )

async function receive(answer?: Parameters<typeof startReceiver>[0]): Promise<Receiver> {
  const receiver = await startReceiver(answer)
  receivers.push(receiver)
  return receiver
}

const hookTo = ({ port }: Receiver) => ({
  url: `http://127.0.0.1:${port}/hook`,
  collection: 'posts',
  events: ['create' as const],
})

const post = (title: string) => admin.collection('posts').create({ title, author: userId })

describe('webhooks', () => {
  it('are made, changed, listed and deleted', async () => {
    const { webhooks } = admin.admin
    const made = await webhooks.create({ ...hookTo(await receive()), filter: { status: 'published' }, ordered: true })
    expect(made).toMatchObject({ secret: expect.stringMatching(/^whsec_/), ordered: true, enabled: true })
    const { secret: _, ...shown } = made
    expect(await webhooks.get(made.id)).toEqual(shown)
    const changed = await webhooks.update(made.id, { filter: null, enabled: false, description: 'Paused' })
    expect(changed).toMatchObject({ enabled: false, description: 'Paused', events: ['create'] })
    expect(changed).not.toHaveProperty('filter')
    const other = await webhooks.create(hookTo(await receive()))
    const { data, meta } = await webhooks.list({ limit: 1 })
    expect(data.map(({ id }) => id)).toEqual([other.id])
    expect((await webhooks.list({ limit: 1, cursor: meta.nextCursor! })).data).toEqual([changed])
    await webhooks.delete(made.id)
    expect(await codeOf(webhooks.get(made.id))).toBe('not_found')
    expect(await codeOf(webhooks.create({ ...hookTo(receivers[0]!), collection: 'nope' }))).toBe('validation_failed')
    expect(await codeOf(user.admin.webhooks.list())).toBe('forbidden')
  })

  it('are tried, and signed by two secrets while they change over', async () => {
    const receiver = await receive()
    const { webhooks } = admin.admin
    const { id, secret } = await webhooks.create(hookTo(receiver))
    expect(await webhooks.test(id)).toMatchObject({ status: 200, error: null, response: 'received' })
    const rotated = await webhooks.rotateSecret(id, { keepOldForHours: 1 })
    expect(rotated.secretHints).toHaveLength(2)
    await webhooks.test(id)
    const { body, headers } = receiver.received[1]!
    for (const key of [secret, rotated.secret])
      expect(new Webhook(key).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'test' })
  })

  it('keep a log of deliveries, which are sent again', async () => {
    let answers = 0
    const receiver = await receive((response) => response.writeHead(answers++ < 1 ? 500 : 200).end('ok'))
    const { webhooks } = admin.admin
    const { id } = await webhooks.create(hookTo(receiver))
    const { id: record } = await post('Delivered')
    const pending = await vi.waitFor(async () => {
      const { data } = await webhooks.deliveries(id, { state: 'pending' })
      expect(data).toMatchObject([{ event: 'posts.created', record, attempts: [{ status: 500 }] }])
      return data[0]!
    }, soon)
    expect(pending).not.toHaveProperty('payload')
    expect((await webhooks.delivery(id, pending.id)).payload).toMatchObject({
      type: 'posts.created',
      data: { record: { id: record, title: 'Delivered' } },
    })
    expect((await webhooks.cancel(id, pending.id)).state).toBe('cancelled')
    expect(await codeOf(webhooks.cancel(id, pending.id))).toBe('conflict')
    const delivered = () =>
      vi.waitFor(async () => expect((await webhooks.delivery(id, pending.id)).state).toBe('delivered'), soon)
    expect((await webhooks.resend(id, pending.id)).id).toBe(pending.id)
    await delivered()
    const range = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 3_600_000).toISOString(),
    }
    expect(await webhooks.resendRange(id, range)).toBe(0)
    expect(await webhooks.resendRange(id, { ...range, states: ['delivered'] })).toBe(1)
    await vi.waitFor(() => expect(receiver.received).toHaveLength(3), soon)
    await delivered()
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([pending.id]))
  })
})

describe('channels', () => {
  it('are opened, replaced and removed', async () => {
    const { channels } = admin.admin
    const lobby = { name: 'lobby', rules: [{ role: 'user', action: ['join' as const, 'send' as const] }] }
    await channels.create(lobby)
    expect(await channels.get('lobby')).toMatchObject(lobby)
    expect(await codeOf(channels.create(lobby))).toBe('conflict')
    const heard: unknown[] = []
    const refused: string[] = []
    const room = user.channel('lobby').join({ message: ({ payload }) => heard.push(payload) })
    const other = admin.channel('lobby').join({ error: ({ code }) => refused.push(code) })
    await vi.waitFor(async () => {
      await other.send('hi', 1)
      expect(heard.length).toBeGreaterThan(0)
    }, soon)
    await channels.replace('lobby', { rules: [{ role: 'user', action: 'join' }] })
    expect((await channels.list()).map(({ name, rules }) => [name, rules.length])).toEqual([['lobby', 1]])
    await vi.waitFor(async () => expect(await codeOf(room.send('hi', 2))).toBe('forbidden'), soon)
    await channels.delete('lobby')
    expect(await channels.list()).toEqual([])
    expect(await codeOf(channels.get('lobby'))).toBe('not_found')
    expect(await codeOf(channels.replace('lobby', { rules: [] }))).toBe('not_found')
    expect(await codeOf(user.admin.channels.list())).toBe('forbidden')
    room.leave()
    other.leave()
  })
})

describe('jobs', () => {
  it('are listed, begun by the clock, cancelled and tried again', async () => {
    const { jobs } = admin.admin
    const schedules = await vi.waitFor(async () => {
      const found = await jobs.schedules()
      expect(found.length).toBeGreaterThan(0)
      return found
    }, soon)
    expect(schedules).toContainEqual({
      name: 'webhooks.purge',
      cron: '23 * * * *',
      timezone: 'UTC',
      nextRunAt: expect.any(String),
    })
    const later = { startAfter: new Date('2099-01-01T00:00:00Z') }
    const queue = node.queues['test.sdk']!
    const ids = [await queue.enqueue({ n: 0 }, later), await queue.enqueue({ n: 1 }, later)]
    const { data, meta } = await jobs.list({ name: 'test.sdk', state: 'waiting', limit: 1 })
    expect(data).toMatchObject([{ id: ids[1], data: { n: 1 }, runAt: '2099-01-01T00:00:00.000Z' }])
    const next = await jobs.list({ name: 'test.sdk', state: 'waiting', limit: 1, cursor: meta.nextCursor! })
    expect(next.data.map(({ id }) => id)).toEqual([ids[0]])
    expect(await jobs.cancel(ids[0]!)).toMatchObject({ id: ids[0], state: 'cancelled' })
    expect(await jobs.get(ids[0]!)).toMatchObject({ state: 'cancelled', attempts: 0 })
    await jobs.retry(ids[0]!)
    await vi.waitFor(async () => expect((await jobs.get(ids[0]!)).state).toBe('completed'), soon)
    expect(await codeOf(jobs.retry(ids[0]!))).toBe('conflict')
    expect(await codeOf(jobs.get(userId))).toBe('not_found')
    expect(await codeOf(user.admin.jobs.list())).toBe('forbidden')
  })
})

describe('the change log', () => {
  it('tells its size and how far its readers are', async () => {
    await admin.admin.webhooks.create(hookTo(await receive()))
    const { segments, bytes, trimmedTo, consumers } = await admin.admin.changes.state()
    expect(segments.map(({ name }) => name)).toEqual(['changes_head'])
    expect(bytes).toBeGreaterThan(0)
    expect(trimmedTo).toBe(0)
    expect(consumers).toMatchObject([{ name: 'webhooks', behind: expect.any(Number) }])
    expect(await codeOf(user.admin.changes.state())).toBe('forbidden')
  })
})
