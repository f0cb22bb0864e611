import type { CollectionDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

/** Holes that were found once. Each stays closed. */

let server: TestServer
let admin: Persona
let alice: Persona

const definitions: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'tickets',
    fields: [
      { name: 'kind', type: 'text' },
      { name: 'note', type: 'text' },
      { name: 'state', type: 'text' },
    ],
    rules: [
      { role: 'user', action: 'read' },
      { role: 'user', action: 'create', fields: ['kind', 'note'], conditions: { kind: 'a' }, preset: { state: 'A' } },
      { role: 'user', action: 'create', fields: ['kind', 'note'], conditions: { kind: 'b' }, preset: { state: 'B' } },
    ],
  },
  {
    name: 'teams',
    fields: [
      { name: 'name', type: 'text' },
      { name: 'slug', type: 'slug', from: 'name' },
      { name: 'open', type: 'boolean' },
      { name: 'readers', type: 'relation', collection: 'users', many: true },
      { name: 'owners', type: 'relation', collection: 'users', many: true },
    ],
    rules: [
      { role: 'user', action: ['read', 'create'], fields: ['name', 'open', 'readers', 'owners'] },
      { role: 'user', action: 'create', fields: ['slug'], conditions: { open: true } },
      { role: 'user', action: 'update', fields: ['name', 'readers'] },
      { role: 'user', action: 'update', fields: ['name', 'owners'], conditions: { open: true } },
    ],
  },
  {
    name: 'forms',
    fields: [
      { name: 'text', type: 'text' },
      { name: 'stamp', type: 'text', required: true, hidden: true },
      { name: 'grade', type: 'text' },
    ],
    rules: [
      { role: 'user', action: ['read', 'create', 'update'] },
      { role: 'user', action: ['read', 'create', 'update'], fields: ['grade'], deny: true },
    ],
  },
  {
    name: 'wages',
    fields: [
      { name: 'who', type: 'text' },
      { name: 'wage', type: 'integer' },
    ],
    rules: [
      { role: 'user', action: 'read', fields: ['who'] },
      { role: 'user', action: 'read', fields: ['wage'], conditions: { who: 'mine' } },
    ],
  },
  {
    name: 'folders',
    fields: [
      { name: 'keeper', type: 'text' },
      { name: 'up', type: 'relation', collection: 'folders', inverse: 'inside' },
    ],
    rules: [
      { role: 'user', action: 'read' },
      { role: 'user', action: 'update', conditions: { 'up.keeper': 'me' } },
    ],
  },
  {
    name: 'prices',
    fields: [
      { name: 'price', type: 'decimal', precision: 40, scale: 20 },
      { name: 'serial', type: 'text', immutable: true },
    ],
    rules: [{ role: 'user', action: ['read', 'create', 'update'] }],
  },
  {
    name: 'letters',
    fields: [
      ...['t', 'x', 'j', 'c', 'o'].map((name) => ({ name, type: 'text' }) as const),
      ...['p', 'e', 'l', 'r1'].map((name) => ({ name, type: 'relation', collection: 'letters' }) as const),
      { name: 'r2', type: 'relation', collection: 'letters', many: true },
    ],
    rules: [
      { role: 'user', action: ['read', 'create', 'update'] },
      { role: 'user', action: 'read', fields: ['x'], conditions: { t: 'closed' }, deny: true },
    ],
  },
]

const users: Omit<CollectionDefinition, 'id'> = {
  name: 'users',
  fields: [
    { name: 'email', type: 'email', required: true, unique: true },
    { name: 'level', type: 'integer' },
    { name: 'friends', type: 'relation', collection: 'users', many: true },
    { name: 'plan', type: 'text', default: 'free' },
    { name: 'team', type: 'relation', collection: 'teams' },
    { name: 'nickname', type: 'text' },
  ],
  rules: [
    { role: 'user', action: 'read' },
    { role: 'user', action: 'update', fields: ['level', 'friends'], conditions: { level: { $lte: '$user.level' } } },
    { role: 'user', action: 'update', fields: ['team'], conditions: { id: '$user.id', team: '$user.team' } },
    { role: 'user', action: 'update', fields: ['plan', 'nickname'], conditions: { id: '$user.id', plan: 'free' } },
  ],
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([users, ...definitions]))
  alice = await signUp(server, 'alice@example.com')
})
afterAll(() => server?.stop())

const recordsOf = (collection: string): string => `/api/v1/collections/${collection}/records`
const send = (who: Persona, method: string, path: string, body?: unknown, query?: Record<string, string>) =>
  server.request(method, path, { token: who.token, ...(body !== undefined && { body }), ...(query && { query }) })

async function make(collection: string, body: object): Promise<string> {
  const { status, json, text } = await send(admin, 'POST', recordsOf(collection), body)
  expect(status, text).toBe(201)
  return json.data.id
}

describe('rules that set different values', () => {
  it('each keep their own', async () => {
    for (const [kind, state] of [
      ['b', 'B'],
      ['a', 'A'],
      ['b', 'B'],
    ]) {
      const { status, json } = await send(alice, 'POST', recordsOf('tickets'), { kind, note: 'x' })
      expect([status, json.data?.state]).toEqual([201, state])
    }
  })

  it('are tried one after the other inside a transaction too', async () => {
    const { status, json, text } = await send(alice, 'POST', recordsOf('tickets'), [
      { kind: 'b', note: 'x' },
      { kind: 'b' },
    ])
    expect(status, text).toBe(201)
    expect(json.data.map(({ state }: { state: string }) => state)).toEqual(['B', 'B'])
  })
})

describe('a plan made for one write', () => {
  it('is not used for another that names other lists', async () => {
    const closed = await make('teams', { name: 'closed', open: false })
    const path = `${recordsOf('teams')}/${closed}`
    expect((await send(alice, 'PATCH', path, { name: 'x', readers: [alice.id] })).status).toBe(200)
    expect((await send(alice, 'PATCH', path, { name: 'x', owners: [alice.id] })).status).toBe(404)
    expect((await send(alice, 'GET', path)).json.data.owners).toEqual([])
  })

  it('is not used for another whose slug the server did not make', async () => {
    const body = { name: 'a name', open: false }
    expect((await send(alice, 'POST', recordsOf('teams'), body)).status).toBe(201)
    expect((await send(alice, 'POST', recordsOf('teams'), { ...body, slug: 'chosen' })).status).toBe(403)
    expect((await send(alice, 'POST', recordsOf('teams'), { ...body, open: true, slug: 'chosen' })).status).toBe(201)
  })
})

describe('a refused write', () => {
  it('names no field the caller may not see', async () => {
    const { status, text } = await send(alice, 'POST', recordsOf('forms'), { text: 'x' })
    expect(status).toBe(403)
    expect(text).not.toContain('stamp')
  })

  it('tells a field that is denied like one that does not exist', async () => {
    const path = `${recordsOf('forms')}/${await make('forms', { text: 'x', stamp: 'y' })}`
    for (const [method, at] of [
      ['PATCH', path],
      ['POST', recordsOf('forms')],
    ] as const) {
      const denied = await send(alice, method, at, { grade: 'x' })
      const absent = await send(alice, method, at, { gradx: 'x' })
      expect(denied.status).toBe(absent.status)
      expect({ ...denied.json, requestId: '' }).toEqual(
        JSON.parse(absent.text.replaceAll('gradx', 'grade'), (key, value) => (key === 'requestId' ? '' : value)),
      )
    }
  })
})

describe('the rule after the change', () => {
  it('is judged on the record as it has become, also where the record leads to itself', async () => {
    const id = await make('folders', { keeper: 'me' })
    await send(admin, 'PATCH', `${recordsOf('folders')}/${id}`, { up: id })
    expect((await send(alice, 'PATCH', `${recordsOf('folders')}/${id}`, { keeper: 'other' })).status).toBe(403)
    expect((await send(alice, 'GET', `${recordsOf('folders')}/${id}`)).json.data.keeper).toBe('me')
  })

  it('measures the caller as before the change, whatever else the body writes', async () => {
    const path = `${recordsOf('users')}/${alice.id}`
    await send(admin, 'PATCH', path, { level: 3 })
    expect((await send(alice, 'PATCH', path, { level: 2 })).status).toBe(200)
    expect((await send(alice, 'PATCH', path, { level: 99 })).status).toBe(403)
    expect((await send(alice, 'PATCH', path, { level: 99, friends: [admin.id] })).status).toBe(403)
    expect((await send(alice, 'GET', path)).json.data).toMatchObject({ level: 2, friends: [] })
  })
})

it('creates by PUT what only a create may set, and changes it by no second PUT', async () => {
  const path = `${recordsOf('prices')}/01890000-0000-7000-8000-0000000000aa`
  expect((await send(alice, 'PUT', path, { serial: 'first', price: '1' })).status).toBe(201)
  expect((await send(alice, 'PUT', path, { serial: 'second', price: '2' })).status).toBe(422)
  expect((await send(alice, 'GET', path)).json.data).toMatchObject({ serial: 'first', version: 1 })
  await send(admin, 'DELETE', path)
})

it('lets nobody sign up as what no update would make them', async () => {
  const team = await make('teams', { name: 'team', open: true })
  const signUpAs = (name: string, profile: object) =>
    server.request('POST', '/api/v1/auth/signup', {
      body: { email: `${name}@example.com`, password: 'correct horse battery staple', ...profile },
    })
  for (const [at, profile] of [{ plan: 'pro' }, { nickname: 'x', plan: 'pro' }, { team }, { level: 1 }].entries()) {
    expect((await signUpAs(`refused${at}`, profile)).status).toBe(403)
    const { json } = await send(admin, 'GET', recordsOf('users'), undefined, {
      'filter[email]': `refused${at}@example.com`,
    })
    expect(json.data).toEqual([])
  }
  const made = await signUpAs('made', { nickname: 'x', plan: 'free' })
  expect([made.status, made.json.data.user]).toMatchObject([
    201,
    { nickname: 'x', plan: 'free', createdBy: null, version: 1 },
  ])
  expect((await signUpAs('plain', {})).status).toBe(201)
})

it('takes no rule that would do nothing, or nothing but fail', async () => {
  for (const rule of [
    { role: 'user', action: 'read', fields: ['inside'], deny: true },
    { role: 'user', action: 'create', preset: { lists: [] } },
  ]) {
    const fields = [
      { name: 'up', type: 'relation', collection: 'loops', inverse: 'inside' },
      { name: 'lists', type: 'relation', collection: 'loops', many: true },
    ]
    const body = { name: 'loops', fields, rules: [rule] }
    expect((await send(admin, 'POST', '/api/v1/admin/collections', body)).status).toBe(422)
  }
})

describe('reading', () => {
  it('pages through decimals without losing one', async () => {
    const wanted = Array.from({ length: 7 }, (_, index) => `12345678901234567.0000000000000000${index}1`)
    for (const price of wanted) await make('prices', { price, serial: price })
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const query = { sort: 'price', limit: '2', fields: 'serial', ...(cursor && { cursor }) }
      const { json } = await send(alice, 'GET', recordsOf('prices'), undefined, query)
      seen.push(...json.data.map(({ serial }: { serial: string }) => serial))
      cursor = json.meta.nextCursor ?? undefined
      if (cursor === undefined) break
    }
    expect(seen).toEqual(wanted)
  })

  it('takes no name of a field for one of its own', async () => {
    const id = await make('letters', { t: 't', x: 'x', j: 'j', c: 'c', o: 'o' })
    const path = `${recordsOf('letters')}/${id}`
    const links = { p: id, e: id, l: id, r1: id, r2: [id] }
    for (const who of [admin, alice]) {
      const expand = 'p,e,l,r1,r2(sort:t)'
      expect((await send(who, 'PATCH', path, links)).status).toBe(200)
      const one = await send(who, 'GET', path, undefined, { expand })
      expect(one.json.data, one.text).toMatchObject({ t: 't', x: 'x', j: 'j', c: 'c', o: 'o', ...links })
      for (const related of Object.values(one.json.data.expand))
        expect([related].flat()[0]).toMatchObject({ id, t: 't' })
      const page = await send(who, 'GET', recordsOf('letters'), undefined, {
        expand,
        sort: 'e,l,r1.t,x',
        count: 'exact',
      })
      expect(page.json.data, page.text).toEqual([one.json.data])
    }
  })

  it('follows no endless chain of relations', async () => {
    for (const hops of [6, 60, 10_000]) {
      const query = { sort: `${'up.'.repeat(hops)}keeper` }
      const { status, json } = await send(alice, 'GET', recordsOf('folders'), undefined, query)
      expect([status, json.code]).toEqual([400, 'query_too_complex'])
    }
  })

  it('expands no relation twice, nor more records than an answer may hold', async () => {
    for (const [expand, code] of [
      ['up,up', 'invalid_query'],
      ['up(expand(inside(limit:1000,expand(inside(limit:1000)))))', 'query_too_complex'],
      ['inside(limit:1000,expand(inside(limit:1000)))', 'query_too_complex'],
    ] as const) {
      const { status, json } = await send(alice, 'GET', recordsOf('folders'), undefined, { expand, limit: '1' })
      expect([status, json.code]).toEqual([400, code])
    }
  })

  it('estimates no total from values that are closed', async () => {
    const text = `insert into public.wages (id, who, wage)
      select gen_random_uuid(), case when n <= 1500 then 'mine' else 'other' end, case when n <= 1500 then 1 else 777 end
      from generate_series(1, 6000) n`
    await server.database.run({ text, values: [] })
    await server.database.run({ text: 'analyze public.wages', values: [] })
    const total = async (wage: number): Promise<number> => {
      const filter = JSON.stringify({ $or: [{ who: 'mine' }, { wage }] })
      const { json } = await send(alice, 'GET', recordsOf('wages'), undefined, {
        filter,
        count: 'estimated',
        limit: '1',
      })
      return json.meta.total
    }
    expect([await total(777), await total(778)]).toEqual([1500, 1500])
  })

  it('ends an answer that no memory should hold, and nothing else', async () => {
    await server.database.run({ text: 'alter table public.tickets alter column note set storage external', values: [] })
    const text = `insert into public.tickets (id, note) select gen_random_uuid(), repeat('x', 700000) from generate_series(1, 100)`
    await server.database.run({ text, values: [] })
    for (const fields of ['id,note', 'note']) {
      const query = { fields, limit: '200', sort: 'kind' }
      const { status, json } = await send(alice, 'GET', recordsOf('tickets'), undefined, query)
      expect([status, json.code]).toEqual([400, 'query_too_complex'])
    }
    const { status, json } = await send(alice, 'GET', recordsOf('tickets'), undefined, { limit: '2', fields: 'note' })
    expect([status, json.data.length]).toEqual([200, 2])
  })
})
