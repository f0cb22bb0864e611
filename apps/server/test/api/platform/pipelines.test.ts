import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RecordDatabase, type Statement, toAppError } from '../../../src/platform/db/index.js'
import { PlatformModule } from '../../../src/platform/platform.module.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
let db: RecordDatabase
let outside: pg.Client

beforeAll(async () => {
  server = await startServer({}, PlatformModule)
  db = server.app.get(RecordDatabase)
  outside = new pg.Client({ connectionString: server.databaseUrl })
  await outside.connect()
  await outside.query(
    'create table public.numbers (n int primary key); insert into public.numbers select generate_series(1, 500)',
  )
  await outside.query(
    'create table public.counters (n int primary key, count int not null default 0); insert into public.counters select generate_series(1, 50)',
  )
  await outside.query('create table public.held (n int primary key); insert into public.held values (1)')
})

afterAll(async () => {
  await outside?.end()
  await server?.stop()
})

const find = (n: number): Statement => ({
  text: 'select n, pg_backend_pid() from public.numbers where n = $1::int',
  values: [n],
})
const findHeld: Statement = { text: 'select n, pg_backend_pid() from public.held', values: [] }
const backendOf = async (statement: Statement): Promise<number> => (await db.read(statement)).rows[0]![1]

/** Asks until the statement is known to be quick and its answers come from the connection that such share. */
async function share(statement: Statement, ask = (asked: Statement) => db.read(asked)): Promise<number> {
  let shared = 0
  await expect
    .poll(
      async () => {
        const answers = await Promise.all(Array.from({ length: 8 }, () => ask(statement)))
        const [first, ...others] = answers.map(({ rows }) => rows[0]![1] as number)
        shared = first!
        return others.every((backend) => backend === first)
      },
      { timeout: 10_000 },
    )
    .toBe(true)
  return shared
}

describe('quick reads', () => {
  let shared: number
  beforeEach(async () => {
    shared = await share(find(1))
  })

  it('share a connection, and each gets its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, (_, at) => db.read(find(at + 1))))
    expect(answers.map(({ rows }) => rows[0]![0])).toEqual(Array.from({ length: 300 }, (_, at) => at + 1))
  })

  it('fail each for itself', async () => {
    const wrong = { text: find(1).text, values: ['no number'] }
    const asked = Array.from({ length: 12 }, (_, at) => db.read(at % 3 === 1 ? wrong : find(at + 1)))
    for (const [at, result] of (await Promise.allSettled(asked)).entries()) {
      if (at % 3 === 1) expect(result).toMatchObject({ status: 'rejected', reason: { code: '22P02' } })
      else expect(result).toMatchObject({ status: 'fulfilled', value: { rows: [[at + 1, shared]] } })
    }
  })

  it('learn one after the other what is new to their connection', async () => {
    const texts = Array.from({ length: 40 }, (_, at) => `select n + ${at} from public.numbers where n = $1::int`)
    for (const text of texts) for (let use = 0; use < 2; use += 1) await db.run({ text, values: [1] })
    const asked = texts.flatMap((text, at) =>
      [1, 2, 3].map(async (n) => (await db.read({ text, values: [n] })).rows[0]![0] === n + at),
    )
    expect((await Promise.all(asked)).every(Boolean)).toBe(true)
  })

  it('are more than a connection keeps prepared, while one of the oldest is under way', async () => {
    const texts = Array.from(
      { length: 400 },
      (_, at) => `select n + ${at} as sum from public.numbers where n = $1::int`,
    )
    for (let round = 0; round < 5; round += 1)
      for (const [at, text] of texts.entries()) {
        const found = await Promise.all([db.read(find(1)), db.read({ text, values: [1] })])
        expect(found.map(({ rows }) => rows[0]![0])).toEqual([1, at + 1])
      }
  })

  it('go on elsewhere when one holds them up, and it does so once', async () => {
    expect(await share(findHeld)).toBe(shared)
    await outside.query('begin; lock table public.held in access exclusive mode')
    try {
      const held = backendOf(findHeld)
      // More than stand behind it: the others are in line.
      const behind = await Promise.all(Array.from({ length: 12 }, () => backendOf(find(2))))
      expect(behind.every((backend) => backend !== shared)).toBe(true)
      await outside.query('rollback')
      expect(await held).toBe(shared)
      expect(await backendOf(findHeld)).not.toBe(shared)
    } finally {
      await outside.query('rollback')
    }
  })

  it('are cancelled when nobody waits for them, without harm to others', async () => {
    // The statement of the test before is not trusted any more; this one is new.
    const other = { text: 'select n, pg_backend_pid() from public.held where n = 1', values: [] }
    expect(await share(other)).toBe(shared)
    const gone = { socket: { destroyed: false } }
    await outside.query('begin; lock table public.held in access exclusive mode')
    try {
      const left = db.read(other, gone)
      const behind = Promise.all(Array.from({ length: 6 }, (_, at) => db.read(find(at + 1))))
      gone.socket.destroyed = true
      await expect(left).rejects.toMatchObject({ code: 'request_timeout' })
      expect((await behind).map(({ rows }) => rows[0]![0])).toEqual([1, 2, 3, 4, 5, 6])
      await expect
        .poll(async () => (await outside.query(`select count(*)::int as n from pg_locks where not granted`)).rows[0].n)
        .toBe(0)
    } finally {
      await outside.query('rollback')
    }
    expect(await share(find(1))).toBe(shared)
  })

  it('come back when their connection was cut', async () => {
    await outside.query('select pg_terminate_backend($1)', [shared])
    await expect
      .poll(() =>
        db.read(find(7)).then(
          ({ rows }) => rows[0]![0],
          () => undefined,
        ),
      )
      .toBe(7)
    expect(await share(find(1))).not.toBe(shared)
  })

  it('whose connection is cut are asked again', async () => {
    const other = { text: 'select n, pg_backend_pid() from public.held where n < 2', values: [] }
    const backend = await share(other)
    await outside.query('begin; lock table public.held in access exclusive mode')
    try {
      const head = db.read(other)
      // More than stand behind it: the others are in line.
      const numbers = Array.from({ length: 12 }, (_, at) => at + 1)
      const behind = Promise.all(numbers.map((n) => db.read(find(n))))
      await outside.query('select pg_terminate_backend($1)', [backend])
      expect((await behind).map(({ rows }) => rows[0]![0])).toEqual(numbers)
    } finally {
      await outside.query('rollback')
    }
  })

  it('of which one cannot be sent are as before', async () => {
    const circular: unknown[] = []
    circular.push({ circular })
    const asked = Array.from({ length: 9 }, (_, at) =>
      db.read(at === 4 ? { ...find(0), values: [circular] } : find(at)),
    )
    const results = await Promise.allSettled(asked)
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(results.map((_, at) => at !== 4))
    expect(await backendOf(find(1))).toBe(shared)
  })

  it('give their connection back when there are none', async () => {
    await expect.poll(() => db.connections.busy, { timeout: 10_000 }).toBe(0)
  })
})

describe('quick reads on two connections', () => {
  let wide: TestServer
  let wideDb: RecordDatabase
  let side: pg.Client
  beforeAll(async () => {
    wide = await startServer({ DATABASE_POOL_SIZE: '14' }, PlatformModule)
    wideDb = wide.app.get(RecordDatabase)
    side = new pg.Client({ connectionString: wide.databaseUrl })
    await side.connect()
    await side.query(
      'create table public.numbers (n int primary key); insert into public.numbers select generate_series(1, 50)',
    )
    await side.query('create table public.held (n int primary key); insert into public.held values (1)')
  })
  afterAll(async () => {
    await side?.end()
    await wide?.stop()
  })

  it('stand behind one that is slow only as far as they were sent; the others take the connection that moves', async () => {
    const backends = (asked: Statement, count: number) =>
      Promise.all(Array.from({ length: count }, async () => (await wideDb.read(asked)).rows[0]![1] as number))
    let round = 0
    // A machine that halts for a moment makes the other connection slow too.
    await expect
      .poll(
        async () => {
          round += 1
          const held: Statement = { ...findHeld, text: `${findHeld.text} -- ${round}` }
          const shared = async () => new Set(await backends(find(1), 12))
          await expect.poll(async () => (await shared()).size, { timeout: 10_000 }).toBe(2)
          await backends(held, 3)
          const pair = await shared()
          await side.query('begin; lock table public.held in access exclusive mode')
          const head = backends(held, 1)
          const answers = await backends(find(2), 24)
          await side.query('rollback')
          const [stuck] = await head
          const moved = answers.filter((backend) => pair.has(backend) && backend !== stuck)
          return pair.has(stuck!) && moved.length >= 19
        },
        { timeout: 30_000 },
      )
      .toBe(true)
  })
})

describe('quick writes', () => {
  const count = (n: number): Statement => ({
    text: 'update public.counters set count = count + 1 where n = $1::int returning n, pg_backend_pid()',
    values: [n],
  })
  const counted = async (n: number): Promise<number> =>
    (await outside.query('select count from public.counters where n = $1', [n])).rows[0].count

  it('share a connection, each a transaction of its own', async () => {
    const shared = await share(count(1), (statement) => db.run(statement))
    const wrong = { text: count(1).text, values: ['no number'] }
    const asked = Array.from({ length: 8 }, (_, at) => db.run(at === 3 ? wrong : count(at + 2)))
    for (const [at, result] of (await Promise.allSettled(asked)).entries()) {
      if (at === 3) expect(result).toMatchObject({ status: 'rejected', reason: { code: '22P02' } })
      else expect(result).toMatchObject({ status: 'fulfilled', value: { rows: [[at + 2, shared]] } })
      expect(await counted(at + 2)).toBe(at === 3 ? 0 : 1)
    }
  })

  it('are undone where they would wait for a lock, and done apart, once', async () => {
    const shared = await share(count(20), (statement) => db.run(statement))
    await outside.query('begin; select from public.counters where n = 30 for update')
    try {
      let done = false
      const held = db.run(count(30)).finally(() => {
        done = true
      })
      const behind = await Promise.all(Array.from({ length: 6 }, (_, at) => db.run(count(at + 40))))
      expect(behind.map(({ rows }) => rows[0]![0])).toEqual([40, 41, 42, 43, 44, 45])
      expect(done).toBe(false)
      await outside.query('commit')
      expect((await held).rows[0]![1]).not.toBe(shared)
    } finally {
      await outside.query('rollback')
    }
    expect(await counted(30)).toBe(1)
    for (let n = 40; n < 46; n += 1) expect(await counted(n)).toBe(1)
  })

  it('are never done twice when their connection is cut, and nobody is told that one was not done', async () => {
    const statement = (n: number): Statement => ({ ...count(n), text: `${count(n).text} -- cut` })
    for (let n = 0; n < 3; n += 1) await db.run(statement(49))
    await outside.query('update public.counters set count = 0')
    let done = 0
    for (let round = 0; round < 20; round += 1) {
      const backend = await share(statement(50), (asked) => db.run(asked).catch(() => db.run(asked)))
      const asked = Promise.allSettled(Array.from({ length: 8 }, (_, at) => db.run(statement(at + 1))))
      await outside.query('select pg_terminate_backend($1)', [backend])
      for (const [at, result] of (await asked).entries()) {
        const times = await counted(at + 1)
        if (result.status === 'fulfilled') {
          done += 1
          expect(times).toBe(1)
        } else {
          expect(toAppError(result.reason)).toMatchObject({ status: 503 })
          expect(times).toBeLessThanOrEqual(1)
        }
      }
      await outside.query('update public.counters set count = 0')
    }
    expect(done).toBeGreaterThan(0)
  })

  it('leave room for others, however many wait for one row', async () => {
    // What held up others in the tests before is not trusted any more.
    const add = (n: number): Statement => ({ ...count(n), text: `${count(n).text} -- room` })
    await share(add(1), (statement) => db.run(statement))
    await outside.query('update public.counters set count = 0')
    await outside.query('begin; select from public.counters where n = 30 for update')
    const inTransaction = (n: number) => db.transaction((tx) => tx.run(add(n)))
    try {
      const held = Array.from({ length: 20 }, (_, at) => (at % 2 ? inTransaction(30) : db.run(add(30))))
      const others = Array.from({ length: 9 }, (_, at) => [
        db.run(add(at + 1)),
        inTransaction(at + 1),
        db.read(find(at + 1)),
      ])
      await Promise.all(others.flat())
      // Only now may the others go on.
      await outside.query('commit')
      await Promise.all(held)
    } finally {
      await outside.query('rollback')
    }
    expect(await counted(30)).toBe(20)
    for (let n = 1; n < 10; n += 1) expect(await counted(n)).toBe(2)
  })

  it('leave no trace on their connection for others', async () => {
    await expect.poll(() => db.connections.busy, { timeout: 10_000 }).toBe(0)
    const patience = await Promise.all(Array.from({ length: 6 }, () => db.runForeign('show lock_timeout')))
    expect(patience.flatMap(({ rows }) => rows)).toEqual(Array(6).fill({ lock_timeout: '0' }))
  })
})
