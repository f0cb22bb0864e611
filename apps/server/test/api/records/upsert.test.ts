import { type ConditionJson, limits } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const path = (name: string) => `/api/v1/collections/${name}/records`
const people = path('people')

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'people',
      fields: [
        { name: 'email', type: 'email', required: true, unique: true },
        { name: 'name', type: 'text', required: true, maxLength: 20 },
        { name: 'nick', type: 'slug', from: 'name', unique: true },
        { name: 'visits', type: 'integer', default: 0, max: 100 },
        { name: 'origin', type: 'text', immutable: true },
        { name: 'team', type: 'text' },
        { name: 'badge', type: 'integer' },
        { name: 'owner', type: 'relation', collection: 'users' },
        { name: 'friends', type: 'relation', collection: 'people', many: true },
      ],
      indexes: [{ fields: ['team', '-badge'], unique: true }],
      rules: [
        { role: 'user', action: ['read', 'update'], conditions: { owner: '$user.id' } },
        { role: 'user', action: 'create', preset: { owner: '$user.id' }, conditions: { name: { $ne: 'nobody' } } },
      ],
    },
    {
      name: 'stock',
      fields: [
        { name: 'sku', type: 'text', required: true, unique: true },
        { name: 'count', type: 'integer', required: true },
        { name: 'state', type: 'text', default: 'new' },
      ],
      rules: [
        { role: 'public', action: 'read' },
        { role: 'maker', action: 'create' },
        { role: 'maker', action: 'update', fields: ['count'], preset: { state: 'counted' } },
        { role: 'user', action: 'update', fields: ['count'] },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
})

afterAll(() => server?.stop())

const put = (who: Persona, body: unknown, by?: string, to = people, more: Record<string, string> = {}) =>
  server.request('PUT', to, { token: who.token, body, query: { ...(by !== undefined && { by }), ...more } })

const total = async (filter: object, name = 'people'): Promise<number> => {
  const query = { filter: JSON.stringify(filter), count: 'exact', limit: '1' }
  return (await server.request('GET', path(name), { token: admin.token, query })).json.meta.total
}

describe('one record by a unique key', () => {
  it('is created, then updated: what the body leaves out stays', async () => {
    const first = await put(alice, { email: 'A@x.com', name: 'Ann', visits: 1 }, 'email')
    expect([first.status, first.headers.get('etag')], first.text).toEqual([201, '"v1"'])
    const second = await put(alice, { email: 'a@X.com', visits: 2 }, 'email')
    expect([second.status, second.headers.get('etag')], second.text).toEqual([200, '"v2"'])
    expect(second.json.data).toMatchObject({ id: first.json.data.id, name: 'Ann', visits: 2, nick: 'ann' })
  })

  it('is found without a change when the body names the key alone', async () => {
    const first = await put(alice, { email: 'same@x.com', name: 'Same' }, 'email')
    const again = await put(alice, { email: 'same@x.com' }, 'email')
    expect([again.status, again.json.data]).toEqual([200, first.json.data])
  })

  it('is found without being judged anew', async () => {
    const marks = (validate?: ConditionJson) => ({
      name: 'marks',
      fields: [
        { name: 'name', type: 'text' as const, unique: true },
        { name: 'points', type: 'integer' as const, ...(validate && { validate }) },
      ],
    })
    await define(server, admin, [marks()])
    const first = await put(admin, { name: 'low', points: 1 }, 'name', path('marks'))
    await define(server, admin, [marks({ points: { $gt: 5 } })])
    const again = await put(admin, { name: 'low' }, 'name', path('marks'))
    expect([again.status, again.json.data], again.text).toEqual([200, first.json.data])
    expect((await put(admin, { name: 'low', points: 2 }, 'name', path('marks'))).status).toBe(422)
  })

  it('takes several fields of a unique index in any order', async () => {
    const body = { email: 'idx@x.com', name: 'Idx', team: 'red', badge: 7 }
    expect((await put(alice, body, 'badge,team')).status).toBe(201)
    const again = await put(alice, { team: 'red', badge: 7, name: 'Index' }, 'team,badge')
    expect([again.status, again.json.data.name, again.json.data.email]).toEqual([200, 'Index', 'idx@x.com'])
  })

  it('goes by id when nothing is said, and may name the id beside another key', async () => {
    const id = '01890000-0000-7000-8000-0000000000aa'
    expect((await put(alice, { id, email: 'id@x.com', name: 'Id' })).status).toBe(201)
    expect((await put(alice, { id, name: 'Idee' })).json.data.name).toBe('Idee')
    expect((await put(alice, { id, email: 'id@x.com', name: 'Ida' }, 'email')).status).toBe(200)
    const other = { id: '01890000-0000-7000-8000-0000000000ab', email: 'id@x.com', name: 'Other' }
    expect((await put(alice, other, 'email')).status).toBe(409)
  })

  it('keeps to-many lists, defaults and made values in both cases', async () => {
    const friend = (await put(alice, { email: 'friend@x.com', name: 'Friend' }, 'email')).json.data
    const body = { email: 'social@x.com', name: 'Friend', friends: [friend.id] }
    const first = await put(alice, body, 'email')
    expect(first.json.data).toMatchObject({ friends: [friend.id], visits: 0, owner: alice.id })
    expect(first.json.data.nick).toMatch(/^friend-[0-9a-f]{6}$/)
    const second = await put(alice, { ...body, friends: [] }, 'email')
    expect([second.status, second.json.data.friends]).toEqual([200, []])
  })

  it.each([
    ['a field that is not unique', 'name', { name: 'x' }, 400, 'by'],
    ['a part of a unique index', 'team', { team: 'red' }, 400, 'by'],
    ['an unknown field', 'nope', { nope: 1 }, 400, 'by'],
    ['too many fields', 'email,name', { email: 'a@x.com', name: 'x' }, 400, 'by'],
    ['no field', '', {}, 400, 'by'],
    ['a key that the body leaves out', 'email', { name: 'x' }, 422, 'email'],
    ['a key that is null', 'team,badge', { team: null, badge: 1, name: 'x' }, 422, 'team'],
    ['a key of another type', 'email', { email: { $ne: null }, name: 'x' }, 422, 'email'],
    ['a value that does not fit', 'email', { email: 'a@x.com', visits: 101 }, 422, 'visits'],
    ['a required field that a new record lacks', 'email', { email: 'lacks@x.com' }, 422, 'name'],
    ['a list of one that is wrong', 'email', [{ email: 'lacks@x.com' }], 422, '0.name'],
    ['the same key twice', 'email', [{ email: 'q@x.com' }, { email: 'Q@x.com' }], 422, '1.email'],
    ['something that is no record', 'email', ['x'], 400, '0'],
  ])('refuses %s', async (_what, by, body, status, where) => {
    const answer = await put(alice, body, by)
    expect([answer.status, answer.json.errors?.[0]?.path], answer.text).toEqual([status, where])
  })

  it('names the unique keys there are', async () => {
    const answer = await put(alice, { name: 'x' }, 'name')
    expect(answer.json.hint).toBe('Unique keys you may use: id; email; nick; team,badge')
    const headers = { 'if-match': '"v1"' }
    const matched = await server.request('PUT', people, { token: alice.token, body: { id: 'x' }, headers })
    expect([matched.status, matched.json.errors[0].path]).toEqual([400, 'If-Match'])
    expect((await put(alice, {}, 'email', people, { nope: '1' })).status).toBe(400)
  })

  it('answers what was asked for', async () => {
    const body = { email: 'asked@x.com', name: 'Asked' }
    const answer = await put(alice, body, 'email', people, { fields: 'name' })
    expect(Object.keys(answer.json.data).sort()).toEqual(['name'])
    const headers = { prefer: 'return=minimal' }
    const options = { token: alice.token, headers, query: { by: 'email' } }
    const minimal = async (sent: unknown) => server.request('PUT', people, { ...options, body: sent })
    expect((await minimal(body)).status).toBe(204)
    expect((await minimal({ ...body, email: 'asked2@x.com' })).status).toBe(201)
    expect([(await minimal([body])).status, (await minimal([body])).text]).toEqual([204, ''])
  })
})

describe('many records by a unique key', () => {
  it('are created and updated in one request, in the order given', async () => {
    await put(alice, { email: 'm1@x.com', name: 'M1' }, 'email')
    const body = [
      { email: 'm0@x.com', name: 'M0' },
      { email: 'm1@x.com', visits: 5 },
      { email: 'm2@x.com', name: 'M2', visits: 3 },
      { email: 'm3@x.com', name: 'M3' },
    ]
    const answer = await put(alice, body, 'email')
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json.data.map((one: { name: string; version: number }) => [one.name, one.version])).toEqual([
      ['M0', 1],
      ['M1', 2],
      ['M2', 1],
      ['M3', 1],
    ])
    const again = await put(
      alice,
      body.map((one) => ({ ...one, name: 'Same' })),
      'email',
    )
    expect(again.json.data.map((one: { name: string }) => one.name)).toEqual(['Same', 'Same', 'Same', 'Same'])
  })

  it('are all undone when one is refused, whose place is told', async () => {
    await put(bob, { email: 'bobs@x.com', name: 'Bob' }, 'email')
    const body = [
      { email: 'n0@x.com', name: 'N0' },
      { email: 'm1@x.com', name: 'changed' },
      { email: 'bobs@x.com', name: 'stolen' },
    ]
    const answer = await put(alice, body, 'email')
    expect([answer.status, answer.json.errors], answer.text).toMatchObject([409, [{ path: '2.email' }]])
    expect(await total({ $or: [{ email: 'n0@x.com' }, { name: 'changed' }, { name: 'stolen' }] })).toBe(0)
    const forbidden = await put(alice, [body[0], { email: 'n1@x.com', name: 'nobody' }], 'email')
    expect([forbidden.status, forbidden.json.errors?.[0].path]).toEqual([403, '1'])
  })

  it('go by id when nothing is said, up to the limit', async () => {
    expect((await put(alice, [])).json).toEqual({ data: [] })
    const many = Array.from({ length: limits.bulkRecords + 1 }, (_, n) => ({ email: `l${n}@x.com`, name: 'L' }))
    expect((await put(alice, many, 'email')).status).toBe(400)
  })

  it('are ten thousand in one request', async () => {
    const many = Array.from({ length: limits.bulkRecords }, (_, n) => ({ sku: `s${n}`, count: n }))
    const stock = path('stock')
    expect((await put(admin, many, 'sku', stock)).status).toBe(200)
    const changed = await put(
      admin,
      many.map((one) => ({ ...one, count: one.count + 1 })),
      'sku',
      stock,
      { fields: 'count' },
    )
    expect([changed.json.data.length, changed.json.data[9999].count]).toEqual([limits.bulkRecords, 10_000])
    expect(await total({}, 'stock')).toBe(limits.bulkRecords)
  })
})

describe('the rules of an upsert', () => {
  it('lets who may only update do so, and answers 404 for what is not there', async () => {
    await put(admin, { sku: 'only', count: 1 }, 'sku', path('stock'))
    expect((await put(alice, { sku: 'only', count: 2 }, 'sku', path('stock'))).json.data.count).toBe(2)
    expect((await put(alice, { sku: 'absent', count: 2 }, 'sku', path('stock'))).status).toBe(404)
    const closed = await put(alice, { sku: 'only', count: 2, state: 'mine' }, 'sku', path('stock'))
    expect([closed.status, closed.json.code]).toEqual([403, 'field_not_writable'])
  })

  it('sets by an update what its rule sets, and by a create what that one sets', async () => {
    const maker = await signUp(server, 'maker@example.com', admin, ['maker'])
    const first = await put(maker, { sku: 'made', count: 1 }, 'sku', path('stock'))
    expect([first.status, first.json.data.state], first.text).toEqual([201, 'new'])
    const [once] = (await put(maker, [{ sku: 'made', count: 2 }], 'sku', path('stock'))).json.data
    expect([once.count, once.state]).toEqual([2, 'counted'])
    const stated = await put(maker, { sku: 'made', count: 3, state: 'x' }, 'sku', path('stock'))
    expect(stated.json.code).toBe('field_not_writable')
    expect((await put(maker, { sku: 'stated', count: 3, state: 'x' }, 'sku', path('stock'))).status).toBe(201)
  })

  it('does not change what never changes', async () => {
    const body = { email: 'const@x.com', name: 'Const', origin: 'here' }
    expect((await put(alice, body, 'email')).status).toBe(201)
    const again = await put(alice, body, 'email')
    expect([again.status, again.json.errors]).toMatchObject([422, [{ path: 'origin', code: 'immutable' }]])
  })
})

describe('upserts of one key at the same time', () => {
  it('make one record, and all who may update it succeed', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => put(alice, { email: 'race@x.com', name: 'Race', visits: n }, 'email')),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(49).fill(200), 201])
    expect(new Set(answers.map(({ json }) => json.data.id)).size).toBe(1)
    expect(await total({ email: 'race@x.com' })).toBe(1)
    const last = await put(alice, { email: 'race@x.com' }, 'email')
    expect(last.json.data.version).toBe(50)
  })

  it('of many keys in opposite orders all succeed', async () => {
    const keys = Array.from({ length: 40 }, (_, n) => ({ email: `cross${n}@x.com`, name: 'Cross' }))
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => put(alice, n % 2 ? keys : [...keys].reverse(), 'email')),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(await total({ name: 'Cross' })).toBe(40)
  })
})
