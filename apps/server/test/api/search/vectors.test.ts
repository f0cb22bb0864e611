import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
let admin: Persona
let alice: Persona

const path = '/api/v1/collections/images/records'
const vectors: Record<string, number[] | null> = {
  east: [1, 0, 0],
  far: [10, 0, 0],
  northeast: [1, 1, 0],
  north: [0, 1, 0],
  up: [0, 0, 1],
  west: [-1, 0, 0],
  zero: [0, 0, 0],
  none: null,
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'images',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'open', type: 'boolean', default: true },
        { name: 'embedding', type: 'vector', dimensions: 3, index: true },
        { name: 'other', type: 'vector', dimensions: 2, metric: 'l2' },
        { name: 'album', type: 'relation', collection: 'albums', inverse: 'images' },
      ],
      rules: [
        { role: 'public', action: 'read', conditions: { open: true } },
        { role: 'user', action: 'read', fields: ['name', 'open'] },
        { role: 'user', action: 'read', conditions: { name: { $in: ['west', 'far', 'east'] } } },
        { role: 'user', action: 'create', conditions: { embedding: { $nearest: { to: [1, 0, 0], within: 0.5 } } } },
      ],
    },
    { name: 'albums', fields: [{ name: 'title', type: 'text' }], rules: [{ role: 'public', action: 'read' }] },
  ]))
  alice = await signUp(server, 'alice@example.com')
  const body = Object.entries(vectors).map(([name, embedding]) => ({
    name,
    open: name !== 'north',
    ...(embedding && { embedding }),
  }))
  const created = await server.request('POST', path, { token: admin.token, body })
  expect(created.status, created.text).toBe(201)
})
afterAll(() => server?.stop())

type Image = { name: string; matchMeta: { distance: number } }

async function ask(nearest: object, rest: object = {}, token?: string): Promise<Image[]> {
  const body = { filter: { embedding: { $nearest: nearest } }, ...rest }
  const { status, json, text } = await server.request('POST', '/api/v1/collections/images/query', { body, token })
  expect(status, text).toBe(200)
  return json.data
}

const nearest = async (operand: object, rest: object = {}, token?: string): Promise<[string, number][]> =>
  (await ask(operand, rest, token)).map(({ name, matchMeta }) => [name, Math.round(matchMeta.distance * 100) / 100])

describe('$nearest', () => {
  it('sorts by cosine distance, which a vector of zeros has none of', async () => {
    const found = await nearest({ to: [1, 0, 0] })
    expect(found.slice(0, 3).sort()).toEqual([
      ['east', 0],
      ['far', 0],
      ['northeast', 0.29],
    ])
    expect(found.slice(3)).toEqual([
      ['up', 1],
      ['west', 2],
    ])
  })

  it('sorts by Euclidean distance and by inner product', async () => {
    expect(await nearest({ to: [2, 0, 0], metric: 'l2' }, { limit: 3 })).toEqual([
      ['east', 1],
      ['northeast', 1.41],
      ['zero', 2],
    ])
    expect((await nearest({ to: [1, 0.5, 0], metric: 'innerProduct' })).slice(0, 3)).toEqual([
      ['far', -10],
      ['northeast', -1.5],
      ['east', -1],
    ])
  })

  it('takes the k nearest the caller may read, and those within a distance', async () => {
    expect(await nearest({ to: [0, 1, 0], k: 1 })).toEqual([['northeast', 0.29]])
    expect(await nearest({ to: [0, 1, 0], k: 1 }, {}, admin.token)).toEqual([['north', 0]])
    expect(await nearest({ to: [0, 1, 0], within: 0.3 }, {}, admin.token)).toEqual([
      ['north', 0],
      ['northeast', 0.29],
    ])
    const { json } = await server.request('GET', path, {
      query: { 'filter[embedding][$nearest][to]': '1,0,0', 'filter[embedding][$nearest][k]': '4', sort: '-$distance' },
    })
    expect(json.data.map(({ name }: Image) => name)[0]).toBe('up')
    expect(json.data).toHaveLength(4)
  })

  it('pages without gap or double', async () => {
    const expected = await ask({ to: [1, 2, 3] })
    const paged: string[] = []
    let cursor: string | null = null
    do {
      const body = { filter: { embedding: { $nearest: { to: [1, 2, 3] } } }, limit: 2, cursor }
      const { json } = await server.request('POST', '/api/v1/collections/images/query', { body })
      paged.push(...json.data.map(({ name }: Image) => name))
      cursor = json.meta.nextCursor
    } while (cursor)
    expect(paged).toEqual(expected.map(({ name }) => name))
  })

  it('works under or, not, and behind relations', async () => {
    const names = async (filter: object): Promise<string[]> => {
      const { json, text } = await server.request('POST', '/api/v1/collections/images/query', { body: { filter } })
      expect(json.data, text).toBeDefined()
      return json.data.map(({ name }: Image) => name).sort()
    }
    const near = { embedding: { $nearest: { to: [0, 0, 1], within: 0.1 } } }
    expect(await names({ $or: [near, { name: 'zero' }] })).toEqual(['up', 'zero'])
    expect(await names({ $not: near })).toEqual(['east', 'far', 'none', 'northeast', 'west', 'zero'])
    const { json } = await server.request('POST', '/api/v1/collections/albums/query', {
      body: { filter: { images: { $some: near } } },
    })
    expect(json.data).toEqual([])
  })

  it('finds nothing by a vector that is closed in a row', async () => {
    const found = await nearest({ to: [0, 1, 0] }, {}, alice.token)
    const open = ['east', 'far', 'northeast', 'up', 'west']
    expect(found.map(([name]) => name).sort()).toEqual(open)
    expect(await nearest({ to: [0, 1, 0], k: 1 }, {}, alice.token)).toEqual([['northeast', 0.29]])
  })

  it('may be part of a rule', async () => {
    const post = (embedding: number[]) =>
      server.request('POST', path, { token: alice.token, body: { name: 'rule', embedding } })
    expect((await post([0, 1, 0])).status).toBe(403)
    const { status, json } = await post([1, 0.1, 0])
    expect(status).toBe(201)
    await server.request('DELETE', `${path}/${json.data.id}`, { token: admin.token })
  })

  it('refuses what is no vector, with the path', async () => {
    const refusals: [unknown, string][] = [
      [[1, 0, 0], 'filter.embedding.$nearest'],
      [{}, 'filter.embedding.$nearest'],
      [{ to: [1, 0] }, 'filter.embedding.$nearest.to'],
      [{ to: 'abc' }, 'filter.embedding.$nearest.to'],
      [{ to: [1, 0, '1'] }, 'filter.embedding.$nearest.to.2'],
      [{ to: [1, 0, null] }, 'filter.embedding.$nearest.to.2'],
      [{ to: [1, 0, 1e39] }, 'filter.embedding.$nearest.to.2'],
      [{ to: [0, 0, 0] }, 'filter.embedding.$nearest.to'],
      [{ to: [0, 0, 1e-60] }, 'filter.embedding.$nearest.to'],
      [{ to: [1, 0, 0], k: 0 }, 'filter.embedding.$nearest.k'],
      [{ to: [1, 0, 0], k: 1.5 }, 'filter.embedding.$nearest.k'],
      [{ to: [1, 0, 0], k: 1001 }, 'filter.embedding.$nearest.k'],
      [{ to: [1, 0, 0], within: 'x' }, 'filter.embedding.$nearest.within'],
      [{ to: [1, 0, 0], metric: 'hamming' }, 'filter.embedding.$nearest.metric'],
      [{ to: [1, 0, 0], ef: 1 }, 'filter.embedding.$nearest.ef'],
    ]
    for (const [$nearest, at] of refusals) {
      const { status, json } = await server.request('POST', '/api/v1/collections/images/query', {
        body: { filter: { embedding: { $nearest } } },
      })
      expect([status, json.code, json.errors?.[0]?.path], JSON.stringify($nearest)).toEqual([400, 'invalid_value', at])
    }
    const rule = {
      name: 'ruled',
      fields: [{ name: 'v', type: 'vector', dimensions: 1 }],
      rules: [{ role: 'public', action: 'read', conditions: { v: { $nearest: { to: [1], k: 1 } } } }],
    }
    const { status, json } = await server.request('POST', '/api/v1/admin/collections', {
      token: admin.token,
      body: rule,
    })
    expect([status, json.errors[0].path]).toEqual([422, 'rules.0.conditions.v.$nearest.k'])
  })

  it('drops vectors of another length, and says so', async () => {
    const fields = (dimensions: number) => [{ name: 'v', type: 'vector', dimensions }]
    const send = (method: string, to: string, body: object) => server.request(method, to, { token: admin.token, body })
    await send('POST', '/api/v1/admin/collections', { name: 'sizes', fields: fields(2) })
    await send('POST', '/api/v1/collections/sizes/records', { v: [1, 2] })
    const plan = await send('POST', '/api/v1/admin/schema/plan', {
      collections: [{ name: 'sizes', fields: fields(3) }],
    })
    expect(plan.json.data.lossy).toBe(true)
    expect(plan.json.data.steps[0].description).toMatch(/^Replace field sizes\.v.*1 record has a value/)
  })
})
