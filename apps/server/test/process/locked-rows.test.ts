import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/index.js'
import { quantile, soak, tell } from '../support/soak.js'
import { type Answer, ask, tally } from './load.js'
import { type ServerProcess, startReady, stop } from './server-process.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const clients = 50
const lockedMs = 3000
const path = '/api/v1/collections/counters/records'

let database: TestDatabase
let outside: pg.Client
let server: ServerProcess
let token: string
const ids: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  outside = new pg.Client({ connectionString: database.url })
  await outside.connect()
  const admin = { email: 'admin@example.com', password: 'correct horse battery' }
  const env = { DATABASE_URL: database.url, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
  server = await startReady({ ...env, LOG_LEVEL: 'error' })
  const signedIn = await ask(server.url, { method: 'POST', path: '/api/v1/auth/login', body: admin })
  token = JSON.parse(signedIn.text).data.accessToken
  const body = { name: 'counters', fields: [{ name: 'n', type: 'integer', default: 0 }] }
  await ask(server.url, { method: 'POST', path: '/api/v1/admin/collections', token, body })
  const records = Array.from({ length: clients + 1 }, () => ({}))
  const made = await ask(server.url, { method: 'POST', path, token, body: records })
  for (const { id } of JSON.parse(made.text).data) ids.push(id)
  // What runs often is known to be quick, and shares connections.
  for (let round = 0; round < 5; round += 1) await Promise.all(ids.slice(1).map((id) => countUp(id)))
})
afterAll(async () => {
  if (server) await stop(server)
  await outside?.end()
  await database?.drop()
})

const countUp = (id: string, key?: string): Promise<Answer> =>
  ask(server.url, { method: 'PATCH', path: `${path}/${id}`, token, key, body: { n: { $inc: 1 } } })

/** With a key a write is a transaction of several statements. */
const ways: readonly (readonly [string, () => string | undefined])[] = [
  ['without', () => undefined],
  ['with', () => randomUUID()],
]

it.for(ways)('fifty clients wait for a locked record, %s keys, and others go on', async ([how, newKey], context) => {
  const [locked, ...free] = ids as [string, ...string[]]
  const { rows } = await outside.query('select version from public.counters where id = $1', [locked])
  await outside.query('begin')
  await outside.query('select from public.counters where id = $1 for update', [locked])
  const waiting = Promise.all(Array.from({ length: clients }, () => countUp(locked, newKey())))
  const lockedAt = performance.now()
  const others: Answer[] = []
  const useOther = async (id: string): Promise<void> => {
    do others.push(await countUp(id, newKey()))
    while (soak && performance.now() - lockedAt < lockedMs && (await sleep(50, true)))
  }
  await Promise.all(free.map(useOther))
  // Only now the locked one is let go: the others did not wait for it.
  await outside.query('commit')
  const counted = await waiting
  const tooksMs = others.map(({ tookMs }) => tookMs)
  const steadyMs = others.filter(({ askedMs }) => askedMs > lockedAt + 1000).map(({ tookMs }) => tookMs)
  tell(context, {
    done: `${clients} clients ${how} keys count up a record that is locked, ${clients} count up others`,
    found: `the first: ${JSON.stringify(tally(counted))}; the others: ${JSON.stringify(tally(others))}, p50 ${quantile(tooksMs, 0.5)} ms, longest ${quantile(tooksMs, 1)} ms, after the first second p99 ${quantile(steadyMs, 0.99)} ms`,
    bar: 'each applied once; after the first second p99 200 ms',
  })
  expect(tally(others)).toEqual({ '200': others.length })
  expect(tally(counted)).toEqual({ '200': clients })
  const versions = counted.map(({ text }) => JSON.parse(text).data.version).sort((left, right) => left - right)
  expect(versions).toEqual(Array.from({ length: clients }, (_, at) => rows[0].version + 1 + at))
  if (soak) expect(quantile(steadyMs, 0.99)).toBeLessThan(200)
})
