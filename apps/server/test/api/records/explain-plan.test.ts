import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { fillWith } from '../../support/many-records.js'
import { adminEmail, type Persona, signIn, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const posts = '/api/v1/collections/posts/records'
const rows = 60_000

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'teams',
      fields: [
        { name: 'name', type: 'text' },
        { name: 'taste', type: 'vector', dimensions: 2 },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
    {
      name: 'posts',
      fields: [
        { name: 'title', type: 'text' },
        { name: 'status', type: 'text' },
        { name: 'views', type: 'integer' },
        { name: 'slot', type: 'integer', index: true },
        { name: 'team', type: 'relation', collection: 'teams' },
        { name: 'secret', type: 'integer' },
      ],
      indexes: [{ fields: ['slot', '-views'] }],
      rules: [
        {
          role: 'public',
          action: 'read',
          conditions: { secret: { $ne: -1 } },
          fields: ['title', 'status', 'views', 'slot'],
        },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  await fillWith(server, 'teams', 20_000, { name: "'team ' || i", taste: 'array[i % 7, 1]::real[]' })
  await fillWith(server, 'posts', rows, {
    title: "'title ' || md5(i::text)",
    status: "'s' || i % 500",
    views: '(i * 7919) % 1000',
    slot: 'i % 1000',
    team: "('01890000-0000-7000-8000-' || lpad(to_hex(i % 20000 + 1), 12, '0'))::uuid",
    secret: 'i',
  })
}, 60_000)

afterAll(() => server?.stop())

// biome-ignore lint/suspicious/noExplicitAny: a plan of PostgreSQL
async function planOf(query: Record<string, string>): Promise<any> {
  const answer = await server.request('GET', posts, { token: admin.token, query: { ...query, explain: 'plan' } })
  expect(answer.status, answer.text).toBe(200)
  expect(answer.json.data).toBeInstanceOf(Array)
  return answer.json.meta.plan
}

describe('explain=plan', () => {
  it('says how PostgreSQL runs the page, beside the page', async () => {
    const plan = await planOf({ filter: '{"slot":5}', sort: '-views' })
    expect(plan.sql).toMatch(/^select .* from "public"\."posts"/)
    expect(plan.cost).toBeGreaterThan(0)
    expect(plan.rows).toBeGreaterThan(10)
    expect(plan.rows).toBeLessThan(1000)
    expect(plan.explain[0].Plan['Node Type']).toBeTypeOf('string')
    expect(plan.advice).toEqual([])
  })

  it.each([
    ['an equality', { filter: '{"status":"s7"}' }, ['status']],
    [
      'an equality, then the order',
      { filter: '{"views":{"$gt":-1},"status":"s7"}', sort: '-views' },
      ['status', '-views'],
    ],
    ['a bound', { filter: '{"views":{"$gte":998}}', sort: 'id' }, ['views']],
    ['the order alone', { sort: '-views,title' }, ['-views', 'title']],
  ])('advises an index for %s', async (_name, query, fields) => {
    const { advice } = await planOf(query as Record<string, string>)
    expect(advice).toHaveLength(1)
    expect(advice[0].index).toEqual({ collection: 'posts', fields })
    expect(advice[0].message).toContain(fields.join(', '))
  })

  it('advises one in the collection behind a relation, and none where there is one', async () => {
    const { advice } = await planOf({ filter: '{"team.name":"team 7"}' })
    expect(advice.map(({ index }: { index?: object }) => index)).toContainEqual({
      collection: 'teams',
      fields: ['name'],
    })
    expect((await planOf({ filter: '{"slot":{"$lt":990}}' })).advice).toEqual([])
  })

  it('advises search where texts are looked for inside of others', async () => {
    const { advice } = await planOf({ filter: '{"title":{"$contains":"abcdefabcdef"}}' })
    expect(advice).toHaveLength(1)
    expect(advice[0]).not.toHaveProperty('index')
    expect(advice[0].message).toMatch(/title searchable/)
  })

  it('advises pgvector where vectors are compared without it', async () => {
    const filter = '{"taste":{"$nearest":{"to":[1,1],"k":3}}}'
    const query = { filter, explain: 'plan' }
    const { json } = await server.request('GET', '/api/v1/collections/teams/records', { token: admin.token, query })
    expect(json.meta.plan.advice.map(({ message }: { message: string }) => message).join()).toMatch(/taste.*pgvector/)
  })

  it('says so where no index could help', async () => {
    const { advice } = await planOf({ sort: 'team.name' })
    expect(advice.map(({ message }: { message: string }) => message).join()).toMatch(/team\.name/)
  })

  it('is taken in the body of a query too, and works on later pages', async () => {
    const path = '/api/v1/collections/posts/query'
    const body = { filter: { status: 's7' }, limit: 5, explain: 'plan' }
    const first = await server.request('POST', path, { token: admin.token, body })
    expect(first.json.meta.plan.advice[0].index.fields).toEqual(['status'])
    const cursor = first.json.meta.nextCursor
    const second = await server.request('POST', path, { token: admin.token, body: { ...body, cursor } })
    expect(second.json.meta.plan.sql).toContain('>')
  })

  it('shows that a page in the middle costs as much as the first, forward and back, where values may be missing', async () => {
    for (const sort of ['slot', '-slot', 'slot,-id', '-slot,id']) {
      const send = (query: Record<string, string>) =>
        server.request('GET', posts, { token: admin.token, query: { sort, limit: '20', explain: 'plan', ...query } })
      const first = await send({})
      let page = first
      for (let turn = 0; turn < 3; turn++) page = await send({ cursor: page.json.meta.nextCursor })
      const back = await send({ cursor: page.json.meta.previousCursor })
      for (const { json } of [page, back]) {
        // All sixty thousand cost thousands. PostgreSQL 15 reckons a little more than 18 does.
        expect([sort, json.meta.plan.cost < 400]).toEqual([sort, true])
        // The index begins where the page does.
        expect(JSON.stringify(json.meta.plan.explain), sort).toMatch(/"Index Cond":"[^"]*slot[^"]*[<>]/)
      }
    }
  })

  it('is for admins', async () => {
    for (const token of [alice.token, undefined]) {
      const answer = await server.request('GET', posts, { query: { explain: 'plan' }, ...(token && { token }) })
      expect([answer.status, answer.json.code]).toEqual([403, 'forbidden'])
    }
    const wrong = await server.request('GET', posts, { token: admin.token, query: { explain: 'analyze' } })
    expect([wrong.status, wrong.json.errors[0].path]).toEqual([400, 'explain'])
  })
})

describe('QUERY_MAX_COST', () => {
  let thrifty: TestServer
  beforeAll(async () => {
    thrifty = await startServer({ DATABASE_URL: server.databaseUrl, QUERY_MAX_COST: '600' })
  })
  afterAll(() => thrifty?.stop())

  const ask = (query: Record<string, string>, token?: string) =>
    thrifty.request('GET', posts, { query, ...(token && { token }) })

  it('refuses what would be too much work before it runs, and says what would help', async () => {
    const { token: own } = await signIn(thrifty, 'alice@example.com')
    for (const token of [undefined, own]) {
      const { status, json } = await ask({ filter: '{"status":"s7"}', sort: '-views' }, token)
      expect([status, json.code]).toEqual([400, 'query_too_expensive'])
      expect(json.hint).toContain('posts on status, -views')
      // Rules are none of the caller's business.
      expect(JSON.stringify(json)).not.toContain('secret')
    }
    expect((await ask({ count: 'exact' })).json.code).toBe('query_too_expensive')
    const body = { aggregates: { n: { count: '*' } } }
    const sums = await thrifty.request('POST', '/api/v1/collections/posts/aggregate', { body })
    expect(sums.json.code).toBe('query_too_expensive')
  })

  it('lets through what an index serves, page by page', async () => {
    const query = { filter: '{"slot":5}', sort: '-views', limit: '10' }
    const first = await ask(query)
    expect(first.status, first.text).toBe(200)
    expect((await ask({ ...query, cursor: first.json.meta.nextCursor })).status).toBe(200)
    expect((await ask(query)).status).toBe(200)
    expect((await ask({})).status).toBe(200)
  })

  it('does not bind admins', async () => {
    const { token } = await signIn(thrifty, adminEmail)
    expect((await ask({ filter: '{"status":"s7"}', sort: '-views' }, token)).status).toBe(200)
    // What an admin ran is not thought cheap for others.
    expect((await ask({ filter: '{"status":"s7"}', sort: '-views' })).status).toBe(400)
  })
})
