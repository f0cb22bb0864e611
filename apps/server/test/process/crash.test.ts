import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findFreePort } from '../support/index.js'
import { soak } from '../support/soak.js'
import { startCuttingProxy } from './cutting-proxy.js'
import { killPostgres, makeFolder, type ServerProcess, startReady, stop } from './server-process.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 })

const cuts = soak ? 1000 : 50
const kills = soak ? 20 : 5
const leastWrites = soak ? 10_000 : 300
/** Only where nothing else runs does it say anything how long a restart takes. */
const restartMs = soak ? 3000 : Number.POSITIVE_INFINITY

const admin = { email: 'admin@example.com', password: 'correct horse battery' }
const orders = '/api/v1/collections/orders/records'
const lines = '/api/v1/collections/lines/records'
const tallies = '/api/v1/collections/tallies/records'

let folder: { path: string; remove: () => void }
let env: Record<string, string>
let server: ServerProcess
let token: string | undefined

interface Request {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly key?: string
}

interface Answered {
  readonly status: number
  readonly text: string
  readonly replayed: boolean
}

async function send({ method, path, body, key }: Request, url = server.url): Promise<Answered> {
  const response = await fetch(url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const replayed = response.headers.get('idempotency-replayed') === 'true'
  return { status: response.status, text: await response.text(), replayed }
}

/** What a careful client does: the same request with the same key, until there is an answer. */
async function sendUntilAnswered(request: Request): Promise<Answered> {
  for (const startedAt = Date.now(); Date.now() - startedAt < 120_000; ) {
    const answer = await send(request).catch(() => undefined)
    if (answer && answer.status !== 503 && answer.status !== 409) return answer
    await sleep(25)
  }
  throw new Error('There was no answer for two minutes')
}

/** Every record there is. */
async function readAll(path: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { status, text } = await send({ method: 'GET', path: `${path}?limit=1000${query}` })
    expect(status, text).toBe(200)
    const page = JSON.parse(text) as { data: Record<string, unknown>[]; meta: { nextCursor: string | null } }
    found.push(...page.data)
    cursor = page.meta.nextCursor
  }
  return found
}

beforeAll(async () => {
  folder = makeFolder()
  env = {
    DATA_DIR: folder.path,
    PORT: String(await findFreePort()),
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  }
  server = await startReady(env)
  const signedIn = await send({ method: 'POST', path: '/api/v1/auth/login', body: admin })
  token = JSON.parse(signedIn.text).data.accessToken
  for (const body of [
    { name: 'orders', fields: [{ name: 'n', type: 'integer', index: true }] },
    {
      name: 'tallies',
      fields: [{ name: 'n', type: 'integer', default: 0 }],
    },
    {
      name: 'lines',
      fields: [{ name: 'order', type: 'relation', collection: 'orders', required: true, inverse: 'lines' }],
    },
  ]) {
    const { status, text } = await send({ method: 'POST', path: '/api/v1/admin/collections', body })
    expect(status, text).toBe(201)
  }
})
afterAll(async () => {
  await stop(server)
  folder.remove()
})

/** A write of an order with three lines, in one of the ways there are. */
const ways: ((n: number) => Omit<Request, 'key'>)[] = [
  (n) => ({
    method: 'POST',
    path: '/api/v1/batch',
    body: {
      operations: [
        { action: 'create', collection: 'orders', data: { n } },
        ...Array(3).fill({ action: 'create', collection: 'lines', data: { order: '$0.id' } }),
      ],
    },
  }),
  (n) => ({ method: 'POST', path: orders, body: { n, lines: [{}, {}, {}] } }),
]

/** Each test has numbers of its own, from a million times its number on. */
const million = 1_000_000

/** Each order is there as often as it should be, and has all its lines. `also` may be there or not. */
async function expectWhole(numbers: readonly number[], also: (n: number) => boolean = () => false): Promise<void> {
  const linesOf = new Map<unknown, number>()
  for (const { order } of await readAll(lines)) linesOf.set(order, (linesOf.get(order) ?? 0) + 1)
  const range = Math.floor(numbers[0]! / million)
  const found = (await readAll(orders)).filter(({ n }) => Math.floor((n as number) / million) === range)
  expect(found.filter(({ id }) => linesOf.get(id) !== 3)).toEqual([])
  const there = found.map(({ n }) => n as number)
  expect(new Set(there).size).toBe(there.length)
  const required = new Set(numbers)
  expect(there.filter((n) => !required.has(n) && !also(n))).toEqual([])
  const present = new Set(there)
  expect(numbers.filter((n) => !present.has(n))).toEqual([])
}

describe('a connection that is cut', () => {
  it('between commit and answer loses nothing: sent again, it is applied once, and answered as it was', async () => {
    const proxy = await startCuttingProxy(server.url, () => 'answer')
    const numbers: number[] = []
    for (let n = 0; n < cuts; n++) {
      const request = { ...ways[n % ways.length]!(n), key: randomUUID() }
      await expect(send(request, proxy.url)).rejects.toThrow()
      const again = await send(request)
      expect(again.status, again.text).toBeLessThan(300)
      expect(again.replayed).toBe(true)
      expect(proxy.lastAnswer()).toContain(`\r\n\r\n${again.text}`)
      numbers.push(n)
    }
    await proxy.stop()
    await expectWhole(numbers)
  })

  it('at any other moment loses nothing either', async () => {
    let wait = 0
    const proxy = await startCuttingProxy(server.url, () => wait)
    const numbers: number[] = []
    for (let n = million; n < million + cuts; n++) {
      wait = (n % 10) * 2
      const request = { ...ways[n % ways.length]!(n), key: randomUUID() }
      const first = await send(request, proxy.url).catch(() => undefined)
      const again = await sendUntilAnswered(request)
      expect(again.status, again.text).toBeLessThan(300)
      if (first) expect(again.text).toBe(first.text)
      numbers.push(n)
    }
    await proxy.stop()
    await expectWhole(numbers)
  })
})

describe('repeats of one key at the same time', () => {
  it('make one record and fifty equal answers', async () => {
    const request = { ...ways[1]!(2 * million), key: randomUUID() }
    const answers = await Promise.all(Array.from({ length: 50 }, () => sendUntilAnswered(request)))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    await expectWhole([2 * million])
  })
})

/** Numbers of writes without a key: who does not know whether they were done cannot ask. */
const unkeyed = (n: number): boolean => n % 5 === 3

/** What the log says of answers that blame the server. */
const faultIn = ({ output }: ServerProcess): string | undefined =>
  output()
    .split('\n')
    .find((line) => line.includes('"status":500'))

/** Writes all the while from several clients, until told to stop; gives the numbers that were acknowledged. */
function writeOn(from: number): { acknowledged: Set<number>; stop: () => Promise<void> } {
  const acknowledged = new Set<number>()
  const refused: string[] = []
  let stopping = false
  let next = from
  const client = async (): Promise<void> => {
    while (!stopping) {
      const n = next++
      const request = ways[n % ways.length]!(n)
      if (unkeyed(n)) {
        const answer = await send(request).catch(() => undefined)
        if (answer && answer.status < 300) acknowledged.add(n)
        else await sleep(25)
        continue
      }
      const answer = await sendUntilAnswered({ ...request, key: randomUUID() })
      if (answer.status < 300) acknowledged.add(n)
      else refused.push(`${answer.text} ${faultIn(server)}`)
    }
  }
  const clients = Promise.all(Array.from({ length: 6 }, client))
  return {
    acknowledged,
    stop: async () => {
      stopping = true
      await clients
      expect(refused).toEqual([])
    },
  }
}

/** Counts records up, one client each, in single statements without keys: such share connections with each other. */
function countOn(): { stop: () => Promise<void> } {
  let stopping = false
  const client = async (): Promise<void> => {
    const made = await send({ method: 'POST', path: tallies, body: {} })
    const path = `${tallies}/${JSON.parse(made.text).data.id}`
    let [sure, unknown] = [0, 0]
    while (!stopping) {
      const answer = await send({ method: 'PATCH', path, body: { n: { $inc: 1 } } }).catch(() => undefined)
      if (answer?.status === 200) sure += 1
      else {
        unknown += 1
        await sleep(25)
      }
    }
    const { n } = JSON.parse((await sendUntilAnswered({ method: 'GET', path })).text).data
    expect(n).toBeGreaterThanOrEqual(sure)
    expect(n).toBeLessThanOrEqual(sure + unknown)
  }
  const clients = Promise.all(Array.from({ length: 8 }, client))
  return {
    stop: async () => {
      stopping = true
      await clients
    },
  }
}

const killServer = async (): Promise<void> => {
  server.signal('SIGKILL')
  await server.ended
  const startedAt = Date.now()
  server = await startReady(env)
  expect(Date.now() - startedAt).toBeLessThan(restartMs)
}

const killDatabase = async (): Promise<void> => {
  const startedAt = Date.now()
  await killPostgres(server, folder.path)
  expect(Date.now() - startedAt).toBeLessThan(restartMs)
}

describe('kill -9', () => {
  it.each([
    ['the server', killServer, 3 * million],
    ['PostgreSQL', killDatabase, 4 * million],
  ])(
    'of %s while clients write loses and doubles nothing, and leaves nothing half done',
    async (_, kill, from) => {
      const counting = countOn()
      const writing = writeOn(from)
      for (let times = 1; times <= kills; times++) {
        const target = Math.max(writing.acknowledged.size + 10, (leastWrites / kills) * times)
        await expect.poll(() => writing.acknowledged.size, { timeout: 300_000, interval: 20 }).toBeGreaterThan(target)
        await kill()
      }
      await counting.stop()
      await writing.stop()
      await expectWhole([...writing.acknowledged], unkeyed)
    },
    soak ? 1_800_000 : 600_000,
  )
})
