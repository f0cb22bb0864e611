import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Change, type ChangeCursor, ChangeLog } from '../../../src/changes/index.js'
import { linkTableOf } from '../../../src/collections/names.js'
import { startServer, type TestServer } from '../../support/index.js'
import { startServerWith } from '../../support/personas.js'

/** ORDER_SEED=… repeats a run as far as the clock lets it; ORDER_SECONDS=600 looks longer. */
const seed = Number(process.env['ORDER_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const seconds = Number(process.env['ORDER_SECONDS'] ?? 4)

/** mulberry32 */
function randomOf(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

let a: TestServer
let b: TestServer
let logs: ChangeLog[]
let pool: pg.Pool
let links: string

beforeAll(async () => {
  const { server, admin } = await startServerWith([
    {
      name: 'items',
      fields: [
        { name: 'n', type: 'integer' },
        { name: 'parent', type: 'relation', collection: 'items' },
        { name: 'peers', type: 'relation', collection: 'items', many: true },
      ],
      rules: [],
    },
  ])
  a = server
  b = await startServer({ DATABASE_URL: a.databaseUrl })
  logs = [a, b].map(({ app }) => app.get(ChangeLog))
  pool = new pg.Pool({ connectionString: a.databaseUrl, max: 12 })
  const { json } = await a.request('GET', '/api/v1/admin/collections/items', { token: admin.token })
  links = linkTableOf(json.data.fields.find(({ name }: { name: string }) => name === 'peers').id)
})
afterAll(async () => {
  await pool?.end()
  await b?.stop()
  await a?.stop()
})

const pick = <T>(random: () => number, values: readonly T[]): T => values[Math.floor(random() * values.length)]!

/** Everything after a cursor, in pages of random size, from both nodes in turn, through sealed cursors. */
async function readAll(start: ChangeCursor, random: () => number): Promise<Change[]> {
  const found: Change[] = []
  for (let cursor = start; ; ) {
    const log = pick(random, logs)
    const page = await log.read(log.open(log.seal(cursor)), { limit: 1 + Math.floor(random() * 40) })
    expect(page.broken).toBe(false)
    found.push(...page.changes)
    if (page.end) return found
    cursor = page.next
  }
}

/** Whoever applies the changes in the order they come has what the table has: no gap, no double, nothing out of order. */
class Replica {
  readonly records = new Map<string, Change['after']>()
  readonly seen = new Set<number>()

  apply(changes: readonly Change[]): void {
    for (const { position, action, recordId, before, after } of changes) {
      expect(this.seen.has(position), `position ${position} twice`).toBe(false)
      this.seen.add(position)
      const held = this.records.get(recordId)
      expect(held?.['version'], `${action} at ${position}`).toEqual(before?.['version'])
      if (before) expect({ ...before, peers: null }).toEqual({ ...held, peers: null })
      if (before?.['peers'] && held!['peers']) expect(before['peers']).toEqual(held!['peers'])
      if (before && after) expect(Number(after['version'])).toBeGreaterThan(Number(before['version']))
      if (after) this.records.set(recordId, { ...held, ...after })
      else this.records.delete(recordId)
    }
  }
}

const committedPositions = async (after: number): Promise<number[]> => {
  const text = `select position::int8 from holdfast.changes where position > ${after} and action not in ('list', 'base') order by 1`
  return (await a.database.run({ text, values: [] })).rows.map(([position]) => position as number)
}

describe(`the order of changes (ORDER_SEED=${seed})`, () => {
  it('is kept where a transaction that began first changes a record last, while one between still runs', async () => {
    const [first, between, last] = await Promise.all([pool.connect(), pool.connect(), pool.connect()])
    const start = await logs[0]!.end()
    const { rows } = await pool.query('insert into public.items (n) values (0) returning id')
    const replica = new Replica()
    try {
      // Ids rise: first, between, last. The last changes the record first.
      for (const client of [first, between, last]) await client.query('begin; insert into public.items (n) values (1)')
      await last.query('update public.items set n = 1 where id = $1', [rows[0].id])
      await last.query('commit')
      await first.query('update public.items set n = 2 where id = $1', [rows[0].id])
      await first.query('commit')
      let cursor = start
      for (const step of [() => between.query('commit'), () => {}]) {
        const page = await logs[0]!.read(cursor)
        replica.apply(page.changes)
        cursor = page.next
        await step()
      }
      replica.apply((await logs[0]!.read(cursor)).changes)
    } finally {
      for (const client of [first, between, last]) client.release(true)
    }
    expect(replica.records.size).toBe(4)
    expect(replica.records.get(rows[0].id)).toMatchObject({ n: 2, version: 3 })
  })

  it('does not wait for a transaction that runs long', async () => {
    const long = await pool.connect()
    const start = await logs[1]!.end()
    try {
      await long.query('begin; insert into public.items (n) values (-1)')
      await pool.query('insert into public.items (n) select 7 from generate_series(1, 50)')
      const before = await logs[1]!.read(start)
      expect(before.changes).toHaveLength(50)
      await long.query('commit')
      const after = await logs[0]!.read(before.next)
      expect(after.changes.map((change) => change.after!['n'])).toEqual([-1])
      const again = await readAll(start, randomOf(seed))
      expect(again).toHaveLength(51)
    } finally {
      long.release(true)
    }
  })

  it(
    'has no gap and no double for whoever reads it, from any cursor, on any node',
    async () => {
      const random = randomOf(seed)
      const start = await logs[0]!.end()
      const { rows: held } = await pool.query('select row_to_json(i) as json from public.items i')
      const ids: string[] = held.map(({ json }) => json.id)
      const replicas = [new Replica(), new Replica()]
      for (const replica of replicas) for (const { json } of held) replica.records.set(json.id, json)
      let writing = true
      let settled = false
      const writers = Array.from({ length: 9 }, (_, n) => write(randomOf(seed + n), ids, () => writing))
      const readers = replicas.map((replica, n) => follow(replica, start, randomOf(seed - 1 - n), () => settled))
      await sleep(seconds * 1000)
      writing = false
      await Promise.all(writers)
      settled = true
      const passed = await Promise.all(readers)
      const committed = await committedPositions(0)
      const { rows: finally_ } = await pool.query('select row_to_json(i) as json from public.items i order by id')
      const all = await readAll(start, random)
      for (const replica of replicas) {
        expect([...replica.seen].sort((x, y) => x - y)).toEqual(committed.slice(-replica.seen.size))
        expect([...replica.seen].sort((x, y) => x - y)).toEqual(
          all.map(({ position }) => position).sort((x, y) => x - y),
        )
        expect([...replica.records.keys()].sort()).toEqual(finally_.map(({ json }) => json.id))
        for (const { json } of finally_)
          expect(replica.records.get(json.id)).toMatchObject({ n: json.n, version: json.version })
      }
      expect(all.length).toBeGreaterThan(100)
      // From any cursor: what was read up to it, and what comes after it, are all of it.
      for (let sample = 0; sample < 60; sample++) {
        const { seen, cursor } = pick(random, pick(random, passed))
        const rest = (await readAll(cursor, random)).map(({ position }) => position)
        expect([...seen, ...rest].sort((x, y) => x - y)).toEqual(
          all.map(({ position }) => position).sort((x, y) => x - y),
        )
      }
    },
    120_000 + seconds * 1000,
  )
})

interface Passed {
  readonly seen: readonly number[]
  readonly cursor: ChangeCursor
}

/** Reads while others write; gives some of the cursors it had on its way, of pages and of single changes. */
async function follow(
  replica: Replica,
  start: ChangeCursor,
  random: () => number,
  settled: () => boolean,
): Promise<Passed[]> {
  const passed: Passed[] = []
  for (let cursor = start; ; ) {
    const last = settled()
    const log = pick(random, logs)
    const page = await log.read(log.open(log.seal(cursor)), { limit: 1 + Math.floor(random() * 30) })
    expect(page.broken).toBe(false)
    const until = page.changes.length > 0 && random() < 0.3 ? Math.floor(random() * page.changes.length) : undefined
    // Some go on after a change in the middle of a page.
    const taken = until === undefined ? page.changes : page.changes.slice(0, until + 1)
    cursor = until === undefined ? page.next : taken.at(-1)!.cursor
    replica.apply(taken)
    if (taken.length > 0 && random() < 0.2) passed.push({ seen: [...replica.seen], cursor })
    if (last && page.end && until === undefined) return passed
    if (page.end) await sleep(random() * 20)
  }
}

/** Transactions of every kind. What gets in each other's way is undone. */
async function write(random: () => number, ids: string[], writing: () => boolean): Promise<void> {
  while (writing()) {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const own: string[] = []
      const steps = 1 + Math.floor(random() * 4)
      for (let step = 0; step < steps; step++) await writeStep(client, random, ids, own)
      if (random() < 0.1) await client.query('select pg_sleep(0.4)')
      if (random() < 0.2) await client.query('rollback')
      else {
        await client.query('commit')
        ids.push(...own)
      }
    } catch {
      await client.query('rollback')
    } finally {
      client.release()
    }
  }
}

async function writeStep(client: pg.PoolClient, random: () => number, ids: string[], own: string[]): Promise<void> {
  const undone = random() < 0.2
  const kept = own.length
  if (undone) await client.query('savepoint s')
  const some = Array.from({ length: 3 }, () => pick(random, [...ids.slice(-20), ...own]))
  const kind = random()
  if (kind < 0.3) {
    const { rows } = await client.query(
      'insert into public.items (n, parent) select $1, $2 from generate_series(1, $3) returning id',
      [Math.floor(random() * 1000), random() < 0.5 ? some[0] : null, 1 + Math.floor(random() * 4)],
    )
    own.push(...rows.map(({ id }) => id))
  } else if (kind < 0.75)
    await client.query('update public.items set n = n + 1 where id = any($1)', [some.slice(0, 1 + random() * 3)])
  else if (kind < 0.9)
    await client.query(`insert into ${links} (source, target, position) values ($1, $2, $3) on conflict do nothing`, [
      some[0],
      some[1],
      Math.floor(random() * 1000),
    ])
  else await client.query('delete from public.items where id = $1', [some[0]])
  if (random() < 0.2) await client.query('select pg_sleep($1)', [random() * 0.03])
  if (!undone) return
  await client.query('rollback to savepoint s')
  own.length = kept
}
