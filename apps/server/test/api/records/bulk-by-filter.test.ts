import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona
let editor: Persona

const tasks = '/api/v1/collections/tasks/records'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'tasks',
      fields: [
        { name: 'title', type: 'text', required: true },
        { name: 'state', type: 'select', options: ['open', 'done', 'gone'], default: 'open' },
        { name: 'points', type: 'integer', default: 0, max: 100, validate: { points: { $ne: 13 } } },
        { name: 'code', type: 'text', unique: true },
        { name: 'labels', type: 'tags' },
        { name: 'watchers', type: 'relation', collection: 'users', many: true, maxItems: 2 },
        { name: 'owner', type: 'relation', collection: 'users' },
        { name: 'parent', type: 'relation', collection: 'tasks', inverse: 'parts', onDelete: 'restrict' },
        { name: 'changedBy', type: 'text' },
        { name: 'secret', type: 'text', hidden: true },
      ],
      rules: [
        { role: 'user', action: 'read' },
        { role: 'user', action: ['create', 'delete'], conditions: { owner: '$user.id' } },
        {
          role: 'user',
          action: 'update',
          fields: ['title', 'state', 'points', 'labels', 'watchers', 'code'],
          conditions: { owner: '$user.id', state: { $ne: 'gone' } },
          preset: { changedBy: 'owner' },
        },
        {
          role: 'editor',
          action: 'update',
          fields: ['title', 'points', 'watchers'],
          conditions: { state: 'done' },
          preset: { changedBy: 'editor' },
        },
      ],
    },
    {
      name: 'parts',
      fields: [
        { name: 'level', type: 'integer' },
        { name: 'parent', type: 'relation', collection: 'parts' },
      ],
      rules: [
        { role: 'user', action: 'read' },
        { role: 'user', action: 'update', conditions: { $or: [{ parent: { $null: true } }, { 'parent.level': 1 }] } },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
  editor = await signUp(server, 'editor@example.com', admin, ['editor'])
})
afterAll(() => server?.stop())

beforeEach(async () => {
  const all = { filter: '{"id":{"$null":false}}' }
  const unlinked = await server.request('PATCH', tasks, { token: admin.token, query: all, body: { parent: null } })
  expect(unlinked.status, unlinked.text).toBe(200)
  expect((await server.request('DELETE', tasks, { token: admin.token, query: all })).status).toBe(200)
  const body = [
    { title: 'a1', owner: alice.id, points: 1, labels: ['x'] },
    { title: 'a2', owner: alice.id, points: 2 },
    { title: 'a3', owner: alice.id, points: 3, state: 'done' },
    { title: 'b1', owner: bob.id, points: 1 },
    { title: 'b2', owner: bob.id, points: 90, state: 'done' },
  ]
  expect((await server.request('POST', tasks, { token: admin.token, body })).status).toBe(201)
})

const send = (method: string, filter: unknown, body?: unknown, who: Persona = alice): Promise<TestResponse> =>
  server.request(method, tasks, { token: who.token, query: { filter: JSON.stringify(filter) }, body })

async function rows(fields = 'title,points,state,version,changedBy'): Promise<Record<string, Record<string, unknown>>> {
  const { json } = await server.request('GET', tasks, { token: admin.token, query: { fields, sort: 'title' } })
  return Object.fromEntries(json.data.map(({ title, ...rest }: Record<string, unknown>) => [title, rest]))
}

const counted = ({ status, json }: TestResponse): unknown => [status, json?.data?.count]

describe('an update of what a filter finds', () => {
  it('changes the caller’s records among them, and counts these', async () => {
    const before = await rows()
    expect(counted(await send('PATCH', { points: { $lte: 2 } }, { state: 'done', points: { $inc: 10 } }))).toEqual([
      200, 2,
    ])
    expect(await rows()).toEqual({
      ...before,
      a1: { points: 11, state: 'done', version: 2, changedBy: 'owner' },
      a2: { points: 12, state: 'done', version: 2, changedBy: 'owner' },
    })
  })

  it('takes a filter in brackets, through relations, and one that finds nothing', async () => {
    const path = `${tasks}?filter[owner.email]=alice@example.com&filter[points][$gte]=2`
    expect(counted(await server.request('PATCH', path, { token: alice.token, body: { points: 0 } }))).toEqual([200, 2])
    expect(counted(await send('PATCH', { title: 'nothing' }, { points: 1 }))).toEqual([200, 0])
    expect(counted(await send('PATCH', { title: 'b1' }, { points: 1 }))).toEqual([200, 0])
    expect(counted(await send('PATCH', { title: 'b1' }, { points: 7, secret: 'x', owner: alice.id }, admin))).toEqual([
      200, 1,
    ])
  })

  it('sets updatedAt and the version of each', async () => {
    const before = await rows('title,updatedAt,createdAt')
    await send('PATCH', { title: { $startsWith: 'a' } }, { labels: { $push: ['x', 'y'] } })
    const after = await rows('title,updatedAt,createdAt,version,labels')
    expect(after['a1']).toMatchObject({ labels: ['x', 'y'], version: 2, createdAt: before['a1']!['createdAt'] })
    expect(after['a2']).toMatchObject({ labels: ['x', 'y'], version: 2 })
    expect(after['a1']!['updatedAt']).not.toBe(before['a1']!['updatedAt'])
    expect(after['b1']).toMatchObject({ version: 1, updatedAt: before['b1']!['updatedAt'] })
  })

  it('changes nothing where one record would leave the rules, be invalid or take a value that is taken', async () => {
    const before = await rows()
    const refusals: [object, number, string][] = [
      [{ state: 'gone' }, 403, 'forbidden'],
      [{ points: { $inc: 10 } }, 422, 'validation_failed'],
      [{ points: { $inc: 98 } }, 422, 'validation_failed'],
      [{ code: 'the same' }, 409, 'unique_violation'],
      [{ watchers: ['01890000-0000-7000-8000-00000000dead'] }, 409, 'reference_violation'],
      [{ watchers: [bob.id] }, 409, 'reference_violation'],
    ]
    for (const [body, status, code] of refusals) {
      const answer = await send('PATCH', { owner: alice.id }, body)
      expect([answer.status, answer.json.code], answer.text).toEqual([status, code])
    }
    expect(await rows()).toEqual(before)
  })

  it('writes lists of records', async () => {
    const lists = async () => Object.values(await rows('title,watchers')).map(({ watchers }) => watchers)
    expect(counted(await send('PATCH', { points: { $gt: 0 } }, { watchers: [alice.id] }, admin))).toEqual([200, 5])
    expect(await lists()).toEqual(Array(5).fill([alice.id]))
    expect(counted(await send('PATCH', { owner: bob.id }, { watchers: { $push: [bob.id] } }, admin))).toEqual([200, 2])
    expect(await lists()).toEqual([...Array(3).fill([alice.id]), ...Array(2).fill([alice.id, bob.id])])
    const tooMany = await send('PATCH', { points: { $gt: 0 } }, { watchers: { $push: [bob.id, editor.id] } }, admin)
    expect([tooMany.status, tooMany.json.errors[0]]).toMatchObject([422, { path: 'watchers', code: 'too_many' }])
    expect(counted(await send('PATCH', { owner: bob.id }, { watchers: { $pull: alice.id } }, admin))).toEqual([200, 2])
    expect(await lists()).toEqual([...Array(3).fill([alice.id]), ...Array(2).fill([bob.id])])
  })

  it('changes each record in the first way that its rules allow', async () => {
    const own = { title: 'e1', owner: editor.id, state: 'done' }
    const open = { title: 'e2', owner: editor.id }
    await server.request('POST', tasks, { token: admin.token, body: [own, open] })
    expect(counted(await send('PATCH', { points: { $gte: 0 } }, { points: 5 }, editor))).toEqual([200, 4])
    const changed = Object.entries(await rows()).flatMap(([title, { changedBy }]) =>
      changedBy ? [[title, changedBy]] : [],
    )
    expect(changed).toEqual([
      ['a3', 'editor'],
      ['b2', 'editor'],
      ['e1', 'owner'],
      ['e2', 'owner'],
    ])
    expect(counted(await send('PATCH', { points: 5 }, { watchers: [editor.id] }, editor))).toEqual([200, 4])
  })

  it('asks rules about records of the same collection as they will be', async () => {
    const parts = '/api/v1/collections/parts/records'
    const parent = { id: '01890000-0000-7000-8000-0000000000a1', level: 1 }
    const children = [2, 3].map((level) => ({ level, parent: parent.id }))
    await server.request('POST', parts, { token: admin.token, body: [parent] })
    await server.request('POST', parts, { token: admin.token, body: children })
    const all = { filter: '{"level":{"$gte":1}}' }
    const refused = await server.request('PATCH', parts, { token: alice.token, query: all, body: { level: 5 } })
    expect([refused.status, refused.json.code]).toEqual([403, 'forbidden'])
    const same = await server.request('PATCH', parts, { token: alice.token, query: all, body: { level: 1 } })
    expect(counted(same)).toEqual([200, 3])
  })

  it('answers without a body where that is preferred', async () => {
    const options = { token: alice.token, headers: { prefer: 'return=minimal' }, query: { filter: '{"title":"a1"}' } }
    const updated = await server.request('PATCH', tasks, { ...options, body: { points: 9 } })
    const deleted = await server.request('DELETE', tasks, options)
    expect([updated.status, updated.text, deleted.status, deleted.text]).toEqual([204, '', 204, ''])
    expect(Object.keys(await rows())).toEqual(['a2', 'a3', 'b1', 'b2'])
  })

  it('is done once with an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'bulk-1' }
    const query = { filter: '{"title":"a1"}' }
    const options = { token: alice.token, headers, query, body: { points: { $inc: 1 } } }
    const answers = [await server.request('PATCH', tasks, options), await server.request('PATCH', tasks, options)]
    expect(answers.map(counted)).toEqual([
      [200, 1],
      [200, 1],
    ])
    expect((await rows())['a1']).toMatchObject({ points: 2, version: 2 })
  })
})

describe('a deletion of what a filter finds', () => {
  it('deletes the caller’s records among them, and counts these', async () => {
    expect(counted(await send('DELETE', { points: { $lte: 2 } }))).toEqual([200, 2])
    expect(Object.keys(await rows())).toEqual(['a3', 'b1', 'b2'])
  })

  it('deletes nothing where one is still referred to, unless by another that goes too', async () => {
    const [{ id }] = (await server.request('GET', tasks, { token: admin.token, query: { filter: '{"title":"a1"}' } }))
      .json.data
    await send('PATCH', { title: 'a2' }, { parent: id }, admin)
    const refused = await send('DELETE', { title: { $in: ['a1', 'a3'] } })
    expect([refused.status, refused.json.code]).toEqual([409, 'reference_violation'])
    expect(Object.keys(await rows())).toHaveLength(5)
    expect(counted(await send('DELETE', { title: { $in: ['a1', 'a2'] } }))).toEqual([200, 2])
  })
})

describe('a request for many records', () => {
  it.each([
    ['', {}, 400, 'invalid_query', 'filter'],
    ['filter={}', {}, 400, 'invalid_query', 'filter'],
    ['filter=[]', {}, 400, 'invalid_query', 'filter'],
    ['filter=null', {}, 400, 'invalid_query', 'filter'],
    ['filter={"$or":[]}', {}, 400, 'invalid_query', 'filter.$or'],
    ['filter={"$or":[{}]}', {}, 400, 'invalid_query', 'filter.$or.0'],
    ['filter={"$and":[{}]}', {}, 400, 'invalid_query', 'filter.$and.0'],
    ['filter={"$not":{}}', {}, 400, 'invalid_query', 'filter.$not'],
    ['filter={"title":{}}', {}, 400, 'invalid_query', 'filter.title'],
    ['filter={"title":"a1"}&limit=1', {}, 400, 'invalid_query', 'limit'],
    ['filter={"title":"a1"}&fields=title', {}, 400, 'invalid_query', 'fields'],
    ['filter[]=a1', {}, 400, 'invalid_query', 'filter'],
    ['filter={"nothing":1}', {}, 400, 'unknown_field', 'filter.nothing'],
    ['filter={"secret":"x"}', {}, 400, 'unknown_field', 'filter.secret'],
    ['filter={"title":"a1"}', { 'if-match': '"v1"' }, 400, 'invalid_value', 'If-Match'],
  ])('is refused: %s %j', async (search, headers, status, code, path) => {
    const before = await rows()
    for (const [method, body] of [
      ['PATCH', { points: 1 }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await server.request(method, `${tasks}?${search}`, { token: alice.token, headers, body })
      expect([answer.status, answer.json.code, answer.json.errors[0].path], answer.text).toEqual([status, code, path])
    }
    expect(await rows()).toEqual(before)
  })

  it('needs a body that may be written', async () => {
    for (const [body, status, code] of [
      [{}, 400, 'invalid_body'],
      [[{ points: 1 }], 400, 'invalid_body'],
      [{ owner: alice.id }, 403, 'field_not_writable'],
      [{ id: alice.id }, 422, 'validation_failed'],
      [{ secret: 'x' }, 400, 'unknown_field'],
      [{ parts: [{ title: 'x' }] }, 400, 'unknown_field'],
      [{ points: 101 }, 422, 'validation_failed'],
    ] as const) {
      const answer = await send('PATCH', { title: 'a1' }, body)
      expect([answer.status, answer.json.code], answer.text).toEqual([status, code])
    }
  })

  it('is refused to who may never write, or never read', async () => {
    const query = { filter: '{"title":"a1"}' }
    expect((await server.request('DELETE', tasks, { query })).status).toBe(401)
    expect((await server.request('PATCH', tasks, { query, body: { points: 1 } })).status).toBe(401)
    const parts = '/api/v1/collections/parts/records'
    expect(
      (await server.request('DELETE', parts, { token: alice.token, query: { filter: '{"level":1}' } })).status,
    ).toBe(403)
  })
})
