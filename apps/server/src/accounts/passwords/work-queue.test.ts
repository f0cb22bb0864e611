import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { WorkQueue } from './work-queue.js'

const queueOf = (concurrency: number, maxWaiting: number) =>
  new WorkQueue({ concurrency, crowdedConcurrency: concurrency, crowd: maxWaiting, maxWaiting })

describe('WorkQueue', () => {
  it('runs fewer at a time while many wait, and all of them in the end', async () => {
    const queue = new WorkQueue({ concurrency: 2, crowdedConcurrency: 1, crowd: 3, maxWaiting: 20 })
    let running = 0
    const seen: number[] = []
    const task = async () => {
      seen.push(++running)
      await tick()
      running -= 1
    }
    await Promise.all(Array.from({ length: 12 }, () => queue.run(task)))
    expect(seen).toHaveLength(12)
    // Two begin before anybody waits; then one at a time, until no more than three wait.
    expect(seen.slice(0, 2)).toEqual([1, 2])
    expect(Math.max(...seen.slice(2, 8))).toBe(1)
    expect(Math.max(...seen.slice(8))).toBe(2)
  })

  it('runs no more at a time than it may, in order', async () => {
    const queue = queueOf(2, 10)
    const started: number[] = []
    let running = 0
    let most = 0
    const task = (n: number) => async () => {
      started.push(n)
      most = Math.max(most, ++running)
      await tick()
      running -= 1
      return n
    }
    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => queue.run(task(n))))
    expect(results).toEqual([1, 2, 3, 4, 5])
    expect(started).toEqual([1, 2, 3, 4, 5])
    expect(most).toBe(2)
  })

  it('sends away who finds the queue full, and serves again afterwards', async () => {
    const queue = queueOf(1, 1)
    const attempts = await Promise.allSettled([1, 2, 3].map((n) => queue.run(async () => n)))
    expect(attempts.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(attempts[2]).toMatchObject({ reason: { code: 'unavailable', status: 503 } })
    expect(await queue.run(async () => 4)).toBe(4)
  })

  it('goes on after a task that failed', async () => {
    const queue = queueOf(1, 1)
    await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await queue.run(async () => 'yes')).toBe('yes')
  })
})
