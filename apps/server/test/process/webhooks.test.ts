import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Received, type Receiver, startReceiver } from '../security/outbound/receiver.js'
import { createTestDatabase, findFreePort, type TestDatabase } from '../support/index.js'
import { soak } from '../support/soak.js'
import { type ServerProcess, startReady, stop } from './server-process.js'

const leastChanges = soak ? 10_000 : 300
const killsPerStep = soak ? 12 : 1
const longMs = soak ? 1_800_000 : 240_000

const admin = { email: 'admin@example.com', password: 'correct horse battery' }

/** Two nodes on one database. Either may be killed, and is started again. */
let database: TestDatabase
let client: pg.Client
const nodes: ServerProcess[] = []
const envs: Record<string, string>[] = []
let token = ''
const receivers: Receiver[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  for (let node = 0; node < 2; node++) {
    envs.push({
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '8',
      LOG_LEVEL: 'warn',
      PORT: String(await findFreePort()),
      // Tokens of one node are good at the other.
      PUBLIC_URL: 'http://holdfast.test',
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      OUTBOUND_ALLOW: '127.0.0.1',
      OUTBOUND_PORTS: '1-65535',
      ACCESS_TOKEN_TTL_SECONDS: '86400',
    })
    nodes.push(await startReady(envs[node]!))
  }
  token = (await send('POST', '/auth/login', admin)).data.accessToken
  const fields = [
    { name: 'n', type: 'integer' },
    { name: 'step', type: 'integer', default: 0 },
  ]
  await send('POST', '/admin/collections', { name: 'items', fields })
}, 120_000)
afterAll(async () => {
  for (const receiver of receivers) receiver.close()
  await Promise.all(nodes.map(stop))
  await client?.end()
  await database?.drop()
})

const isUp = new Set([0, 1])

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function send(method: string, path: string, body?: unknown, node = 0): Promise<any> {
  const response = await fetch(`${nodes[node]!.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token !== '' && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

async function open(answer?: Parameters<typeof startReceiver>[0], place?: { port: number }): Promise<Receiver> {
  const receiver = await startReceiver(answer, place)
  receivers.push(receiver)
  return receiver
}

const subscribe = async (port: number, more: object = {}): Promise<string> => {
  const url = `http://127.0.0.1:${port}/`
  const webhook = { url, collection: 'items', events: ['create', 'update', 'delete'], ...more }
  return (await send('POST', '/admin/webhooks', webhook)).data.id
}

async function kill(node: number): Promise<void> {
  if (!isUp.delete(node)) return
  nodes[node]!.signal('SIGKILL')
  await nodes[node]!.ended
  nodes[node] = await startReady(envs[node]!)
  isUp.add(node)
}

/** Writes all the while on both nodes; a write that fails may or may not have been committed. */
function writeOn(): { readonly count: number; readonly lastNode: number; stop(): Promise<void> } {
  const state = { count: 0, lastNode: 0, stopping: false, refused: [] as string[] }
  const one = async (writer: number): Promise<void> => {
    for (let n = 0; !state.stopping; n++) {
      const node = (writer + n) % 2
      try {
        const { data } = await send('POST', '/collections/items/records', { n }, node)
        state.count++
        await send('PATCH', `/collections/items/records/${data.id}`, { step: 1 }, node)
        state.count++
        if (n % 3 === 0) await send('DELETE', `/collections/items/records/${data.id}`, undefined, node)
        state.lastNode = node
      } catch (error) {
        // A node that is down answers nothing; one that is up refuses nothing.
        if (/: 4/.test((error as Error).message)) state.refused.push((error as Error).message)
        await sleep(20)
      }
    }
  }
  const writers = Promise.all([0, 1, 2].map(one))
  return {
    get count() {
      return state.count
    },
    get lastNode() {
      return state.lastNode
    },
    async stop() {
      state.stopping = true
      await writers
      expect(state.refused).toEqual([])
    },
  }
}

const query = async (text: string, ...values: unknown[]) =>
  (await client.query({ text, values, rowMode: 'array' })).rows

/** Attempts that a kill interrupted, and failures of receivers, are made again at once. */
const hurry = async (): Promise<void> => {
  await query(
    `update holdfast.webhook_deliveries set next_attempt_at = now() where state = 'pending' and next_attempt_at > now()`,
  )
  await query('update holdfast.webhooks set paused_until = null')
}

async function allDelivered(webhook: string, timeoutMs: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await hurry()
        const [row] = await query(
          `select (select count(*) from holdfast.changes c join public_items i on i.id = c.collection where c.action <> 'list'
             and c.position not in (select position from holdfast.webhook_deliveries where webhook = $1))::int,
             (select count(*) from holdfast.webhook_deliveries where webhook = $1 and state <> 'delivered')::int`,
          webhook,
        )
        return row
      },
      { timeout: timeoutMs, interval: 500 },
    )
    .toEqual([0, 0])
}

const idsOf = (calls: readonly Received[]): Set<unknown> => new Set(calls.map(({ headers }) => headers['webhook-id']))

it(
  'kill -9 in every step: deliveries are the committed changes, and each arrives',
  async () => {
    await query(`create view public_items as select id from holdfast.collections where name = 'items'`)
    let onCall: (() => void) | undefined
    let onAnswer: (() => void) | undefined
    const receiver = await open((response) => {
      const holding = onCall
      onCall = undefined
      holding?.()
      const tell = onAnswer
      onAnswer = undefined
      response.end('ok', () => tell?.())
    })
    const webhook = await subscribe(receiver.port)
    const ordered = await open()
    const orderedHook = await subscribe(ordered.port, { ordered: true })
    const writing = writeOn()
    const steps: ((node: number) => Promise<void>)[] = [
      // At any moment: a write, a page of the log, a claim.
      async (node) => {
        await sleep(Math.random() * 300)
        await kill(node)
      },
      // Right after a commit, before its delivery is written.
      async () => kill(writing.lastNode),
      // A call is under way.
      (node) =>
        new Promise((resolve, reject) => {
          onCall = () => void kill(node).then(resolve, reject)
        }),
      // It was answered; that it was is not written down yet.
      (node) =>
        new Promise((resolve, reject) => {
          onAnswer = () => void kill(node).then(resolve, reject)
        }),
      // Both at once.
      async () => void (await Promise.all([kill(0), kill(1)])),
    ]
    const rounds = killsPerStep * steps.length
    for (let round = 0; round < rounds; round++) {
      const target = Math.min(writing.count + 20, leastChanges)
      await expect.poll(() => writing.count, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(target)
      await steps[round % steps.length]!(round % 2)
    }
    await expect.poll(() => writing.count, { timeout: longMs, interval: 50 }).toBeGreaterThan(leastChanges)
    await writing.stop()
    for (const id of [webhook, orderedHook]) await allDelivered(id, longMs)

    for (const [id, { received }] of [
      [webhook, receiver],
      [orderedHook, ordered],
    ] as const) {
      const committed = await query(
        `select c.position::int, c.action, c.record from holdfast.changes c join public_items i on i.id = c.collection
         where c.action <> 'list' order by 1`,
      )
      const made = await query(
        `select position::int, case split_part(event, '.', 2) when 'created' then 'create' when 'updated' then 'update' else 'delete' end,
           record from holdfast.webhook_deliveries where webhook = $1 order by 1`,
        id,
      )
      expect(made).toEqual(committed)
      const ids = (await query('select id from holdfast.webhook_deliveries where webhook = $1', id)).flat()
      expect(idsOf(received)).toEqual(new Set(ids))
    }
    expectOrder(ordered.received)
  },
  longMs * 2,
)

/** Versions of a record never go back, but for a delivery that is made twice because nobody could write down the first. */
function expectOrder(calls: readonly Received[]): void {
  const rank = { 'items.created': 0, 'items.updated': 1, 'items.deleted': 2 } as Record<string, number>
  const seen = new Set<unknown>()
  const latest = new Map<string, number>()
  for (const { headers, body } of calls) {
    if (seen.has(headers['webhook-id'])) continue
    seen.add(headers['webhook-id'])
    const { type, data } = JSON.parse(body)
    expect(rank[type]).toBe((latest.get(data.record.id) ?? -1) + 1)
    latest.set(data.record.id, rank[type]!)
  }
}

it(
  'a receiver that is down for an hour gets all, in order where asked, and the others are not slowed',
  async () => {
    const port = await findFreePort()
    // It takes calls and never answers, which is worse than being down.
    const silent = await open(() => {}, { port })
    const down = await subscribe(port, { ordered: true })
    const healthy = await open()
    const up = await subscribe(healthy.port)
    const count = soak ? 500 : 60
    for (let n = 0; n < count; n++) {
      const { data } = await send('POST', '/collections/items/records', { n }, n % 2)
      await send('PATCH', `/collections/items/records/${data.id}`, { step: 1 }, n % 2)
    }
    const startedAt = Date.now()
    await expect.poll(() => healthy.received.length, { timeout: 60_000, interval: 50 }).toBe(count * 2)
    // The first calls to the silent one end after 20 s.
    expect(Date.now() - startedAt).toBeLessThan(15_000)
    expect(silent.received.length).toBeLessThanOrEqual(12)
    silent.close()
    // The hour goes by: what was tried is tried again, and refused.
    for (let minutes = 0; minutes < 60; minutes += 10) {
      await query(
        `update holdfast.webhook_deliveries set next_attempt_at = next_attempt_at - interval '10 minutes', claimed_until = null
         where webhook = $1 and state = 'pending'`,
        down,
      )
      await query(
        `update holdfast.webhooks set paused_until = paused_until - interval '10 minutes' where id = $1`,
        down,
      )
      await sleep(500)
    }
    const [waiting] = await query(
      `select count(*)::int from holdfast.webhook_deliveries where webhook = $1 and state = 'pending'`,
      down,
    )
    expect(waiting).toEqual([count * 2])
    const back = await open(undefined, { port })
    await expect
      .poll(
        async () => {
          await hurry()
          return back.received.length
        },
        { timeout: longMs, interval: 500 },
      )
      .toBeGreaterThanOrEqual(count * 2)
    expectOrder(back.received)
    expect(idsOf(back.received).size).toBe(count * 2)
    const states = await query(
      'select distinct state from holdfast.webhook_deliveries where webhook = any($1)',
      [[up, down]].flat(),
    )
    expect(states).toEqual([['delivered']])
  },
  longMs * 2,
)
