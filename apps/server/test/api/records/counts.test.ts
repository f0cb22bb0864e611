import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { fillWith } from '../../support/many-records.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const big = '/api/v1/collections/big/records'
const small = '/api/v1/collections/small/records'
const records = 300_000

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'big',
      fields: [
        { name: 'kind', type: 'integer' },
        { name: 'rare', type: 'integer' },
        { name: 'even', type: 'boolean' },
        { name: 'salary', type: 'integer' },
      ],
      rules: [
        { role: 'public', action: 'read', fields: ['kind', 'rare', 'even'] },
        { role: 'user', action: 'read', conditions: { even: true }, fields: ['salary'] },
      ],
    },
    { name: 'small', fields: [{ name: 'kind', type: 'integer' }], rules: [{ role: 'public', action: 'read' }] },
  ]))
  alice = await signUp(server, 'alice@example.com')
  await fillWith(server, 'big', records, { kind: 'i % 10', rare: 'i % 20000', even: 'i % 2 = 0', salary: 'i % 5' })
  await fillWith(server, 'small', 25, { kind: 'i % 5' })
}, 60_000)

afterAll(() => server?.stop())

async function total(path: string, query: Record<string, string>, token?: string): Promise<number | undefined> {
  const answer = await server.request('GET', path, { query, ...(token && { token }) })
  expect(answer.status, answer.text).toBe(200)
  return answer.json.meta.total
}

describe('count=exact', () => {
  it('counts what the filter and the rules leave', async () => {
    expect(await total(big, { count: 'exact', filter: '{"kind":3}' })).toBe(30_000)
    expect(await total(big, { count: 'exact', filter: '{"salary":3}' }, alice.token)).toBe(30_000)
    expect(await total(big, { count: 'exact', limit: '1', offset: '5' })).toBe(records)
  })
})

describe('count=upTo:N', () => {
  it('counts to N and no further', async () => {
    expect(await total(big, { count: 'upTo:1000' })).toBe(1000)
    expect(await total(big, { count: 'upTo:7', filter: '{"kind":3}' })).toBe(7)
    expect(await total(small, { count: 'upTo:1000', filter: '{"kind":1}' })).toBe(5)
    expect(await total(small, { count: 'upTo:5', filter: '{"kind":1}' })).toBe(5)
  })

  it('is told how far it may go', async () => {
    const { status, json } = await server.request('GET', small, { query: { count: 'upTo:1001' } })
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'invalid_query', 'count'])
    expect(json.hint).toContain('estimated')
  })

  it('counts to the end of a table the page is read to the end of, and not where the page is cheaper', async () => {
    // Fifteen records match: a page of thirty has to look at all rows, a page of one at a part of them.
    expect(await total(big, { count: 'upTo:1000', filter: '{"rare":7}' })).toBe(15)
    expect(await total(big, { count: 'upTo:1000', filter: '{"rare":7}', limit: '1' })).toBeUndefined()
  })

  it('does not ask the planner about what is closed', async () => {
    // Whether the total is there must not depend on the values.
    for (const salary of [1, 777])
      expect(
        await total(big, { count: 'upTo:10', filter: `{"salary":${salary}}`, limit: '1' }, alice.token),
      ).toBeUndefined()
  })
})

describe('count=estimated', () => {
  it('is exact while few', async () => {
    expect(await total(small, { count: 'estimated' })).toBe(25)
    expect(await total(big, { count: 'estimated', filter: '{"rare":7}' })).toBe(15)
  })

  it('is near beyond that', async () => {
    const all = (await total(big, { count: 'estimated' }))!
    expect(Math.abs(all / records - 1)).toBeLessThan(0.1)
    const some = (await total(big, { count: 'estimated', filter: '{"kind":3}' }))!
    expect(Math.abs(some / 30_000 - 1)).toBeLessThan(0.3)
  })

  it('costs no scan of its own where the page needs none', async () => {
    const few = (await total(big, { count: 'estimated', filter: '{"rare":8}', limit: '1' }))!
    expect(few).toBeGreaterThan(0)
    expect(few).toBeLessThan(1000)
  })

  it('looks at a part of the records where the planner would tell of closed ones', async () => {
    const query = { count: 'estimated', filter: '{"salary":{"$gte":0}}', limit: '1' }
    const half = (await total(big, query, alice.token))!
    expect(Math.abs(half / (records / 2) - 1)).toBeLessThan(0.3)
    expect(await total(big, { ...query, filter: '{"salary":777}' }, alice.token)).toBe(0)
    expect((await total(big, query, admin.token))!).toBeGreaterThan(records * 0.9)
  })
})
