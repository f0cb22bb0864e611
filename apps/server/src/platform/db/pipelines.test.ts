import type pg from 'pg'
import { expect, it } from 'vitest'
import { Pipelines, type Sharing } from './pipelines.js'
import { KnownStatement } from './statement-names.js'

const statement = { text: 'update', values: [] }

/** A connection that runs one statement for longer than others would wait behind it, and never ends it. */
const busy = {
  runningSinceMs: performance.now() - 1000,
  pipelined() {},
  on() {},
  query() {},
} as unknown as pg.PoolClient

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Is a statement still trusted that holds up others, when its connection is at work, or only waits for the disk? */
async function isTrusted(isAtWork: () => Promise<boolean>): Promise<boolean> {
  let judged = (): void => {}
  const judgement = new Promise<void>((resolve) => {
    judged = resolve
  })
  const known = new KnownStatement('s1')
  known.took(1)
  const writes = new Pipelines(1, {
    depth: 8,
    repeatable: false,
    connect: async () => busy,
    isAtWork: () => isAtWork().finally(judged),
  } as Partial<Sharing> as Sharing)
  expect(writes.tryRun(statement, known, undefined)).toBeUndefined()
  await turn()
  expect(writes.tryRun(statement, known, undefined)).toBeInstanceOf(Promise)
  writes.sweep()
  await judgement
  await turn()
  return known.isQuick(performance.now())
}

it('trusts a write no more that holds up others by its work', async () => {
  expect(await isTrusted(async () => true)).toBe(false)
})

it('still trusts a write that only waits for the disk', async () => {
  expect(await isTrusted(async () => false)).toBe(true)
})

it('trusts a write no more of which nobody knows what it waits for', async () => {
  expect(await isTrusted(() => Promise.reject(new Error('no connection')))).toBe(false)
})
