import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const path = '/api/v1/batch'
const records = (collection: string) => `/api/v1/collections/${collection}/records`

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'posts',
      fields: [
        { name: 'title', type: 'text', required: true, maxLength: 20 },
        { name: 'slug', type: 'slug', from: 'title', unique: true },
        { name: 'views', type: 'integer', default: 0 },
        { name: 'tags', type: 'tags' },
        { name: 'author', type: 'relation', collection: 'users' },
        { name: 'extra', type: 'json' },
        { name: 'kind', type: 'text' },
      ],
      rules: [
        { role: 'user', action: ['read', 'update', 'delete'], conditions: { author: '$user.id' } },
        { role: 'user', action: 'create', conditions: { kind: 'a' }, preset: { author: '$user.id' } },
        { role: 'user', action: 'create', conditions: { kind: 'b' }, preset: { author: '$user.id', views: 1 } },
        { role: 'user', action: 'create', preset: { author: '$user.id', views: 2 } },
      ],
    },
    {
      name: 'comments',
      fields: [
        { name: 'text', type: 'text', required: true },
        { name: 'post', type: 'relation', collection: 'posts', required: true, onDelete: 'restrict' },
        { name: 'related', type: 'relation', collection: 'posts', many: true },
      ],
      rules: [{ role: 'user', action: ['create', 'read', 'delete'] }],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
})
afterAll(() => server?.stop())

const batch = (operations: unknown[], more: object = {}, headers: Record<string, string> = {}) =>
  server.request('POST', path, { token: alice.token, body: { operations, ...more }, headers })

async function count(collection: string, filter: object): Promise<number> {
  const query = { filter: JSON.stringify(filter), count: 'exact' }
  return (await server.request('GET', records(collection), { token: admin.token, query })).json.meta.total
}

const post = (data: object) => ({ action: 'create', collection: 'posts', data })
const comment = (data: object) => ({ action: 'create', collection: 'comments', data })

describe('a batch', () => {
  it('runs operations in order, each seeing what those before it did', async () => {
    const id = randomUUID()
    const answer = await batch([
      post({ title: 'One' }),
      comment({ text: 'first', post: '$0.id', related: ['$0.id'] }),
      { action: 'upsert', collection: 'posts', id, data: { title: 'Two' } },
      { action: 'upsert', collection: 'posts', id, data: { title: '$0.title' } },
      { action: 'update', collection: 'posts', id: '$0.id', data: { views: 7 }, version: 1 },
      { action: 'get', collection: 'posts', id: '$0.id' },
      { action: 'delete', collection: 'posts', id },
    ])
    expect(answer.status, answer.text).toBe(200)
    const [one, first, two, renamed, viewed, got, deleted] = answer.json.data
    expect(answer.json.data).toHaveLength(7)
    expect(one).toMatchObject({ title: 'One', author: alice.id, version: 1 })
    expect(first).toMatchObject({ text: 'first', post: one.id, related: [one.id] })
    expect(two).toMatchObject({ id, title: 'Two', version: 1 })
    expect(renamed).toMatchObject({ id, title: 'One', version: 2 })
    expect(viewed).toMatchObject({ id: one.id, views: 7, version: 2 })
    expect(got).toEqual(viewed)
    expect(deleted).toBeNull()
    expect(await count('posts', { id })).toBe(0)
    expect(await count('comments', { post: one.id })).toBe(1)
  })

  it('answers nothing but success where nothing is asked back, also when operations refer to others', async () => {
    const operations = [post({ title: 'Quiet' }), comment({ text: 'quiet', post: '$0.id' })]
    const answer = await batch(operations, {}, { prefer: 'return=minimal' })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(await count('comments', { text: 'quiet' })).toBe(1)
  })

  it('may be empty, and holds at most 100 operations', async () => {
    expect((await batch([])).json).toEqual({ data: [] })
    expect((await batch(Array(100).fill(post({ title: 'many' })))).json.data).toHaveLength(100)
    const answer = await batch(Array(101).fill(post({ title: 'many' })))
    expect(answer.json).toMatchObject({ status: 400, code: 'invalid_body', errors: [{ path: 'operations' }] })
  })

  it('keeps texts that only begin with a dollar, and unescapes those that look like references', async () => {
    const data = { title: '$0', kind: '$$0.id', extra: { a: ['$$ sale', '$5'] } }
    const { json } = await batch([post(data)])
    expect(json.data[0]).toMatchObject({ title: '$0', kind: '$0.id', extra: { a: ['$$ sale', '$5'] } })
  })

  it('takes field operators and children as single requests do, with references inside', async () => {
    const answer = await batch([
      post({ title: 'Counted', kind: 'a', views: 5 }),
      {
        action: 'update',
        collection: 'posts',
        id: '$0.id',
        data: { views: { $inc: '$0.views' }, tags: { $push: 'x' } },
      },
      comment({ text: 'nested', post: { title: '$0.title' } }),
    ])
    expect(answer.status, answer.text).toBe(200)
    const [, counted, nested] = answer.json.data
    expect(counted).toMatchObject({ views: 10, tags: ['x'] })
    expect(await count('posts', { id: nested.post, title: 'Counted' })).toBe(1)
  })

  it('is applied once under an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    for (const isolation of ['readCommitted', 'serializable']) {
      const more = { isolation }
      const key = { 'idempotency-key': headers['idempotency-key'] + isolation }
      const operations = [post({ title: isolation }), comment({ text: isolation, post: '$0.id' })]
      const answers = await Promise.all(Array.from({ length: 10 }, () => batch(operations, more, key)))
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
      expect(answers[0]!.status).toBe(200)
      expect(await count('comments', { text: isolation })).toBe(1)
    }
  })
})

describe('a batch with an operation that fails', () => {
  it.each<[string, object, Record<string, unknown>]>([
    ['a value', post({ title: 'x'.repeat(21) }), { status: 422, code: 'validation_failed', path: 'data.title' }],
    ['a missing value', post({}), { status: 422, code: 'validation_failed', path: 'data.title' }],
    [
      'a field that is not there',
      post({ title: 'x', nope: 1 }),
      { status: 400, code: 'unknown_field', path: 'data.nope' },
    ],
    [
      'a taken value',
      post({ title: 'x', slug: 'taken' }),
      { status: 409, code: 'unique_violation', path: 'data.slug' },
    ],
    [
      'a relation to nothing',
      comment({ text: 'x', post: randomUUID() }),
      { status: 409, code: 'reference_violation', path: 'data.post' },
    ],
    [
      'an id that is none',
      { action: 'get', collection: 'posts', id: 'x' },
      { status: 400, code: 'invalid_id', path: 'id' },
    ],
  ])('undoes all and says which: %s', async (_, failing, { path: place, ...problem }) => {
    const taken = await batch([{ action: 'upsert', collection: 'posts', id: takenId, data: { title: 'taken' } }])
    expect(taken.status, taken.text).toBe(200)
    const before = await count('posts', {})
    const answer = await batch([post({ title: 'undone' }), failing, post({ title: 'never' })])
    expect(answer.json).toMatchObject({ ...problem, operation: 1, errors: [{ path: `operations.1.${place}` }] })
    expect(await count('posts', {})).toBe(before)
  })

  it.each<[string, object, object]>([
    [
      'no such record',
      { action: 'update', collection: 'posts', id: randomUUID(), data: { views: 1 } },
      { status: 404 },
    ],
    ['no such collection', { action: 'get', collection: 'nope', id: randomUUID() }, { code: 'collection_not_found' }],
    [
      'another version',
      { action: 'update', collection: 'posts', id: '$0.id', data: { views: 1 }, version: 9 },
      { status: 412, code: 'version_conflict', current: { version: 1 } },
    ],
    ['another version', { action: 'delete', collection: 'posts', id: '$0.id', version: 9 }, { status: 412 }],
  ])('undoes all: %s', async (_, failing, problem) => {
    const before = await count('posts', {})
    const answer = await batch([post({ title: 'undone' }), failing])
    expect(answer.json).toMatchObject({ ...problem, operation: 1 })
    expect(answer.headers.get('etag')).toBeNull()
    expect(await count('posts', {})).toBe(before)
  })

  it('undoes all where a record is still referred to', async () => {
    const [one] = (await batch([post({ title: 'kept' }), comment({ text: 'x', post: '$0.id' })])).json.data
    const remove = { action: 'delete', collection: 'posts', id: one.id }
    const answer = await batch([post({ title: 'undone' }), remove])
    expect(answer.json).toMatchObject({ status: 409, code: 'reference_violation', operation: 1 })
    expect(await count('posts', { title: 'undone' })).toBe(0)
  })
})

const takenId = randomUUID()

describe('a batch that cannot be understood', () => {
  const create = post({ title: 'x' })
  it.each<[string, unknown, string]>([
    ['a list', [create], ''],
    ['no operations', {}, 'operations'],
    ['operations that are no list', { operations: { 0: create } }, 'operations'],
    ['an operation that is none', { operations: [create, 'create'] }, 'operations.1'],
    ['an unknown action', { operations: [{ ...create, action: 'batch' }] }, 'operations.0.action'],
    ['an inherited action', { operations: [{ ...create, action: 'constructor' }] }, 'operations.0.action'],
    ['no collection', { operations: [{ action: 'create', data: {} }] }, 'operations.0.collection'],
    ['an id for create', { operations: [{ ...create, id: randomUUID() }] }, 'operations.0.id'],
    ['data for delete', { operations: [{ ...create, action: 'delete', id: 'x' }] }, 'operations.0.data'],
    ['no id', { operations: [{ ...create, action: 'update' }] }, 'operations.0.id'],
    ['no data', { operations: [{ action: 'create', collection: 'posts' }] }, 'operations.0.data'],
    ['data that is a list', { operations: [{ ...create, data: [{ title: 'x' }] }] }, 'operations.0.data'],
    [
      'a version that is none',
      { operations: [{ action: 'delete', collection: 'posts', id: 'x', version: '1' }] },
      'operations.0.version',
    ],
    ['an unknown isolation', { operations: [], isolation: 'SERIALIZABLE; drop table posts' }, 'isolation'],
    ['an unknown member', { operations: [], atomic: false }, 'atomic'],
    ['a reference to itself', { operations: [post({ title: '$0.title' })] }, 'operations.0.data.title'],
    ['a reference forward', { operations: [post({ extra: { a: ['$1.id'] } }), create] }, 'operations.0.data.extra.a.0'],
    [
      'a reference to a deletion',
      { operations: [{ action: 'delete', collection: 'posts', id: takenId }, post({ title: '$0.id' })] },
      'operations.1.data.title',
    ],
    [
      'an id that is a reference forward',
      { operations: [{ action: 'get', collection: 'posts', id: '$3.id' }] },
      'operations.0.id',
    ],
  ])('is refused with the path: %s', async (_, body, place) => {
    const answer = await server.request('POST', path, { token: alice.token, body })
    expect(answer.json).toMatchObject({ status: 400, code: 'invalid_body', errors: [{ path: place }] })
  })

  it('is refused with parameters in the URL, and by other methods', async () => {
    const query = { fields: 'id' }
    expect((await server.request('POST', path, { token: alice.token, body: { operations: [] }, query })).status).toBe(
      400,
    )
    expect((await server.request('GET', path, { token: alice.token })).status).toBe(405)
  })

  it('is refused where a reference stands for what is not there, or for an object', async () => {
    for (const reference of ['$0.nope', '$0.extra', '$0.constructor', '$0.tags.length']) {
      const answer = await batch([post({ title: 'x', extra: { a: 1 }, tags: ['a'] }), post({ title: reference })])
      expect(answer.json).toMatchObject({
        status: 400,
        code: 'invalid_body',
        errors: [{ path: 'operations.1.data.title' }],
      })
    }
    const answer = await batch([
      post({ title: 'x', kind: 'a', views: 5 }),
      { action: 'get', collection: 'posts', id: '$0.views' },
    ])
    expect(answer.json).toMatchObject({ status: 400, code: 'invalid_id', errors: [{ path: 'operations.1.id' }] })
  })
})

describe('what a write tries in several ways', () => {
  it('leaves the transaction whole: rules with presets, slugs that are taken, an upsert that meets a record', async () => {
    const foreign = randomUUID()
    await server.request('PUT', `${records('posts')}/${foreign}`, { token: admin.token, body: { title: 'Foreign' } })
    const answer = await batch([
      post({ title: 'Same', kind: 'b' }),
      post({ title: 'Same', kind: 'c' }),
      post({ title: 'Same', kind: 'a' }),
      { action: 'get', collection: 'posts', id: '$0.id' },
    ])
    expect(answer.status, answer.text).toBe(200)
    const [b, c, a] = answer.json.data
    expect([b.views, c.views, a.views]).toEqual([1, 2, 0])
    expect(new Set([a.slug, b.slug, c.slug]).size).toBe(3)
    const met = await batch([
      post({ title: 'before' }),
      { action: 'upsert', collection: 'posts', id: foreign, data: { title: 'x' } },
    ])
    expect(met.json).toMatchObject({ status: 404, code: 'record_not_found', operation: 1 })
  })
})
