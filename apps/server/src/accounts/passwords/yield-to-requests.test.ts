import { readFile } from 'node:fs/promises'
import { constants, getPriority } from 'node:os'
import { describe, expect, it } from 'vitest'
import { listWorkerThreads, yieldToRequests } from './yield-to-requests.js'

describe.skipIf(process.platform !== 'linux')('threads that hash passwords', () => {
  it('stand back behind the one that answers', async () => {
    // The first long work makes the threads.
    await readFile(import.meta.filename)
    const before = getPriority()
    yieldToRequests()
    const threads = listWorkerThreads()
    expect(threads.length).toBeGreaterThan(0)
    for (const id of threads) expect(getPriority(id)).toBeGreaterThanOrEqual(constants.priority.PRIORITY_BELOW_NORMAL)
    expect(getPriority()).toBe(before)
  })
})
