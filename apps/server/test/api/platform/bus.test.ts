import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Bus, maxBusText } from '../../../src/platform/bus/index.js'
import { PlatformModule } from '../../../src/platform/platform.module.js'
import { startServer, type TestServer } from '../../support/index.js'
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.js'

interface Node {
  readonly server: TestServer
  readonly bus: Bus
  readonly heard: string[]
  resets: number
}

async function startNode(env: Record<string, string>): Promise<Node> {
  const server = await startServer(env, PlatformModule)
  const bus = server.app.get(Bus)
  const node: Node = { server, bus, heard: [], resets: 0 }
  bus.on('news', (text) => node.heard.push(text))
  bus.onReset(() => node.resets++)
  return node
}

const until = (check: () => boolean) => vi.waitUntil(check, { timeout: 20_000, interval: 20 })

/** Publishes until it is heard: whoever listens again may have missed the first. */
async function untilHeard(from: Node, to: Node, text: string): Promise<void> {
  await until(() => {
    from.bus.publish('news', text)
    return to.heard.includes(text)
  })
}

/** How many statements nodes sent by NOTIFY. */
const notified = async ({ server }: Node): Promise<string[]> => {
  const text = `select query from pg_stat_activity where application_name = 'holdfast bus' and datname = current_database()`
  return (await server.database.run({ text, values: [] })).rows.map(([query]) => String(query))
}

let a: Node
let b: Node

async function startTwo(env: Record<string, string> = {}): Promise<void> {
  a = await startNode(env)
  b = await startNode({ ...env, DATABASE_URL: a.server.databaseUrl })
  await Promise.all([untilHeard(a, b, 'hello from a'), untilHeard(b, a, 'hello from b')])
}

async function stopTwo(): Promise<void> {
  await b?.server.stop()
  await a?.server.stop()
}

describe('the bus by PostgreSQL', () => {
  beforeAll(() => startTwo())
  afterAll(stopTwo)

  it('brings texts to the other node in their order, and never back', async () => {
    a.heard.length = 0
    const texts = Array.from({ length: 500 }, (_, n) => `${n} ${'ä"\\\n'.repeat(n % 50)}`)
    for (const text of texts) a.bus.publish('news', text)
    await until(() => b.heard.includes(texts.at(-1)!))
    expect(b.heard.filter((text) => !text.startsWith('hello'))).toEqual(texts)
    expect(a.heard.filter((text) => !text.startsWith('hello'))).toEqual([])
  })

  it('takes the longest text, and refuses one that is longer', async () => {
    const longest = 'x'.repeat(maxBusText)
    await untilHeard(a, b, longest)
    expect(() => a.bus.publish('news', `${longest}x`)).toThrow(RangeError)
    expect(() => a.bus.publish('news', 'ä'.repeat(maxBusText / 2 + 1))).toThrow(RangeError)
    expect(() => a.bus.publish('news', 'a\0b')).toThrow(RangeError)
    expect(() => a.bus.publish('two words', '')).toThrow(RangeError)
  })

  it('goes on after its connections were cut, and says so', async () => {
    const resets = b.resets
    await a.server.database.run({
      text: `select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('holdfast bus', 'holdfast signals') and datname = current_database()`,
      values: [],
    })
    await until(() => b.resets > resets)
    await untilHeard(a, b, 'after the cut')
    await untilHeard(b, a, 'after the cut')
  })

  it('is not heard by another installation', async () => {
    const other = await startNode({})
    try {
      await untilHeard(a, b, 'for us')
      expect(other.heard).toEqual([])
    } finally {
      await other.server.stop()
    }
  })
})

describe.runIf(hasRedis())('the bus by Redis', () => {
  let redis: TestRedis

  beforeAll(async () => {
    redis = await startRedis()
    await startTwo({ REDIS_URL: redis.url })
  })
  afterAll(async () => {
    await stopTwo()
    await redis?.kill()
  })

  /** Both nodes have a Redis, and have stopped to use PostgreSQL beside it. */
  async function untilRedisAlone(): Promise<void> {
    await until(() => a.bus.onlyFast && b.bus.onlyFast)
  }

  it('leaves PostgreSQL alone', async () => {
    await untilRedisAlone()
    // The second argument waits until it is gone: until then it is there with what it did last.
    await a.server.database.run({
      text: `select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = 'holdfast bus' and datname = current_database()`,
      values: [],
    })
    const texts = Array.from({ length: 100 }, (_, n) => `by Redis ${n}`)
    for (const text of texts) a.bus.publish('news', text)
    await until(() => b.heard.includes(texts.at(-1)!))
    expect(b.heard.filter((text) => text.startsWith('by Redis'))).toEqual(texts)
    expect(await notified(a)).toEqual([])
  })

  it('is not heard by another installation on the same Redis', async () => {
    const other = await startNode({ REDIS_URL: redis.url })
    try {
      await until(() => other.bus.onlyFast)
      await untilHeard(a, b, 'for us')
      expect(other.heard).toEqual([])
    } finally {
      await other.server.stop()
    }
  })

  it('goes on by PostgreSQL while Redis is away, and comes back, without doubles', async () => {
    await redis.kill()
    await until(() => !a.bus.onlyFast && !b.bus.onlyFast)
    await untilHeard(a, b, 'without Redis')
    const resets = b.resets
    await redis.start()
    await until(() => b.resets > resets)
    const sent: string[] = []
    await until(() => {
      const text = `back ${sent.length}`
      sent.push(text)
      a.bus.publish('news', text)
      return a.bus.onlyFast
    })
    await untilHeard(a, b, 'the last')
    await sleep(200)
    const heard = b.heard.filter((text) => text.startsWith('back'))
    expect(new Set(heard).size).toBe(heard.length)
    expect(heard).toEqual(sent.filter((text) => heard.includes(text)))
  })

  it('starts without Redis', async () => {
    const lonely = await startNode({ REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL: a.server.databaseUrl })
    try {
      await untilHeard(lonely, b, 'I have no Redis')
      await untilHeard(b, lonely, 'I tell you by PostgreSQL')
    } finally {
      await lonely.server.stop()
    }
  })
})
