import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.js'
import { password, signUp } from './people.js'

describe.skipIf(!hasRedis())('two nodes with Redis', () => {
  let redis: TestRedis
  let one: TestServer
  let two: TestServer
  beforeAll(async () => {
    redis = await startRedis()
    one = await startServer({ REDIS_URL: redis.url })
    two = await startServer({ REDIS_URL: redis.url, DATABASE_URL: one.databaseUrl })
  })
  afterAll(async () => {
    await two.stop()
    await one.stop()
    await redis.kill()
  })

  const login = (server: TestServer, email: string, secret: string) =>
    server.request('POST', '/api/v1/auth/login', { body: { email, password: secret } })

  /** How many of `tries` wrong passwords, by turns at both nodes, were looked at. */
  async function tryWrong(email: string, tries: number): Promise<{ looked: number; retryAfter: number }> {
    const answers = await Promise.all(
      Array.from({ length: tries }, (_, n) => login(n % 2 === 0 ? one : two, email, 'wrong password')),
    )
    expect(answers.filter(({ status }) => status !== 401 && status !== 429)).toEqual([])
    const refused = answers.filter(({ status }) => status === 429)
    return {
      looked: answers.length - refused.length,
      retryAfter: Math.max(0, ...refused.map(({ headers }) => Number(headers.get('retry-after')))),
    }
  }

  it('A97: wrong passwords for an account are counted together, and lock it on both for a minute', async () => {
    const { email } = await signUp(one)
    expect((await tryWrong(email, 40)).looked).toBe(10)
    for (const server of [one, two]) {
      const refused = await login(server, email, password)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    }
  })

  it('right passwords cost nothing on any node', async () => {
    const { email } = await signUp(one)
    for (let n = 0; n < 16; n += 1) expect((await login(n % 2 ? one : two, email, password)).status).toBe(200)
  })

  it('keeps no address of anybody readable in Redis', async () => {
    const { createClient } = await import('@redis/client')
    const client = await createClient({ url: redis.url }).connect()
    try {
      const keys = await client.keys('*')
      expect(keys.length).toBeGreaterThan(0)
      expect(keys.filter((key) => /@|127\.0\.0|example/.test(key))).toEqual([])
      for (const key of keys) expect(await client.ttl(key)).toBeGreaterThan(0)
    } finally {
      client.destroy()
    }
  })

  it('goes on counting in each node while Redis is away, and together once it is back', async () => {
    const { email } = await signUp(one)
    await redis.kill()
    expect((await tryWrong(email, 60)).looked).toBe(20)
    const other = await signUp(one)
    expect((await login(two, other.email, password)).status).toBe(200)
    await redis.start()
    // One that is back is found within a few seconds; each look costs an account of its own.
    await expect
      .poll(async () => (await tryWrong((await signUp(one)).email, 24)).looked, { timeout: 20_000, interval: 500 })
      .toBe(10)
  })
})
