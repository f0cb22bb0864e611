import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { connect } from '../support/channel-client.js'
import { Follower } from '../support/follower.js'
import { findFreePort, type TestServer } from '../support/index.js'
import { type Persona, signUp, startServerWith } from '../support/personas.js'
import { soak } from '../support/soak.js'
import { launch, type ServerProcess } from './server-process.js'

const cuts = soak ? 100 : 15
const kills = soak ? 20 : 3
const patience = { timeout: 60_000, interval: 50 }

/** Keeps the database, and says in the end what was committed. Nobody follows or writes through it. */
let keeper: TestServer
let admin: Persona
let reader: Persona
let env: Record<string, string>
let nodes: { port: string; process: ServerProcess; isUp: boolean }[]

beforeAll(async () => {
  ;({ server: keeper, admin } = await startServerWith([
    { name: 'notes', fields: [{ name: 'n', type: 'integer' }], rules: [{ role: 'user', action: 'read' }] },
  ]))
  reader = await signUp(keeper, 'reader@example.com')
  env = {
    DATABASE_URL: keeper.databaseUrl,
    PUBLIC_URL: keeper.config.publicUrl,
    DATABASE_POOL_SIZE: '5',
    LOG_LEVEL: 'error',
  }
  nodes = await Promise.all([0, 1].map(async () => startNode(String(await findFreePort()))))
}, 120_000)

afterAll(async () => {
  for (const { process: node } of nodes ?? []) {
    node.signal('SIGKILL')
    await node.ended
  }
  await keeper?.stop()
})

async function startNode(port: string) {
  const node = await launch({ ...env, PORT: port })
  await node.ready()
  return { port, process: node, isUp: true }
}

/** One at a time, so that there is always somewhere to go. */
async function killOne(): Promise<void> {
  const at = Math.floor(Math.random() * nodes.length)
  const node = nodes[at]!
  node.isUp = false
  node.process.signal('SIGKILL')
  await node.process.ended
  nodes[at] = await startNode(node.port)
}

const pickUrl = (): string => {
  const up = nodes.filter(({ isUp }) => isUp)
  return up[Math.floor(Math.random() * up.length)]!.process.url
}

const notes = '/api/v1/collections/notes/records'

/** Creates, changes and deletes records. What gets no answer may have been done or not: the log knows. */
async function writeUntil(isOver: () => boolean): Promise<void> {
  const ids: string[] = []
  for (let n = 0; !isOver(); n++) {
    const id = ids[Math.floor(Math.random() * ids.length)]
    const what = Math.random()
    if (id === undefined || what < 0.4) {
      const made = await send('POST', notes, { n })
      if (made) ids.push(made.data.id)
    } else if (what < 0.85) await send('PATCH', `${notes}/${id}`, { n })
    else {
      await send('DELETE', `${notes}/${id}`)
      ids.splice(ids.indexOf(id), 1)
    }
    await sleep(Math.random() * 10)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function send(method: string, path: string, body?: object): Promise<any> {
  const headers = { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' }
  const response = await fetch(pickUrl() + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => undefined)
  return response?.ok && response.status !== 204 ? response.json().catch(() => undefined) : undefined
}

/** What was committed, as a follower should have been told. */
async function readCommitted(): Promise<Map<string, string[]>> {
  const { rows } = await keeper.database.run({
    text: `select record::text, action || ' ' || coalesce(after ->> 'version', '') from holdfast.changes
      where collection = (select id from holdfast.collections where name = 'notes') order by position`,
    values: [],
  })
  const byRecord = new Map<string, string[]>()
  for (const [id, what] of rows as [string, string][]) byRecord.set(id, [...(byRecord.get(id) ?? []), what])
  return byRecord
}

it(
  'loses and doubles nothing while connections are cut and nodes killed',
  async () => {
    const followers = (['socket', 'stream', 'socket', 'stream'] as const).map(
      (kind) => new Follower({ kind, token: reader.token, collection: 'notes', pickUrl }),
    )
    await vi.waitFor(() => expect(followers.every(({ isReady }) => isReady)).toBe(true), patience)
    let over = false
    const writing = [1, 2, 3].map(() => writeUntil(() => over))
    const killing = (async () => {
      for (let kill = 0; kill < kills; kill++) {
        await sleep(Math.random() * 500)
        await killOne()
      }
    })()
    for (const follower of followers)
      for (let cut = 0; cut < cuts / followers.length; cut++) {
        await sleep(Math.random() * 150)
        follower.cut()
      }
    await killing
    over = true
    await Promise.all(writing)
    await vi.waitFor(async () => {
      const committed = await readCommitted()
      const count = [...committed.values()].flat().length
      expect(followers.map((follower) => follower.count)).toEqual(followers.map(() => count))
    }, patience)
    const committed = await readCommitted()
    for (const follower of followers) {
      await follower.stop()
      expect(follower.complaints).toEqual([])
      expect(follower.connections).toBeGreaterThan(1)
      expect(new Map([...follower.told].sort())).toEqual(new Map([...committed].sort()))
    }
    expect(committed.size).toBeGreaterThan(10)
  },
  soak ? 600_000 : 180_000,
)

it('shows nobody who was on a node that died', async () => {
  const body = { name: 'lobby', rules: [{ role: 'user', action: ['join', 'presence'] }] }
  const made = await keeper.request('POST', '/api/v1/admin/channels', { token: admin.token, body })
  expect(made.status, made.text).toBe(201)
  const join = async (at: number, n: number) => {
    const client = await connect(nodes[at]!.process, reader.token)
    const message = { type: 'join', channel: 'lobby', presence: { n } } as const
    await vi.waitFor(async () => expect(await client.request(message)).toMatchObject({ type: 'ok' }), patience)
    return client
  }
  const [dying, living] = [await join(0, 0), await join(1, 1)]
  await vi.waitFor(async () => {
    await living.request({ type: 'join', channel: 'lobby' })
    expect((await living.next('presences')).members).toHaveLength(2)
  }, patience)
  nodes[0]!.process.signal('SIGKILL')
  const left = await living.next('left')
  expect(left.member).toMatchObject({ user: reader.id, state: { n: 0 } })
  nodes[0] = await startNode(nodes[0]!.port)
  const back = await join(0, 2)
  expect((await living.next('joined')).member.state).toEqual({ n: 2 })
  await vi.waitFor(async () => {
    await back.request({ type: 'join', channel: 'lobby' })
    expect((await back.next('presences')).members).toHaveLength(2)
  }, patience)
  for (const client of [dying, living, back]) client.drop()
}, 120_000)
