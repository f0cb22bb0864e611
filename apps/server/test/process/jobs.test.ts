import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Jobs } from '../../src/jobs/index.js'
import { startServer, type TestServer } from '../support/index.js'
import { soak } from '../support/soak.js'

const kills = soak ? 100 : 8
const jobsPerKill = 30
const soon = { timeout: 120_000, interval: 50 }

interface JobNode {
  readonly pid: number
  readonly ready: Promise<void>
  readonly ended: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

const living = new Set<JobNode>()

function startJobNode(databaseUrl: string, env: Record<string, string> = {}): JobNode {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'job-node.js')], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      PORT: '0',
      LOG_LEVEL: 'error',
      DATABASE_POOL_SIZE: '5',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ready = new Promise<void>((begin, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (output.includes('ready')) begin()
      })
    child.once('close', () => fail(new Error(`The node ended:\n${output}`)))
  })
  // One that is killed while it starts is nobody's failure.
  ready.catch(() => {})
  const ended = new Promise<number | null>((end) => child.once('close', (code) => end(code)))
  const node: JobNode = { pid: child.pid!, ready, ended, kill: (signal) => child.kill(signal) }
  living.add(node)
  void ended.then(() => living.delete(node))
  return node
}

let server: TestServer
afterEach(async () => {
  const ends = [...living].map(({ kill, ended }) => {
    kill('SIGKILL')
    return ended
  })
  await Promise.all(ends)
  await server.stop()
})

/** A server that knows nothing of these jobs, and so runs none of them: it keeps their database and adds to them. */
async function prepare(): Promise<{ add: (n: number, ms: number) => Promise<void> }> {
  server = await startServer()
  await run('create table public.steps (n int, step text, pid int, at timestamptz not null default clock_timestamp())')
  const { boss } = await server.app.get(Jobs).start()
  return {
    add: async (n, ms) => {
      expect(await boss.send('test.killed', { n, ms }, { singletonKey: String(n) })).toBeTypeOf('string')
    },
  }
}

const run = async (text: string, values: unknown[] = []): Promise<unknown[][]> =>
  (await server.database.run({ text, values })).rows
const states = () =>
  run(`select state::text, count(*) from holdfast_jobs.job where name = 'test.killed' group by 1 order by 1`)
const runningOn = async (pid: number): Promise<number> => {
  const [row] = await run(
    `select count(*) from public.steps b where step = 'began' and pid = $1 and not exists (
      select from public.steps e where e.step = 'ended' and e.pid = b.pid and e.n = b.n)`,
    [pid],
  )
  return row![0] as number
}

describe('kill -9 of a node that runs jobs', () => {
  it(
    'loses none, leaves none running, and has none done twice by the living',
    async () => {
      const { add } = await prepare()
      const nodes = [startJobNode(server.databaseUrl), startJobNode(server.databaseUrl)]
      await Promise.all(nodes.map(({ ready }) => ready))
      const killed: number[] = []
      let n = 0
      for (let times = 0; times < kills; times++) {
        const place = times % nodes.length
        const victim = nodes[place]!
        await victim.ready
        for (let count = 0; count < jobsPerKill; count++) await add(n++, (n * 37) % 400)
        await expect.poll(() => runningOn(victim.pid), soon).toBeGreaterThan(0)
        victim.kill('SIGKILL')
        await victim.ended
        killed.push(victim.pid)
        nodes[place] = startJobNode(server.databaseUrl)
      }
      await expect.poll(states, soon).toEqual([['completed', kills * jobsPerKill]])
      const ended = `select count(distinct n) from public.steps where step = 'ended'`
      expect(await run(ended)).toEqual([[kills * jobsPerKill]])
      // Only a process that was killed left something to be done again.
      const twice = `select n from public.steps where step = 'began' and pid <> all ($1) group by n having count(*) > 1`
      expect(await run(twice, [killed])).toEqual([])
      const [again] = await run(
        `select count(*) from (select n from public.steps where step = 'began' group by n having count(*) > 1) x`,
      )
      expect(again![0]).toBeGreaterThan(0)
    },
    soak ? 1_800_000 : 300_000,
  )

  it('is noticed within seconds', async () => {
    const { add } = await prepare()
    const victim = startJobNode(server.databaseUrl)
    await victim.ready
    await add(1, 60_000)
    await expect.poll(() => runningOn(victim.pid), soon).toBe(1)
    const other = startJobNode(server.databaseUrl)
    await other.ready
    victim.kill('SIGKILL')
    await expect.poll(() => runningOn(other.pid), { timeout: 30_000, interval: 50 }).toBe(1)
  })
})

describe('SIGTERM of a node that runs jobs', () => {
  it('gives them back at once when they do not end in time', async () => {
    const { add } = await prepare()
    const leaving = startJobNode(server.databaseUrl, { SHUTDOWN_TIMEOUT_MS: '500' })
    await leaving.ready
    await add(1, 60_000)
    await expect.poll(() => runningOn(leaving.pid), soon).toBe(1)
    leaving.kill('SIGTERM')
    await expect.poll(states, soon).toEqual([['retry', 1]])
  })
})
