import type { ChannelMember } from '@holdfast/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ChannelClient, connect } from '../../support/channel-client.js'
import { startServer, type TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const patience = { timeout: 30_000, interval: 50 }

describe.each(['PostgreSQL', ...(hasRedis() ? ['Redis'] : [])])('channels over nodes that talk by %s', (by) => {
  let redis: TestRedis | undefined
  let nodes: TestServer[]
  let admin: Persona
  let ada: Persona
  let ben: Persona
  const clients: ChannelClient[] = []

  beforeAll(async () => {
    redis = by === 'Redis' ? await startRedis() : undefined
    const env: Record<string, string> = redis ? { REDIS_URL: redis.url } : {}
    const first = await startServerWith([{ name: 'rooms', fields: [{ name: 'open', type: 'boolean' }] }], env)
    admin = first.admin
    nodes = [first.server, await startNode(first.server, env), await startNode(first.server, env)]
    ada = await signUp(first.server, 'ada@example.com')
    ben = await signUp(first.server, 'ben@example.com')
    await define({ name: 'lobby', rules: [{ role: 'user', action: ['join', 'send', 'presence'] }] })
    await define({
      name: 'rooms',
      collection: 'rooms',
      rules: [{ role: 'user', action: ['join', 'send'], conditions: { open: true } }],
    })
    await Promise.all(nodes.map(untilDefined))
  })
  afterAll(async () => {
    for (const node of nodes.toReversed()) await node.stop()
    await redis?.kill()
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })

  const startNode = (first: TestServer, env: Record<string, string>) =>
    startServer({ DATABASE_URL: first.databaseUrl, PUBLIC_URL: first.config.publicUrl, ...env })

  async function define(body: { name: string; [key: string]: unknown }): Promise<void> {
    const { status, text } = await nodes[0]!.request('POST', '/api/v1/admin/channels', { token: admin.token, body })
    expect(status, text).toBe(201)
  }

  const untilDefined = (node: TestServer) =>
    vi.waitFor(async () => {
      const { json } = await node.request('GET', '/api/v1/admin/channels', { token: admin.token })
      expect(json.data).toHaveLength(2)
    }, patience)

  async function join(
    node: number,
    persona: Persona,
    channel = 'lobby',
    presence?: { [key: string]: string | number },
  ) {
    const client = await connect(nodes[node]!, persona.token)
    clients.push(client)
    expect(await client.request({ type: 'join', channel, ...(presence && { presence }) })).toMatchObject({ type: 'ok' })
    return client
  }

  /** Who a connection is told is there. */
  async function presentAt(client: ChannelClient): Promise<ChannelMember[]> {
    client.received.length = 0
    expect(await client.request({ type: 'join', channel: 'lobby' })).toMatchObject({ type: 'ok' })
    return (await client.next('presences')).members
  }

  it('carries messages of each sender in order, and once', async () => {
    const [a, b, c] = [await join(0, ada), await join(1, ben), await join(2, ada)]
    await Promise.all(
      [a, b].map(async (client, sender) => {
        for (let at = 0; at < 50; at++)
          expect(
            await client!.request({ type: 'send', channel: 'lobby', event: `${sender}`, payload: at }),
          ).toMatchObject({ type: 'ok' })
      }),
    )
    for (const [client, senders] of [
      [a, ['1']],
      [b, ['0']],
      [c, ['0', '1']],
    ] as const) {
      const said = () => client.received.flatMap((reply) => (reply.type === 'message' ? [reply] : []))
      await expect.poll(() => said().length, patience).toBe(50 * senders.length)
      for (const sender of senders)
        expect(
          said()
            .filter(({ event }) => event === sender)
            .map(({ payload }) => payload),
        ).toEqual(Array.from({ length: 50 }, (_, at) => at))
    }
  })

  it('shows who is there on every node', async () => {
    const [a, b] = [await join(0, ada, 'lobby', { n: 'a' }), await join(1, ben, 'lobby', { n: 'b' })]
    const watcher = await join(2, ada)
    await vi.waitFor(async () => expect(await presentAt(watcher)).toHaveLength(2), patience)
    await a.request({ type: 'presence', channel: 'lobby', state: { n: 'A' } })
    const changed = await watcher.next('changed')
    expect(changed.member).toMatchObject({ user: ada.id, state: { n: 'A' } })
    expect((await b.next('changed')).member).toEqual(changed.member)
    await a.request({ type: 'send', channel: 'lobby', event: 'said', payload: 'hi' })
    expect((await watcher.next('message')).from).toEqual(changed.member)
    a.drop()
    expect((await watcher.next('left')).member).toEqual(changed.member)
    await b.request({ type: 'leave', channel: 'lobby' })
    expect((await watcher.next('left')).member.user).toBe(ben.id)
    expect(await presentAt(watcher)).toEqual([])
  })

  it('puts members out on the other node when a record changes', async () => {
    const made = await nodes[0]!.request('POST', '/api/v1/collections/rooms/records', {
      token: admin.token,
      body: { open: true },
    })
    const { id } = made.json.data
    const b = await join(1, ben, `rooms/${id}`)
    await nodes[0]!.request('PATCH', `/api/v1/collections/rooms/records/${id}`, {
      token: admin.token,
      body: { open: false },
    })
    expect(await b.next('error')).toMatchObject({ channel: `rooms/${id}`, code: 'forbidden' })
  })

  it('tells a node that starts who is there, and the others when it stops', async () => {
    const a = await join(0, ada, 'lobby', { n: 'a' })
    const env: Record<string, string> = redis ? { REDIS_URL: redis.url } : {}
    const late = await startNode(nodes[0]!, env)
    try {
      await untilDefined(late)
      const guest = await connect(late, ben.token)
      clients.push(guest)
      await guest.request({ type: 'join', channel: 'lobby', presence: { n: 'late' } })
      await vi.waitFor(async () => expect(await presentAt(guest)).toHaveLength(2), patience)
      await vi.waitFor(async () => expect(await presentAt(a)).toHaveLength(2), patience)
      clients.splice(clients.indexOf(guest), 1)
    } finally {
      await late.stop()
    }
    // It says so, and is not only missed for its silence.
    await vi.waitFor(async () => expect(await presentAt(a)).toHaveLength(1), { timeout: 6000, interval: 50 })
  })

  it('shows the same everywhere in the end, however often nodes lose each other', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
    const random = randomOf(seed)
    const watchers = await Promise.all(nodes.map((_, at) => join(at, ada)))
    const present = new Map<ChannelClient, number>()
    for (let step = 0; step < 60; step++) {
      const some = [...present.keys()][Math.floor(random() * present.size)]
      const what = random()
      if (what < 0.45 || !some) present.set(await join(Math.floor(random() * 3), ben, 'lobby', { step }), step)
      else if (what < 0.75) {
        present.delete(some)
        some.drop()
      } else if (what < 0.9) {
        await some.request({ type: 'presence', channel: 'lobby', state: { step } })
        present.set(some, step)
      } else await cut(random)
    }
    const stepsAt = async (watcher: ChannelClient) =>
      (await presentAt(watcher)).map(({ state }) => state['step'] as number).sort((one, other) => one - other)
    const wanted = [...present.values()].sort((one, other) => one - other)
    for (const watcher of watchers)
      await vi.waitFor(async () => expect(await stepsAt(watcher), `seed ${seed}`).toEqual(wanted), patience)
  })

  /** Breaks what nodes talk by. */
  async function cut(random: () => number): Promise<void> {
    if (redis && random() < 0.5) {
      await redis.kill()
      await redis.start()
    }
    const values = [random() < 0.5 ? 'holdfast bus' : 'holdfast signals']
    const text =
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()'
    await nodes[0]!.database.run({ text, values })
  }
})

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
