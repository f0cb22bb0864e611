import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const things = '/api/v1/collections/things'

const documents: Record<string, unknown> = {
  berlin: { address: { city: 'Berlin', zip: '10115' }, rank: 3, scores: [5, 1], on: true, tags: ['a', 'b'] },
  bern: { address: { city: 'Bern', zip: 3000 }, rank: 10, scores: [1, 5], on: false, tags: ['b'] },
  text: { address: { city: 'berlin' }, rank: '10', scores: 'none', on: 'true', tags: 'a' },
  nulls: { address: { city: null }, rank: null, tags: [] },
  nested: { address: 'Berlin', scores: { '0': 5 }, tags: [1, true, null, ['a']] },
  list: [{ rank: 3 }, 'a'],
  scalar: 'Berlin',
  fraction: { rank: 3.5, scores: [] },
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'things',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'meta', type: 'json', index: true },
        {
          name: 'typed',
          type: 'json',
          schema: {
            type: 'object',
            properties: {
              title: { type: 'string' },
              rank: { type: ['integer', 'null'] },
              on: { type: 'boolean' },
              labels: { type: 'array', items: { type: 'string' } },
              inner: { $ref: '#/$defs/inner' },
              open: {},
            },
            additionalProperties: false,
            $defs: { inner: { type: 'object', properties: { depth: { type: 'number' } } } },
          },
        },
        { name: 'owner', type: 'relation', collection: 'users' },
      ],
      rules: [
        { role: 'user', action: 'read', conditions: { 'meta.owner': '$user.id' } },
        { role: 'user', action: 'read', conditions: { 'meta.team': '$user.team' }, fields: ['name'] },
        { role: 'user', action: 'read', conditions: { 'meta.roles': { $hasAny: '$user.roles' } } },
        { role: 'user', action: 'update', conditions: { 'meta.open': true } },
      ],
    },
    { name: 'notes', fields: [{ name: 'of', type: 'relation', collection: 'things' }] },
    {
      name: 'users',
      fields: [
        { name: 'email', type: 'email', required: true, unique: true },
        { name: 'team', type: 'text' },
      ],
      rules: [{ role: 'user', action: 'read', conditions: { id: '$user.id' } }],
    },
  ]))
  alice = await signUp(server, 'alice@example.com', admin, ['editor'])
  const typed: Record<string, unknown> = {
    berlin: { title: 'b', rank: 2, on: true, labels: ['x'], inner: { depth: 1 }, open: 1 },
    bern: { title: 'a', rank: 10, on: false, labels: ['x', 'y'], inner: { depth: 0.5 }, open: 'x' },
    text: { title: 'c', rank: null },
  }
  const body = [
    ...Object.entries(documents).map(([name, meta]) => ({ name, meta, typed: typed[name] ?? null })),
    { name: 'none' },
  ]
  const made = await server.request('POST', `${things}/records`, { token: admin.token, body })
  if (made.status !== 201) throw new Error(made.text)
  await server.request('POST', '/api/v1/collections/notes/records', {
    token: admin.token,
    body: { of: made.json.data[0].id },
  })
})
afterAll(() => server?.stop())

const query = (body: object, token = admin.token): Promise<TestResponse> =>
  server.request('POST', `${things}/query`, { token, body })

async function found(filter: object, sort = ['name']): Promise<string[]> {
  const { status, json, text } = await query({ filter, sort })
  if (status !== 200) throw new Error(text)
  return json.data.map(({ name }: { name: string }) => name)
}

const all = [...Object.keys(documents), 'none'].sort()
const but = (...names: string[]): string[] => all.filter((name) => !names.includes(name))

describe('a path into JSON', () => {
  it.each([
    [{ 'meta.address.city': 'Berlin' }, ['berlin']],
    [{ 'meta.address.city': { $in: ['Berlin', 'Bern'] } }, ['berlin', 'bern']],
    [{ 'meta.address.zip': { $in: ['10115', 3000] } }, ['berlin', 'bern']],
    [{ 'meta.address.city': { $ne: 'Berlin' } }, but('berlin')],
    [{ 'meta.address.city': { $nin: ['Berlin', 'Bern'] } }, but('berlin', 'bern')],
    [{ $not: { 'meta.address.city': 'Berlin' } }, but('berlin')],
    [{ 'meta.address.city': { $startsWith: 'Ber' } }, ['berlin', 'bern']],
    [{ 'meta.address.city': { $ilike: 'BER%n' } }, ['berlin', 'bern', 'text']],
    [{ 'meta.address.city': { $gt: 'Berlin' } }, ['bern', 'text']],
    [{ 'meta.address': 'Berlin' }, ['nested']],
    [{ 'meta.address': { $eq: { zip: 3000, city: 'Bern' } } }, ['bern']],
    [{ 'meta.tags': { $eq: ['b'] } }, ['bern']],
    [{ 'meta.rank': 10 }, ['bern']],
    [{ 'meta.rank': '10' }, ['text']],
    [{ 'meta.rank': { $gt: 3 } }, ['bern', 'fraction']],
    [{ 'meta.rank': { $between: [3, 3.5] } }, ['berlin', 'fraction']],
    [{ 'meta.rank': { $lt: '2' } }, ['text']],
    [{ 'meta.scores.0': { $gte: 5 } }, ['berlin', 'nested']],
    [{ 'meta.scores.0': 5 }, ['berlin', 'nested']],
    [{ 'meta.scores.-1': 5 }, ['bern']],
    [{ 'meta.0.rank': 3 }, ['list']],
    [{ 'meta.1': 'a' }, ['list']],
    [{ 'meta.on': true }, ['berlin']],
    [{ 'meta.on': { $ne: true } }, but('berlin')],
    [{ 'meta.address.city': null }, but('berlin', 'bern', 'text')],
    [{ 'meta.address.city': { $null: false } }, ['berlin', 'bern', 'text']],
    [{ 'meta.tags': { $has: 'a' } }, ['berlin']],
    [{ 'meta.tags': { $has: 1 } }, ['nested']],
    [{ 'meta.tags': { $hasAny: ['a', true] } }, ['berlin', 'nested']],
    [{ 'meta.tags': { $hasAll: ['b', 'a'] } }, ['berlin']],
    [{ 'meta.tags': { $hasAll: [] } }, ['berlin', 'bern', 'nested', 'nulls']],
    [{ 'meta.tags': { $hasAny: [] } }, []],
    [{ 'meta.nothing.at.all': { $gt: 1 } }, []],
  ])('%j', async (filter, names) => {
    expect(await found(filter)).toEqual(names)
  })

  it('is typed by the schema of the field', async () => {
    expect(await found({ 'typed.rank': { $gte: 2 } })).toEqual(['berlin', 'bern'])
    expect(await found({ 'typed.title': { $contains: 'a' } })).toEqual(['bern'])
    expect(await found({ 'typed.labels': { $has: 'y' } })).toEqual(['bern'])
    expect(await found({ 'typed.inner.depth': { $lt: 1 } })).toEqual(['bern'])
    expect(await found({ 'typed.inner.other': { $null: true } })).toEqual(all)
    expect(await found({ 'typed.open': 'x' })).toEqual(['bern'])
    expect(await found({ 'typed.rank': null })).toEqual(but('berlin', 'bern'))
    expect(await found({ 'typed.on': { $in: [false] } })).toEqual(['bern'])
  })

  it('gives an order where the schema gives a type, pages included', async () => {
    const ranked = ['berlin', 'bern', 'fraction', 'list', 'nested', 'none', 'nulls', 'scalar', 'text']
    expect((await found({}, ['typed.rank', 'name'])).slice(0, 2)).toEqual(['berlin', 'bern'])
    expect(await found({}, ['typed.title', 'name'])).toEqual([
      'bern',
      'berlin',
      'text',
      ...ranked.filter((name) => !['bern', 'berlin', 'text'].includes(name)),
    ])
    const paged: string[] = []
    for (let cursor: string | undefined; ; ) {
      const body = { sort: ['-typed.rank', 'name'], limit: 2, ...(cursor && { cursor }) }
      const { json } = await query(body)
      paged.push(...json.data.map(({ name }: { name: string }) => name))
      cursor = json.meta.nextCursor ?? undefined
      if (cursor === undefined) break
    }
    expect(paged).toEqual(await found({}, ['-typed.rank', 'name']))
    expect(paged).toHaveLength(all.length)
  })

  it('is read from a URL: numbers, true and false are what they look like, quotes make a text', async () => {
    const get = async (text: string): Promise<string[]> => {
      const { json } = await server.request('GET', `${things}/records?sort=name&${text}`, { token: admin.token })
      return json.data.map(({ name }: { name: string }) => name)
    }
    expect(await get('filter[meta.address.city]=Berlin')).toEqual(['berlin'])
    expect(await get('filter[meta.rank]=10')).toEqual(['bern'])
    expect(await get('filter[meta.rank]="10"')).toEqual(['text'])
    expect(await get('filter[meta.on]=true')).toEqual(['berlin'])
    expect(await get('filter[meta.rank][$in]=3,3.5')).toEqual(['berlin', 'fraction'])
    expect(await get('filter[meta.address.zip][$contains]=1')).toEqual(['berlin'])
    expect(await get('filter[typed.rank][$gte]=2')).toEqual(['berlin', 'bern'])
    expect(await get('filter[typed.on]=false')).toEqual(['bern'])
    expect(await get('filter[meta.tags][$has]=a')).toEqual(['berlin'])
    expect(await get('filter[meta.rank][$null]=false')).toEqual(['berlin', 'bern', 'fraction', 'text'])
  })

  it('may lie behind a relation', async () => {
    const { json } = await server.request('POST', '/api/v1/collections/notes/query', {
      token: admin.token,
      body: { filter: { 'of.meta.address.city': 'Berlin' } },
    })
    expect(json.data).toHaveLength(1)
  })

  it('may stand in a rule, with variables', async () => {
    const seen = async (): Promise<object[]> => (await query({ sort: ['name'] }, alice.token)).json.data
    expect(await seen()).toEqual([])
    const write = (body: object) => server.request('POST', `${things}/records`, { token: admin.token, body })
    await write({ name: 'z1', meta: { owner: alice.id } })
    await write({ name: 'z2', meta: { team: 'red' } })
    await write({ name: 'z3', meta: { roles: ['editor', 'x'] } })
    expect(await seen()).toMatchObject([{ name: 'z1' }, { name: 'z3' }])
    await server.request('PATCH', `/api/v1/collections/users/records/${alice.id}`, {
      token: admin.token,
      body: { team: 'red' },
    })
    expect(await seen()).toMatchObject([{ name: 'z1' }, { name: 'z2' }, { name: 'z3' }])
    for (const name of ['z1', 'z2', 'z3']) {
      const { json } = await query({ filter: { name } })
      await server.request('DELETE', `${things}/records/${json.data[0].id}`, { token: admin.token })
    }
  })

  it('of a document that a write changes is asked again after the write', async () => {
    const body = { name: 'z4', meta: { owner: alice.id, open: true } }
    const made = await server.request('POST', `${things}/records`, { token: admin.token, body })
    const path = `${things}/records/${made.json.data.id}`
    const patch = (meta: object) => server.request('PATCH', path, { token: alice.token, body: { meta } })
    expect((await patch({ owner: alice.id, open: false })).status).toBe(403)
    expect((await patch({ owner: alice.id, open: true, more: 1 })).status).toBe(200)
    await server.request('DELETE', path, { token: admin.token })
  })
})

describe('a path is refused with the place of what is wrong', () => {
  it.each([
    [{ 'typed.nope': 1 }, 'unknown_field', 'filter.typed.nope'],
    [{ 'typed.title.x': 1 }, 'unknown_field', 'filter.typed.title.x'],
    [{ 'typed.labels.first': 1 }, 'unknown_field', 'filter.typed.labels.first'],
    [{ 'typed.rank': 'x' }, 'invalid_value', 'filter.typed.rank'],
    [{ 'typed.rank': { $contains: '1' } }, 'unknown_operator', 'filter.typed.rank.$contains'],
    [{ 'typed.on': { $gt: true } }, 'unknown_operator', 'filter.typed.on.$gt'],
    [{ 'meta.rank': { $gt: true } }, 'invalid_value', 'filter.meta.rank.$gt'],
    [{ 'meta.rank': { $gt: null } }, 'invalid_value', 'filter.meta.rank.$gt'],
    [{ 'meta.rank': { $between: [1, 'x'] } }, 'invalid_value', 'filter.meta.rank.$between'],
    [{ 'meta.rank': { $in: [1, null] } }, 'invalid_value', 'filter.meta.rank.$in.1'],
    [{ 'meta.tags': { $has: {} } }, 'invalid_value', 'filter.meta.tags.$has'],
    [{ 'meta.a': { $near: { lat: 1, lon: 1 } } }, 'unknown_operator', 'filter.meta.a.$near'],
    [{ 'meta.a': { $some: { b: 1 } } }, 'unknown_operator', 'filter.meta.a.$some'],
    [{ 'meta.': 1 }, 'unknown_field', 'filter.meta.'],
    [{ 'meta.a..b': 1 }, 'unknown_field', 'filter.meta.a..b'],
    [{ 'meta.a.b.c.d.e.f.g.h.i': 1 }, 'query_too_complex', 'filter.meta.a.b.c.d.e.f.g.h.i'],
  ])('%j', async (filter, code, path) => {
    const { status, json } = await query({ filter })
    expect([status, json.code, json.errors?.[0].path]).toEqual([400, code, path])
  })

  it('in a sort', async () => {
    expect((await query({ sort: ['meta.rank'] })).json).toMatchObject({ code: 'invalid_query' })
    expect((await query({ sort: ['typed.nope'] })).json).toMatchObject({ code: 'unknown_field' })
    expect((await query({ sort: ['typed.labels'] })).json).toMatchObject({ code: 'invalid_query' })
  })
})
