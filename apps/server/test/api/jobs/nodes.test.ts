import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../support/index.js'
import { type Kind, type Node, startNode } from './node.js'

const soon = { timeout: 60_000, interval: 50 }

let nodes: Node[] = []
afterEach(async () => {
  // The last one takes the database with it.
  for (const { server } of nodes.reverse()) await server.stop()
  nodes = []
})

async function startAnother(kinds: readonly Kind[], env: Record<string, string> = {}): Promise<Node> {
  const [first] = nodes
  const node = await startNode(kinds, { ...(first && { DATABASE_URL: first.server.databaseUrl }), ...env })
  nodes.push(node)
  return node
}

const run = (text: string, values: unknown[] = []) => nodes[0]!.server.database.run({ text, values })
const statesOf = async (name: string): Promise<unknown> =>
  (await run('select state::text, count(*) from holdfast_jobs.job where name = $1 group by 1 order by 1', [name])).rows

describe('two nodes', () => {
  it('that start together on an empty database both come up', async () => {
    for (let times = 0; times < 3; times++) {
      const database = await createTestDatabase()
      const env = { DATABASE_URL: database.url }
      nodes = await Promise.all([startNode([], env), startNode([], env)])
      await Promise.all(nodes.map(({ jobs }) => jobs.start()))
      expect(await statesOf('jobs.dropOld')).toEqual([])
      for (const { server } of nodes.splice(0)) await server.stop()
      await database.drop()
    }
  })

  it('share the work, and do none of it twice', async () => {
    const done: [node: number, n: number][] = []
    const kind = (node: number): Kind => ({
      name: 'test.shared',
      options: { concurrency: 2 },
      handler: async ({ data }) => {
        await sleep(20)
        done.push([node, data.n])
      },
    })
    await startAnother([kind(0)])
    await startAnother([kind(1)])
    await Promise.all(nodes.map(({ jobs }) => jobs.start()))
    for (let n = 0; n < 200; n++) await nodes[n % 2]!.queues['test.shared']!.enqueue({ n })
    await expect.poll(() => statesOf('test.shared'), soon).toEqual([['completed', 200]])
    expect(done.map(([, n]) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n))
    expect(new Set(done.map(([node]) => node)).size).toBe(2)
  })

  it('hand over what one of them cannot end in time, with no attempt lost', async () => {
    const attempts: number[] = []
    const stuck: Kind = { name: 'test.moved', options: { retries: 0 }, handler: () => new Promise(() => {}) }
    await startAnother([{ ...stuck, handler: async ({ attempt }) => void attempts.push(attempt) }])
    const leaving = await startAnother([stuck], { SHUTDOWN_TIMEOUT_MS: '300' })
    await leaving.queues['test.moved']!.enqueue({ n: 1 })
    await expect.poll(() => statesOf('test.moved'), soon).toEqual([['active', 1]])
    nodes.pop()
    await leaving.server.stop()
    await expect.poll(() => statesOf('test.moved'), soon).toEqual([['completed', 1]])
    expect(attempts).toEqual([1])
  })

  it('wait for what one of them can end in time', async () => {
    let ended = false
    const kind: Kind = {
      name: 'test.brief',
      handler: async () => {
        await sleep(500)
        ended = true
      },
    }
    await startAnother([])
    const leaving = await startAnother([kind], { SHUTDOWN_TIMEOUT_MS: '30000' })
    await leaving.queues['test.brief']!.enqueue({ n: 1 })
    await expect.poll(() => statesOf('test.brief'), soon).toEqual([['active', 1]])
    nodes.pop()
    await leaving.server.stop()
    expect(ended).toBe(true)
    expect(await statesOf('test.brief')).toEqual([['completed', 1]])
  })

  it('tell a job that it was cancelled on the other', async () => {
    const told: string[] = []
    const kind: Kind = {
      name: 'test.told',
      handler: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            told.push(String(signal.reason.message))
            reject(signal.reason)
          }),
        ),
    }
    await startAnother([])
    const runner = await startAnother([kind])
    const id = await runner.queues['test.told']!.enqueue({ n: 1 })
    await expect.poll(() => statesOf('test.told'), soon).toEqual([['active', 1]])
    const { boss } = await nodes[0]!.jobs.start()
    await boss.cancel('test.told', id!)
    await expect.poll(() => told.length, soon).toBe(1)
    expect(await statesOf('test.told')).toEqual([['cancelled', 1]])
  })

  it('make up once for a tick that found nobody running', async () => {
    let ticks = 0
    const kind: Kind = {
      name: 'test.ticked',
      options: { schedule: '0 0 1 1 *' },
      handler: async () => {
        ticks++
      },
    }
    await startAnother([kind])
    await nodes[0]!.jobs.start()
    // As if the schedule were two years old and nobody had looked at the clock since.
    await run(
      `update holdfast_jobs.schedule set created_on = now() - interval '2 years', updated_on = now() - interval '2 years'`,
    )
    await run(`update holdfast_jobs.version set cron_on = now() - interval '2 years'`)
    await startAnother([kind])
    await nodes[1]!.jobs.start()
    await expect.poll(() => ticks, soon).toBe(1)
    await expect.poll(() => statesOf('test.ticked'), soon).toEqual([['completed', 1]])
  })
})

describe('a job whose node died', () => {
  it('waits for another, however long that takes, and loses no attempt', async () => {
    const attempts: number[] = []
    const kind: Kind = {
      name: 'test.left',
      options: { retries: 0, timeoutSeconds: 1 },
      handler: async ({ attempt }) => void attempts.push(attempt),
    }
    await startAnother([])
    const before = await startAnother([kind])
    await before.jobs.start()
    nodes.pop()
    await before.server.stop()
    const { boss } = await nodes[0]!.jobs.start()
    const id = await boss.send('test.left', { n: 1 })
    // Whoever takes a job and is never heard of again.
    await boss.fetch('test.left')
    await run(`update holdfast_jobs.job set started_on = now() - interval '1 hour' where id = $1`, [id])
    await run('update holdfast_jobs.job set heartbeat_on = started_on where id = $1', [id])
    await run('update holdfast_jobs.queue set monitor_on = null, monitor_claim_on = null')
    await boss.supervise('test.left')
    expect(await statesOf('test.left')).toEqual([['active', 1]])
    await startAnother([kind])
    await expect.poll(() => statesOf('test.left'), soon).toEqual([['completed', 1]])
    expect(attempts).toEqual([1])
  })
})

describe('connections that are cut', () => {
  it('lose no job, and have none done twice', async () => {
    const done: number[] = []
    const kind: Kind = {
      name: 'test.cut',
      options: { concurrency: 4, retries: 0 },
      handler: async ({ data }) => {
        await sleep(10)
        done.push(data.n)
      },
    }
    await startAnother([kind], { LOG_LEVEL: 'silent' })
    await nodes[0]!.queues['test.cut']!.enqueueAll(Array.from({ length: 300 }, (_, n) => ({ n })))
    const { databaseUrl } = nodes[0]!.server
    let cuts = 0
    while (done.length < 300 && cuts < 300) {
      cuts += await cutConnections(databaseUrl)
      await sleep(100)
    }
    expect(cuts).toBeGreaterThan(5)
    await expect.poll(() => statesOf('test.cut').catch(() => undefined), soon).toEqual([['completed', 300]])
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, n) => n))
  })
})

/** As a database that fails over does it. Autovacuum is left alone: only a superuser may end it. */
async function cutConnections(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const text = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`
  try {
    const { rowCount } = await client.query(text)
    return rowCount ?? 0
  } finally {
    await client.end()
  }
}
