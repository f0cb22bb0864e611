import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Follower, type FollowerKind } from '../../support/follower.js'
import { startServer, type TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.js'
import { soak } from '../../support/soak.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const cuts = soak ? 100 : 20
const patience = { timeout: 30_000, interval: 20 }
const notes = '/api/v1/collections/notes/records'

describe.each(['PostgreSQL', ...(hasRedis() ? ['Redis'] : [])])(
  'subscriptions over two nodes that talk by %s',
  (by) => {
    let redis: TestRedis | undefined
    let nodes: [TestServer, TestServer]
    let admin: Persona
    let reader: Persona
    const followers: Follower[] = []

    beforeAll(async () => {
      redis = by === 'Redis' ? await startRedis() : undefined
      const env: Record<string, string> = redis ? { REDIS_URL: redis.url } : {}
      const rules = [{ role: 'user', action: 'read' as const, conditions: { open: true } }]
      const fields = [
        { name: 'n', type: 'integer' as const },
        { name: 'open', type: 'boolean' as const, default: true },
      ]
      const { server, ...first } = await startServerWith([{ name: 'notes', fields, rules }], env)
      admin = first.admin
      reader = await signUp(server, 'reader@example.com')
      const second = await startServer({
        DATABASE_URL: server.databaseUrl,
        PUBLIC_URL: server.config.publicUrl,
        ...env,
      })
      nodes = [server, second]
    })
    afterAll(async () => {
      for (const node of nodes?.toReversed() ?? []) await node.stop()
      await redis?.kill()
    })
    afterEach(async () => {
      await Promise.all(followers.splice(0).map((follower) => follower.stop()))
    })

    async function follow(kind: FollowerKind, pickUrl: () => string): Promise<Follower> {
      const follower = new Follower({ kind, token: reader.token, collection: 'notes', pickUrl })
      followers.push(follower)
      await vi.waitFor(() => expect(follower.isReady).toBe(true), patience)
      return follower
    }

    async function write(node: number, method: string, id = '', body?: object): Promise<string> {
      const path = id === '' ? notes : `${notes}/${id}`
      const answer = await nodes[node]!.request(method, path, { token: admin.token, ...(body && { body }) })
      expect(answer.status, answer.text).toBeLessThan(300)
      return answer.json?.data.id
    }

    it.each(['socket', 'stream'] as const)('tell what was written on the other node, by %s', async (kind) => {
      const there = await Promise.all([0, 1].map((at) => follow(kind, () => nodes[at]!.url)))
      for (const writer of [0, 1]) {
        const id = await write(writer, 'POST', '', { n: 1 })
        await write(1 - writer, 'PATCH', id, { n: 2 })
        await write(writer, 'DELETE', id)
        for (const follower of there)
          await vi.waitFor(() => expect(follower.told.get(id)).toEqual(['create 1', 'update 2', 'delete ']), patience)
      }
      for (const follower of there) expect(follower.complaints).toEqual([])
    })

    it('go by the rules from the moment they change on the other node', async () => {
      const follower = await follow('socket', () => nodes[1].url)
      const { json } = await nodes[0].request('GET', '/api/v1/admin/collections/notes', { token: admin.token })
      const setRules = (rules: unknown) =>
        nodes[0].request('PATCH', '/api/v1/admin/collections/notes', { token: admin.token, body: { rules } })
      expect((await setRules([])).status).toBe(200)
      const hidden = await write(0, 'POST', '', { n: 666 })
      await vi.waitFor(() => expect(follower.complaints).not.toEqual([]), patience)
      expect((await setRules(json.data.rules)).status).toBe(200)
      expect(follower.told.has(hidden)).toBe(false)
      // The other node hears of it in a moment; until then it refuses the followers of the next tests.
      await vi.waitFor(async () => {
        expect((await nodes[1].request('GET', notes, { token: reader.token })).status).toBe(200)
      }, patience)
    })

    it.runIf(by === 'Redis')('go on while Redis is away, and when it is back', async () => {
      const follower = await follow('socket', () => nodes[1].url)
      await redis!.kill()
      const away = await write(0, 'POST', '', { n: 1 })
      await vi.waitFor(() => expect(follower.told.has(away)).toBe(true), patience)
      await redis!.start()
      const back = await write(0, 'POST', '', { n: 2 })
      await vi.waitFor(() => expect(follower.told.has(back)).toBe(true), patience)
      expect(follower.complaints).toEqual([])
    })

    it('lose and double nothing when clients go from one to the other', async () => {
      const pickUrl = () => nodes[Math.random() < 0.5 ? 0 : 1].url
      const roaming = await Promise.all((['socket', 'stream'] as const).map((kind) => follow(kind, pickUrl)))
      const written = new Map<string, string[]>()
      let over = false
      const writing = [0, 1].map(async (node) => {
        while (!over) {
          const id = await write(node, 'POST', '', { n: 0 })
          for (let n = 1; n < 4; n++) await write(n % 2 ? 1 - node : node, 'PATCH', id, { n })
          written.set(id, ['create 1', 'update 2', 'update 3', 'update 4'])
        }
      })
      for (let cut = 0; cut < cuts; cut++) {
        await sleep(Math.random() * 100)
        roaming[cut % 2]!.cut()
      }
      over = true
      await Promise.all(writing)
      for (const follower of roaming) {
        await vi.waitFor(() => expect(follower.count).toBeGreaterThanOrEqual(written.size * 4), patience)
        expect(follower.complaints).toEqual([])
        expect(new Map([...follower.told].sort())).toEqual(new Map([...written].sort()))
        expect(follower.connections).toBeGreaterThan(1)
      }
    })
  },
)
