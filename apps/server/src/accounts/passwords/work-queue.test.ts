import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { WorkQueue } from './work-queue.js'

describe('WorkQueue', () => {
  it('runs no more at a time than it may, in order', async () => {
    const queue = new WorkQueue(2, 10)
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
    const queue = new WorkQueue(1, 1)
    const attempts = await Promise.allSettled([1, 2, 3].map((n) => queue.run(async () => n)))
    expect(attempts.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(attempts[2]).toMatchObject({ reason: { code: 'unavailable', status: 503 } })
    expect(await queue.run(async () => 4)).toBe(4)
  })

  it('goes on after a task that failed', async () => {
    const queue = new WorkQueue(1, 1)
    await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await queue.run(async () => 'yes')).toBe('yes')
  })
})
