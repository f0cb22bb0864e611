import { type HoldfastError, type RecordEvent } from '@holdfast/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Post } from '../../../../../packages/sdk/fixtures/schema.js'
import type { TestServer } from '../../support/index.js'
import {
  ada,
  admin as adminCredentials,
  connect,
  countRequests,
  openStorage,
  startSdkServer,
  type TestClient,
} from './support.js'

let server: TestServer
let admin: TestClient
let client: TestClient
let adaId: string
const clients: TestClient[] = []

const newClient = (): TestClient => {
  const made = connect(server)
  clients.push(made)
  return made
}

beforeAll(async () => {
  ;({ server, admin } = await startSdkServer())
  client = newClient()
  adaId = (await client.auth.signUp(ada)).user.id
})
afterAll(async () => {
  for (const each of [...clients, admin]) each.realtime.close()
  await server.stop()
})

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 20 })

/** Collects what a subscription tells, from when it is ready. */
async function listen(by: TestClient, filter: object = {}, options: object = {}) {
  const events: RecordEvent<Post>[] = []
  const errors: HoldfastError[] = []
  const stop = by
    .collection('posts')
    .subscribe({ filter, onError: (error) => errors.push(error), ...options }, (event) => events.push(event))
  await until(() => expect(events.length + errors.length).toBeGreaterThan(0))
  await until(() => expect(errors.length > 0 || events.some(({ type }) => type === 'ready')).toBe(true))
  const titles = () =>
    events.flatMap(({ type, record }) => (record && 'title' in record ? [`${type} ${record.title}`] : []))
  return { events, errors, stop, titles }
}

const breakConnection = (of: TestClient) =>
  // As a network does it: the socket of the client is gone without a word.
  (of.realtime as unknown as { restart(): void }).restart()

describe('a subscription', () => {
  it('tells of changes in and out of its filter', async () => {
    const { events, stop } = await listen(admin, { status: 'published' })
    const posts = admin.collection('posts')
    const post = await posts.create({ title: 'In', author: adaId, status: 'draft' })
    await posts.update(post.id, { status: 'published' })
    await posts.update(post.id, { title: 'Changed' })
    await posts.update(post.id, { status: 'draft' })
    await until(() => expect(events.at(-1)?.type).toBe('leave'))
    expect(events.map(({ type }) => type)).toEqual(['ready', 'enter', 'update', 'leave'])
    expect(events[1]!.record).toMatchObject({ id: post.id, title: 'In', status: 'published' })
    expect(events[3]!.record).toEqual({ id: post.id })
    stop()
    const before = events.length
    await posts.update(post.id, { status: 'published' })
    const other = await listen(admin, { status: 'published' }, { snapshot: true })
    expect(other.titles()).toContain('snapshot Changed')
    expect(events).toHaveLength(before)
    other.stop()
  })

  it('goes on after breaks without missing or repeating anything', async () => {
    const reader = newClient()
    await reader.auth.signInWithPassword(ada)
    const { titles, stop } = await listen(reader, { status: 'published' })
    const expected: string[] = []
    for (let n = 0; n < 30; n++) {
      await admin.collection('posts').create({ title: `n ${n}`, author: adaId, status: 'published' })
      expected.push(`create n ${n}`)
      if (n % 7 === 3) breakConnection(reader)
    }
    await until(() => expect(titles().length).toBeGreaterThanOrEqual(expected.length))
    expect(titles()).toEqual(expected)
    stop()
  })

  it('begins anew when somebody else signs in', async () => {
    const reader = newClient()
    await admin.collection('posts').create({ title: 'Ada only', author: adaId, status: 'draft' })
    const { events, titles, stop } = await listen(reader, { title: 'Ada only' }, { snapshot: true })
    expect(titles()).toEqual([])
    await reader.auth.signInWithPassword(adminCredentials)
    await until(() => expect(titles()).toEqual(['snapshot Ada only']))
    expect(events.map(({ type }) => type)).toEqual(['ready', 'reset', 'snapshot', 'ready'])
    stop()
  })

  it('renews its token when that is due, however soon', async () => {
    const storage = openStorage()
    await connect(server, { storage }).auth.signInWithPassword(ada)
    storage.session = { ...storage.session, refreshAt: Date.now() + 1500 }
    const requests = countRequests()
    const reader = connect(server, { storage, fetch: requests.fetch })
    clients.push(reader)
    const { stop } = await listen(reader)
    const readyAt = Date.now()
    await until(() => expect(requests.count('POST /auth/refresh')).toBe(1))
    // A look every five seconds would come too late for tokens that live for ten.
    expect(Date.now() - readyAt).toBeLessThan(4900)
    expect(reader.realtime.status).toBe('open')
    stop()
  })

  it('is over where the server refuses the one token there is', async () => {
    const stranger = connect(server, { token: 'not.a.token' })
    const { errors, events } = await listen(stranger)
    expect(events).toEqual([])
    expect(errors).toEqual([expect.objectContaining({ code: 'unauthenticated' })])
    expect(stranger.realtime.status).toBe('closed')
  })

  it('says what the server refuses, once', async () => {
    const { errors, events } = await listen(client, { nope: 1 })
    expect(events).toEqual([])
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ code: 'unknown_field' })
  })
})

describe('a live list', () => {
  it('stays what a list would give, whatever happens', async () => {
    const posts = admin.collection('posts')
    const filter = { title: { $startsWith: 'live ' } }
    const list = async () => (await posts.list({ filter, sort: '-views', limit: 5 })).data.map(({ title }) => title)
    let shown: readonly string[] = []
    const stop = admin.collection('posts').live({ filter, sort: '-views', limit: 5 }, (records) => {
      shown = records.map(({ title }) => title)
    })
    const made = await posts.create(
      Array.from({ length: 8 }, (_, n) => ({ title: `live ${n}`, author: adaId, views: n * 10 })),
    )
    await until(async () => expect(shown).toEqual(await list()))
    await posts.update(made[0]!.id, { views: 1000 })
    await posts.delete(made[7]!.id)
    await posts.update(made[5]!.id, { title: 'elsewhere' })
    await until(async () => expect(shown).toEqual(await list()))
    expect(shown).toHaveLength(5)
    breakConnection(admin)
    await posts.update(made[1]!.id, { views: 999 })
    await until(async () => expect(shown).toEqual(await list()))
    stop()
  })

  it('asks again where only the database knows the order', async () => {
    const posts = admin.collection('posts')
    const filter = { title: { $startsWith: 'text ' } }
    let shown: readonly string[] = []
    const stop = posts.live({ filter, sort: 'title' }, (records) => {
      shown = records.map(({ title }) => title)
    })
    for (const title of ['text b', 'text ä', 'text a']) await posts.create({ title, author: adaId })
    const list = async () => (await posts.list({ filter, sort: 'title' })).data.map(({ title }) => title)
    await until(async () => expect(shown).toEqual(await list()))
    expect(shown).toHaveLength(3)
    stop()
  })
})

describe('a channel', () => {
  it('lets members talk and see each other, across breaks', async () => {
    const rule = { role: 'user', action: ['join', 'send', 'presence'] }
    await admin.send('POST', '/admin/channels', { body: { name: 'lobby', rules: [rule] } })
    const other = newClient()
    await other.auth.signInWithPassword(ada)
    const heard: unknown[] = []
    let there: readonly unknown[] = []
    const room = other.channel('lobby').join({
      state: { name: 'second' },
      message: ({ event, payload, from }) => heard.push([event, payload, from.user]),
      presence: (members) => {
        there = members.map(({ state }) => state['name'])
      },
    })
    const mine = client.channel('lobby').join({ state: { name: 'first' } })
    await until(() => expect([...there].sort()).toEqual(['first', 'second']))
    await mine.send('hello', { n: 1 })
    await until(() => expect(heard).toEqual([['hello', { n: 1 }, adaId]]))
    breakConnection(other)
    await until(() => expect(other.realtime.status).toBe('open'))
    await until(() => expect([...there].sort()).toEqual(['first', 'second']))
    mine.leave()
    await until(() => expect(there).toEqual(['second']))
    room.leave()
  })

  it('says that it is closed', async () => {
    const errors: HoldfastError[] = []
    client.channel('nowhere').join({ error: (error) => errors.push(error) })
    await until(() => expect(errors[0]).toMatchObject({ code: 'forbidden' }))
  })
})
