import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/index.js'
import { quantile, soak, tell } from '../support/soak.js'
import { type Answer, ask, askSteadily, tally } from './load.js'
import { type ServerProcess, startReady, stop } from './server-process.js'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 })

const records = soak ? 1_000_000 : 20_000
const perSecond = 100
/** How long others ask on after each change: what is wrong then is found then. */
const restMs = soak ? 2000 : 100

const admin = { email: 'admin@example.com', password: 'correct horse battery' }
const path = '/api/v1/collections/posts/records'
const definition = '/api/v1/admin/collections/posts'
const open = [{ role: 'public', action: ['read', 'create', 'update'] }]

let database: TestDatabase
let outside: pg.Client
let server: ServerProcess
let token: string

beforeAll(async () => {
  database = await createTestDatabase()
  outside = new pg.Client({ connectionString: database.url })
  await outside.connect()
  const env = { DATABASE_URL: database.url, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
  server = await startReady({ ...env, ACCESS_TOKEN_TTL_SECONDS: '86400', LOG_LEVEL: 'error' })
  const signedIn = await ask(server.url, { method: 'POST', path: '/api/v1/auth/login', body: admin })
  token = JSON.parse(signedIn.text).data.accessToken
  const fields = [
    { name: 'title', type: 'text' },
    { name: 'n', type: 'integer' },
    { name: 'open', type: 'boolean', default: true },
  ]
  await manage('POST', '/api/v1/admin/collections', { name: 'posts', fields, rules: open })
  await outside.query('alter table public.posts disable trigger user')
  await outside.query(
    `insert into public.posts (id, title, n) select ${idOf('i')}, 'title ' || i, i from generate_series(1, ${records}) i`,
  )
  await outside.query('alter table public.posts enable trigger user')
  await outside.query('vacuum analyze public.posts')
})
afterAll(async () => {
  if (server) await stop(server)
  await outside?.end()
  await database?.drop()
})

const idOf = (n: string): string => `('01890000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function manage(method: string, to: string, body?: unknown): Promise<any> {
  const { status, text } = await ask(server.url, { method, path: to, token, body })
  expect(status, text).toBeLessThan(300)
  return JSON.parse(text).data
}

/** In turn: reads a record, changes it, reads a page, creates a record. */
function useOne(turn: number): Promise<Answer> {
  const id = (1 + Math.floor(Math.random() * records)).toString(16).padStart(12, '0')
  const one = `${path}/01890000-0000-7000-8000-${id}`
  if (turn % 4 === 0) return ask(server.url, { path: one })
  if (turn % 4 === 1) return ask(server.url, { method: 'PATCH', path: one, body: { open: true } })
  if (turn % 4 === 2) return ask(server.url, { path: `${path}?limit=20` })
  return ask(server.url, { method: 'POST', path, body: { open: false } })
}

type Field = { name: string } & Record<string, unknown>
const change = (name: string, more: object) => (fields: Field[]) =>
  fields.map((field) => (field.name === name ? { ...field, ...more } : field))
const add = (field: Field) => (fields: Field[]) => [...fields, field]

const changes: readonly (readonly [string, (fields: Field[]) => Field[]])[] = [
  ['add a field', add({ name: 'note', type: 'text' })],
  ['add one with a default', add({ name: 'count', type: 'integer', default: 5 })],
  ['add one that is required', add({ name: 'state', type: 'text', required: true, default: 'new' })],
  ['index a field', change('n', { index: true })],
  ['require a value', change('count', { required: true })],
  ['bound a field', change('n', { min: 0 })],
  ['add a unique one', add({ name: 'code', type: 'text', unique: true })],
  ['add a relation', add({ name: 'parent', type: 'relation', collection: 'posts' })],
  ['rename a field', change('title', { name: 'headline' })],
  ['change a type', change('count', { type: 'number' })],
  ['drop a field', (fields) => fields.filter(({ name }) => name !== 'note')],
]

/** How long anybody waits for a lock of a table or row, until told to stop. */
function watchLocks(): { stop(): Promise<number> } {
  let longestMs = 0
  let stopping = false
  const watching = (async () => {
    while (!stopping) {
      const { rows } = await outside.query(
        `select coalesce(max(extract(epoch from clock_timestamp() - waitstart)) * 1000, 0)::float8 as ms from pg_locks
         where not granted and database = (select oid from pg_database where datname = current_database())`,
      )
      longestMs = Math.max(longestMs, rows[0].ms)
      await sleep(20)
    }
  })()
  return {
    stop: async () => {
      stopping = true
      await watching
      return longestMs
    },
  }
}

it('the schema changes under load: nobody is failed, nobody waits for long', async (context) => {
  const answers: Answer[] = []
  const load = askSteadily(perSecond, async (turn) => answers.push(await useOne(turn)))
  const slow: string[] = []
  let longestMs = 0
  for (const [name, changed] of changes) {
    const { fields } = await manage('GET', definition)
    const locks = watchLocks()
    await manage('PATCH', `${definition}?acceptDataLoss=true`, { fields: changed(fields) })
    await sleep(restMs)
    const waitedMs = await locks.stop()
    if (waitedMs > 500) slow.push(`${name} ${Math.round(waitedMs)} ms`)
    longestMs = Math.max(longestMs, waitedMs)
  }
  await load.stop()
  const tooksMs = answers.map(({ tookMs }) => tookMs)
  tell(context, {
    done: `${changes.length} kinds of changes of ${records.toLocaleString('en')} records at ${perSecond} requests a second`,
    found: `${JSON.stringify(tally(answers))}; longest wait for a lock ${Math.round(longestMs)} ms (${slow.join(', ')}); p99 ${quantile(tooksMs, 0.99)} ms`,
    bar: 'no 5xx; 2 s',
  })
  expect(Object.keys(tally(answers)).sort()).toEqual(['200', '201'])
  if (soak) expect(longestMs).toBeLessThan(2000)
})

it('a rule is taken away under load: nobody reads under it once the admin was answered', async (context) => {
  const answers: Answer[] = []
  const load = askSteadily(perSecond, async (turn) => answers.push(await useOne(turn)))
  const rounds = soak ? 50 : 5
  let late = 0
  for (let round = 0; round < rounds; round += 1) {
    await manage('PATCH', definition, { rules: [{ role: 'user', action: 'read' }] })
    const closedMs = performance.now()
    await sleep(200)
    const openedMs = performance.now()
    await manage('PATCH', definition, { rules: open })
    await sleep(100)
    late += answers.filter(({ status, askedMs }) => status < 300 && askedMs > closedMs && askedMs < openedMs).length
  }
  await load.stop()
  tell(context, {
    done: `a rule taken away ${rounds} times at ${perSecond} requests a second`,
    found: `${late} answers under the old rule; ${JSON.stringify(tally(answers))}`,
    bar: '0',
  })
  expect(late).toBe(0)
  expect(answers.some(({ status }) => status === 401)).toBe(true)
})
