import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GiveUp, RetryLater } from '../../../src/jobs/index.js'
import { type Node, startNode } from './node.js'

/** A machine that runs other tests beside is slow. */
const soon = { timeout: 30_000, interval: 20 }

let node: Node
const done: number[] = []
const attempts: number[] = []

const stateOf = async (id: string | undefined): Promise<unknown> => {
  const text = "select state::text, retry_count, output ->> 'message' from holdfast_jobs.job where id = $1"
  const { rows } = await node.server.database.run({ text, values: [id] })
  return rows[0]
}

beforeAll(async () => {
  node = await startNode(
    [
      { name: 'test.work', options: { concurrency: 3 }, handler: async ({ data }) => void done.push(data.n) },
      {
        name: 'test.flaky',
        options: { retries: 2, backoff: [0.05] },
        handler: async ({ data, attempt }) => {
          attempts.push(attempt)
          if (attempt <= data.n) throw new Error(`attempt ${attempt} went wrong`)
        },
      },
      {
        name: 'test.minded',
        options: { backoff: [3600] },
        handler: async ({ data, attempt }) => {
          if (data.n === 0) throw new GiveUp('It is of no use')
          if (attempt === 1) throw new RetryLater('Not yet', 0.05)
        },
      },
      { name: 'test.slow', options: { retries: 0, timeoutSeconds: 1 }, handler: () => new Promise(() => {}) },
      { name: 'test.held', options: { concurrency: 1 }, handler: ({ signal }) => untilAborted(signal) },
    ],
    { SHUTDOWN_TIMEOUT_MS: '500' },
  )
})
afterAll(() => node.server.stop())

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

describe('a job', () => {
  it('runs at once on the node that added it', async () => {
    const id = await node.queues['test.work']!.enqueue({ n: 1 })
    await expect.poll(() => done, soon).toContain(1)
    await expect.poll(() => stateOf(id), soon).toEqual(['completed', 0, null])
  })

  it('added in a transaction exists when that commits', async () => {
    await node.server.database.transaction(async (tx) => {
      await node.queues['test.work']!.enqueue({ n: 2 }, { tx })
      await sleep(100)
      expect(done).not.toContain(2)
    })
    await expect.poll(() => done, soon).toContain(2)
  })

  it('added in a transaction that is rolled back never existed', async () => {
    let id: string | undefined
    const rolledBack = node.server.database.transaction(async (tx) => {
      id = await node.queues['test.work']!.enqueue({ n: 3 }, { tx })
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    expect(await stateOf(id)).toBeUndefined()
    await node.queues['test.work']!.enqueue({ n: 4 })
    await expect.poll(() => done, soon).toContain(4)
    expect(done).not.toContain(3)
  })

  it('comes with many others, in one transaction', async () => {
    const all = Array.from({ length: 2500 }, (_, n) => ({ n: 10_000 + n }))
    const queue = node.queues['test.work']!
    const ids = await node.server.database.transaction((tx) => queue.enqueueAll(all, { tx, startAfter: 3600 }))
    const text = `select id, (data ->> 'n')::int from holdfast_jobs.job where (data ->> 'n')::int between 10000 and 12499 order by 2`
    const { rows } = await node.server.database.run({ text, values: [] })
    expect(rows).toEqual(all.map(({ n }, place) => [ids[place], n]))
    const few = await queue.enqueueAll([{ n: 7 }, { n: 8 }])
    expect(few).toHaveLength(2)
    await expect.poll(() => done, soon).toEqual(expect.arrayContaining([7, 8]))
  })

  it('waits for its time', async () => {
    const id = await node.queues['test.work']!.enqueue({ n: 5 }, { startAfter: new Date(Date.now() + 3_600_000) })
    await node.queues['test.work']!.enqueue({ n: 6 }, { startAfter: 1 })
    await expect.poll(() => done, soon).toContain(6)
    expect(done).not.toContain(5)
    expect(await stateOf(id)).toEqual(['created', 0, null])
  })

  it('with a key is added once while one waits, and again once that runs', async () => {
    const queue = node.queues['test.held']!
    const first = await queue.enqueue({ n: 1 }, { key: 'a' })
    await expect.poll(() => stateOf(first), soon).toEqual(['active', 0, null])
    const second = await queue.enqueue({ n: 2 }, { key: 'a' })
    expect(second).toBeTypeOf('string')
    expect(await queue.enqueue({ n: 3 }, { key: 'a' })).toBeUndefined()
    expect(await queue.enqueue({ n: 4 }, { key: 'b' })).toBeTypeOf('string')
  })

  it('that waits does not begin before a transaction that counts on its key has ended', async () => {
    const queue = node.queues['test.work']!
    await queue.enqueue({ n: 100 }, { key: 'k', startAfter: 1 })
    await node.server.database.transaction(async (tx) => {
      expect(await queue.enqueue({ n: 101 }, { key: 'k', tx })).toBeUndefined()
      await sleep(3500)
      expect(done).not.toContain(100)
    })
    await expect.poll(() => done, soon).toContain(100)
  })
})

describe('a job that fails', () => {
  it('is tried again, and completes', async () => {
    const id = await node.queues['test.flaky']!.enqueue({ n: 2 })
    await expect.poll(() => stateOf(id), soon).toEqual(['completed', 2, null])
    expect(attempts.splice(0)).toEqual([1, 2, 3])
  })

  it('fails after the last attempt and keeps the error', async () => {
    const id = await node.queues['test.flaky']!.enqueue({ n: 9 })
    await expect.poll(() => stateOf(id), soon).toEqual(['failed', 2, 'attempt 3 went wrong'])
    expect(attempts.splice(0)).toEqual([1, 2, 3])
  })

  it('fails at once when its handler gives up', async () => {
    const id = await node.queues['test.minded']!.enqueue({ n: 0 })
    await expect.poll(() => stateOf(id), soon).toEqual(['failed', 0, 'It is of no use'])
  })

  it('is tried again when its handler says so', async () => {
    const id = await node.queues['test.minded']!.enqueue({ n: 1 })
    await expect.poll(() => stateOf(id), soon).toEqual(['completed', 1, null])
  })

  it('fails when it takes too long', async () => {
    const id = await node.queues['test.slow']!.enqueue({ n: 1 })
    await expect.poll(() => stateOf(id), soon).toEqual(['failed', 0, 'It took longer than 1 s'])
  })
})
