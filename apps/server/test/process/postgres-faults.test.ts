import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { quantile, soak, tell } from '../support/soak.js'
import { type Answer, ask, askSteadily, tally } from './load.js'
import {
  findChildren,
  findPostmaster,
  isReady,
  makeFolder,
  readCommandLine,
  type ServerProcess,
  startReady,
  stop,
} from './server-process.js'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 })

const restarts = soak ? 10 : 1
const cuts = soak ? 300 : 20
const perSecond = soak ? 200 : 100
const patience = { timeout: 120_000, interval: 10 }

const admin = { email: 'admin@example.com', password: 'correct horse battery' }
const path = '/api/v1/collections/counters/records'
const names = Array.from({ length: 50 }, (_, n) => `counter ${n}`)

let folder: { path: string; remove: () => void }
let server: ServerProcess
let token: string
const ids: string[] = []

/** Per counter, how often it was certainly counted up since the test began, and how often nobody knows. */
let counted: number[]
let unknown: number[]
let before: number[]
let answers: Answer[]
let wrong: string[]

beforeAll(async () => {
  folder = makeFolder()
  const env = { DATA_DIR: folder.path, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
  server = await startReady({ ...env, ACCESS_TOKEN_TTL_SECONDS: '86400', LOG_LEVEL: 'error' })
  const signedIn = await ask(server.url, { method: 'POST', path: '/api/v1/auth/login', body: admin })
  token = JSON.parse(signedIn.text).data.accessToken
  const fields = [
    { name: 'n', type: 'integer', default: 0 },
    { name: 'name', type: 'text' },
  ]
  const made = await send('POST', '/api/v1/admin/collections', { name: 'counters', fields })
  expect(made.status, made.text).toBe(201)
  for (const name of names) ids.push(JSON.parse((await send('POST', path, { name })).text).data.id)
})
afterAll(async () => {
  if (server) expect(await stop(server)).toBe(0)
  folder?.remove()
})
beforeEach(async () => {
  counted = ids.map(() => 0)
  unknown = ids.map(() => 0)
  before = await readCounters()
  answers = []
  wrong = []
})

const send = (method: string, to: string, body?: unknown, key?: string): Promise<Answer> =>
  ask(server.url, { method, path: to, body, token, key })

async function readCounters(): Promise<number[]> {
  const { text } = await send('GET', `${path}?limit=100`)
  const found = new Map<string, number>(JSON.parse(text).data.map(({ id, n }: { id: string; n: number }) => [id, n]))
  return ids.map((id) => found.get(id)!)
}

const countUp = { n: { $inc: 1 } }

/** In turn: reads one, counts one up, reads a page, and counts one up as a careful client does. */
async function useOne(turn: number): Promise<void> {
  const at = Math.floor(Math.random() * ids.length)
  const one = `${path}/${ids[at]}`
  if (turn % 4 === 0) {
    const { status, text } = note(await send('GET', one))
    if (status === 200 && JSON.parse(text).data.name !== names[at]) wrong.push(text)
  } else if (turn % 4 === 1) {
    const { status } = note(await send('PATCH', one, countUp))
    if (status === 200) counted[at]! += 1
    else unknown[at]! += 1
  } else if (turn % 4 === 2) {
    const { status, text } = note(await send('GET', `${path}?limit=100&sort=name`))
    if (status === 200 && JSON.parse(text).data.length !== ids.length) wrong.push(text)
  } else {
    const key = randomUUID()
    while (note(await send('PATCH', one, countUp, key)).status !== 200) await sleep(100)
    counted[at]! += 1
  }
}

/** Where the database is away, 503 with the time to come again is all that may be answered, but for a repeat that came too soon. */
function note(answer: Answer): Answer {
  answers.push(answer)
  const { status, text, retryAfter } = answer
  const isBusy = (status === 503 || text.includes('idempotency_in_progress')) && retryAfter !== undefined
  if (status !== 200 && !isBusy) wrong.push(`${status} ${text}`)
  return answer
}

/** Every counter shows what was acknowledged, and nothing twice. */
async function expectCounted(): Promise<void> {
  for (const [at, n] of (await readCounters()).entries()) {
    const sure = before[at]! + counted[at]!
    expect(n).toBeGreaterThanOrEqual(sure)
    expect(n).toBeLessThanOrEqual(sure + unknown[at]!)
  }
  expect(wrong).toEqual([])
  expect(server.output()).not.toContain('"status":500')
}

/** PostgreSQL names its processes after what they serve. */
const findConnections = (): number[] =>
  findChildren(findPostmaster(folder.path)!.pid).filter((pid) => / \[local\] /.test(readCommandLine(String(pid))))

it('PostgreSQL restarts under load: only 503 meanwhile, nothing wrong, no connection left behind', async (context) => {
  const connections = findConnections().length
  const load = askSteadily(perSecond, useOne)
  const firstMs: number[] = []
  const steadyMs: number[] = []
  await sleep(1000)
  for (let times = 0; times < restarts; times += 1) {
    const { pid } = findPostmaster(folder.path)!
    process.kill(pid, 'SIGINT')
    await expect
      .poll(() => findPostmaster(folder.path)?.pid !== pid && findPostmaster(folder.path)?.ready, patience)
      .toBe(true)
    const backMs = performance.now()
    const served = () => answers.filter(({ status, askedMs, tookMs }) => status === 200 && askedMs + tookMs > backMs)
    await expect.poll(() => served().length, patience).toBeGreaterThan(0)
    firstMs.push(Math.min(...served().map(({ askedMs, tookMs }) => askedMs + tookMs - backMs)))
    // The first second in which as many are served as are asked for.
    const rate = (fromMs: number) =>
      served().filter(({ askedMs, tookMs }) => Math.floor((askedMs + tookMs - backMs) / 1000) === fromMs).length
    let second = 0
    await expect
      .poll(() => {
        for (; (second + 1) * 1000 < performance.now() - backMs; second += 1)
          if (rate(second) >= perSecond * 0.95) return true
        return false
      }, patience)
      .toBe(true)
    steadyMs.push((second + 1) * 1000)
  }
  await load.stop()
  await expect.poll(() => isReady(server.url), patience).toBe(true)
  const left = findConnections().length
  tell(context, {
    done: `${restarts} restarts of PostgreSQL at ${perSecond} requests a second`,
    found: `${JSON.stringify(tally(answers))}; first success after ${quantile(firstMs, 1)} ms, 95 % of the rate after ${quantile(steadyMs, 1)} ms; ${wrong.length} wrong; ${connections} connections before, ${left} after`,
    bar: 'only 503 with Retry-After; 2 s; 10 s; 0 wrong; no connection leaked',
  })
  await expectCounted()
  expect(left).toBeLessThanOrEqual(30)
  if (!soak) return
  expect(Math.max(...firstMs)).toBeLessThan(2000)
  expect(Math.max(...steadyMs)).toBeLessThanOrEqual(10_000)
})

it('connections are cut under load: nothing is done twice, nothing acknowledged is lost', async (context) => {
  const load = askSteadily(perSecond, useOne)
  await sleep(500)
  for (let times = 0; times < cuts; times += 1) {
    const open = findConnections()
    const pid = open[Math.floor(Math.random() * open.length)]
    // The connection may have gone by itself.
    if (pid !== undefined)
      try {
        process.kill(pid, 'SIGTERM')
      } catch {}
    await sleep(50)
  }
  await load.stop()
  tell(context, {
    done: `${cuts} connections to PostgreSQL cut at ${perSecond} requests a second`,
    found: `${JSON.stringify(tally(answers))}; ${wrong.length} wrong`,
    bar: 'only 503 with Retry-After; 0 wrong, lost or doubled',
  })
  await expectCounted()
})
