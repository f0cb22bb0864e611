import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RecordDatabase } from '../../../src/platform/db/index.js'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEmail, type Persona, password, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let outside: pg.Client

const slow = '/api/v1/collections/slow/records'
const fast = '/api/v1/collections/fast/records'

beforeAll(async () => {
  const rules = [{ role: 'public', action: ['read', 'create'] as ('read' | 'create')[] }]
  const fields = [{ name: 'name', type: 'text' as const }]
  ;({ server, admin } = await startServerWith([
    { name: 'slow', fields, rules },
    { name: 'fast', fields, rules },
  ]))
  outside = new pg.Client({ connectionString: server.databaseUrl })
  await outside.connect()
})

afterAll(async () => {
  await outside?.end()
  await server?.stop()
})

/** While `work` runs, every statement on the collection `slow` waits: as slow as a statement can be, at no cost. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  await outside.query('begin; lock table public.slow in access exclusive mode')
  try {
    await work()
  } finally {
    await outside.query('rollback')
  }
}

async function countBlocked(): Promise<number> {
  const { rows } = await outside.query(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0].n
}

describe('a client that is gone', () => {
  const leave = async (request: string): Promise<void> => {
    const { port } = new URL(server.url)
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request))
    await expect.poll(countBlocked, { timeout: 5000 }).toBeGreaterThan(0)
    socket.destroy()
  }

  it.each([
    ['a list', `GET ${slow} HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['a list with a total', `GET ${slow}?count=exact HTTP/1.1\r\nhost: x\r\n\r\n`],
    [
      'an aggregate',
      `POST /api/v1/collections/slow/aggregate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 34\r\n\r\n{"aggregates":{"n":{"count":"*"}}}`,
    ],
  ])('takes its statements with it: %s', async (_name, request) => {
    await whileLocked(async () => {
      await leave(request)
      await expect.poll(countBlocked, { timeout: 3000, interval: 50 }).toBe(0)
    })
    expect((await server.request('GET', slow)).status).toBe(200)
  })

  it('leaves the statements of others alone, whenever its own ends', async () => {
    const database = server.app.get(RecordDatabase)
    const results = { cancelled: 0, ended: 0 }
    for (let round = 0; round < 25; round++) {
      const waiting = { socket: { destroyed: false } }
      const own = database.run({ text: 'select pg_sleep($1)', values: [0.12 + round * 0.02] }, waiting).then(
        () => results.ended++,
        () => results.cancelled++,
      )
      setTimeout(() => {
        waiting.socket.destroyed = true
      }, 100)
      // The others take whatever connection gets free, at once.
      const others = own.then(() =>
        Promise.all(Array.from({ length: 8 }, () => database.run({ text: 'select pg_sleep(0.01)', values: [] }))),
      )
      await others
    }
    expect(results.cancelled).toBeGreaterThan(0)
    expect(results.cancelled + results.ended).toBe(25)
  }, 60_000)
})

describe('slow statements', () => {
  it('end with 503 query_timeout and what to do about it', async () => {
    const impatient = await startServer({ DATABASE_URL: server.databaseUrl, STATEMENT_TIMEOUT_MS: '300' })
    try {
      await whileLocked(async () => {
        const { status, json, headers } = await impatient.request('GET', slow)
        expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'query_timeout', '1'])
        expect(json.hint).toContain('explain=plan')
      })
      expect((await impatient.request('GET', slow)).status).toBe(200)
    } finally {
      await impatient.stop()
    }
  })

  it('do not keep others from signing in, admins from working, probes from being answered; who waits is told in time', async () => {
    const waits: Promise<unknown>[] = []
    await whileLocked(async () => {
      for (let count = 0; count < 12; count++) waits.push(server.request('GET', slow))
      for (let count = 0; count < 3; count++) waits.push(server.request('POST', slow, { body: { name: 'x' } }))
      // Of six connections records have three, and what is quick shares two: what was quick until now may be on these.
      await expect.poll(countBlocked, { timeout: 5000 }).toBeGreaterThanOrEqual(3)
      const body = { email: adminEmail, password }
      const login = await server.request('POST', '/api/v1/auth/login', { body })
      expect(login.status).toBe(200)
      expect((await server.request('GET', '/api/v1/admin/users', { token: admin.token })).status).toBe(200)
      expect((await server.request('GET', '/health/ready')).status).toBe(200)
      const late = await server.request('GET', fast)
      expect([late.status, late.json.code, late.headers.get('retry-after')]).toEqual([503, 'unavailable', '1'])
      expect(await countBlocked()).toBeLessThanOrEqual(5)
    })
    await Promise.all(waits)
    expect((await server.request('GET', fast)).status).toBe(200)
  }, 30_000)

  it('cost a failing one no connection', async () => {
    const pids = async (): Promise<number[]> => {
      const { rows } = await outside.query(
        `select pid from pg_stat_activity where datname = current_database() and application_name ~ '^holdfast [0-9a-f]+$' order by pid`,
      )
      return rows.map(({ pid }) => pid)
    }
    const id = '01890000-0000-7000-8000-000000000001'
    await server.request('POST', fast, { body: { id, name: 'x' } })
    const before = await pids()
    for (let count = 0; count < 10; count++)
      expect((await server.request('POST', fast, { body: { id, name: 'x' } })).status).toBe(409)
    expect(await pids()).toEqual(before)
  })

  it('do not hold a transaction open that does nothing', async () => {
    const idle = server.database.transaction(async (transaction) => {
      await transaction.run({ text: 'select 1', values: [] })
      await sleep(6000)
      await transaction.run({ text: 'select 1', values: [] })
    })
    await expect(idle).rejects.toThrow()
    expect((await server.request('GET', fast)).status).toBe(200)
  }, 20_000)
})
