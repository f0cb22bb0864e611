import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { bytesOf } from './oracles.js'

/** Holes that were found once in searches, batches and operators. Each stays closed. */

let server: TestServer
let admin: Persona
let alice: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'notes',
      fields: [
        { name: 'title', type: 'text', searchable: 'A' },
        { name: 'data', type: 'json' },
      ],
      rules: [{ role: 'user', action: ['read', 'create'] }],
    },
    {
      name: 'people',
      fields: [
        { name: 'name', type: 'text' },
        { name: 'file', type: 'json', hidden: true },
      ],
      rules: [{ role: 'user', action: ['read', 'create'] }],
    },
    {
      name: 'files',
      fields: [
        { name: 'text', type: 'text', searchable: true },
        { name: 'secret', type: 'text' },
      ],
      rules: [
        { role: 'user', action: 'read', fields: ['text'] },
        { role: 'user', action: 'read', fields: ['secret'], conditions: { text: { $search: 'public' } } },
      ],
    },
    {
      name: 'vouchers',
      fields: [
        { name: 'title', type: 'text' },
        { name: 'stamp', type: 'text', unique: true },
      ],
      rules: [
        { role: 'user', action: 'read', fields: ['title'] },
        { role: 'user', action: ['create', 'update'] },
      ],
    },
    {
      name: 'purses',
      fields: [
        { name: 'coins', type: 'integer', max: 1000 },
        { name: 'tags', type: 'tags', maxItems: 3 },
        { name: 'owner', type: 'relation', collection: 'users' },
      ],
      rules: [
        { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
        { role: 'user', action: ['update', 'delete'] },
      ],
    },
    {
      name: 'faces',
      fields: [
        { name: 'face', type: 'vector', dimensions: 2 },
        { name: 'owner', type: 'relation', collection: 'users' },
      ],
      rules: [{ role: 'user', action: 'read', conditions: { owner: '$user.id' } }],
    },
    {
      name: 'boxes',
      fields: [{ name: 'name', type: 'text' }],
      rules: [{ role: 'user', action: ['read', 'create', 'update'] }],
    },
    {
      name: 'things',
      fields: [
        { name: 'name', type: 'text' },
        { name: 'kept', type: 'boolean' },
        { name: 'box', type: 'relation', collection: 'boxes', inverse: 'things' },
      ],
      rules: [
        { role: 'user', action: 'read' },
        { role: 'user', action: 'create', fields: ['name'] },
        { role: 'user', action: 'delete', conditions: { kept: false } },
      ],
    },
    {
      name: 'drafts',
      fields: [{ name: 'text', type: 'text' }],
      rules: [
        { role: 'user', action: 'read', fields: ['text'] },
        { role: 'user', action: ['update', 'delete'] },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
})
afterAll(() => server?.stop())

const recordsOf = (collection: string): string => `/api/v1/collections/${collection}/records`

const send = (who: Persona, method: string, path: string, body?: unknown, headers = {}): Promise<TestResponse> =>
  server.request(method, path, {
    token: who.token,
    headers: { 'x-request-id': 'always-the-same', ...headers },
    ...(body !== undefined && { body }),
  })

async function make(collection: string, body: object): Promise<string> {
  const { status, json, text } = await send(admin, 'POST', recordsOf(collection), body)
  expect(status, text).toBe(201)
  return json.data.id
}

describe('a search', () => {
  it('is spoilt for nobody by words that grow when their accents go', async () => {
    await make('notes', { title: `holiday ${'ß'.repeat(247)}` })
    await make('notes', { title: `holiday ${'ﷺ'.repeat(40)} ${'Æ'.repeat(200)}` })
    for (const search of ['holidey', 'holidays', 'ﷺ'.repeat(40), 'ßßßßßßßé', 'ŉ'.repeat(64)]) {
      const query = new URLSearchParams({ search, highlight: 'true', count: 'exact', fields: 'id' })
      const answer = await send(alice, 'GET', `${recordsOf('notes')}?${query}`)
      expect([search, answer.status]).toEqual([search, 200])
      if (search.startsWith('holid')) expect(answer.json.meta.total).toBe(2)
    }
  })
})

describe('a search of a caller', () => {
  it('A01 with typos does not pass for the search of a rule, which has none', async () => {
    await make('files', { text: 'publik affairs', secret: 'spy' })
    const open = await make('files', { text: 'public affairs', secret: 'sky' })
    for (const filter of [
      { secret: { $startsWith: 's' }, text: { $search: 'public' } },
      { text: { $search: 'public' }, secret: { $startsWith: 's' } },
      { $and: [{ secret: { $null: false } }, { $search: 'public' }] },
    ]) {
      const query = new URLSearchParams({ filter: JSON.stringify(filter) })
      const { json } = await send(alice, 'GET', `${recordsOf('files')}?${query}`)
      expect([filter, json.data.map(({ id }: { id: string }) => id)]).toEqual([filter, [open]])
    }
    const both = new URLSearchParams({ filter: '{"text":{"$search":"public"}}', count: 'exact' })
    const { json } = await send(alice, 'GET', `${recordsOf('files')}?${both}`)
    expect(json.meta.total).toBe(2)
    expect(JSON.stringify(json)).not.toContain('spy')
  })
})

describe('the nearest', () => {
  it('A10 are counted among the records the caller may read', async () => {
    const own = await make('faces', { face: [1, 0], owner: alice.id })
    for (const face of [
      [0, 1],
      [0.1, 1],
      [0.2, 1],
    ])
      await make('faces', { face, owner: admin.id })
    for (const k of [1, 2]) {
      const filter = JSON.stringify({ face: { $nearest: { to: [0, 1], k } } })
      const { json } = await send(
        alice,
        'GET',
        `${recordsOf('faces')}?${new URLSearchParams({ filter, count: 'exact' })}`,
      )
      expect([json.data.map(({ id }: { id: string }) => id), json.meta.total]).toEqual([[own], 1])
    }
  })
})

describe('a cell of an import', () => {
  it('A17 is not told to be malformed for the type of a field that is closed', async () => {
    const path = '/api/v1/collections/people/import'
    const answers = ['file', 'filQ'].map(async (name) => {
      const { status, text } = await server.request('POST', path, {
        token: alice.token,
        body: `${name}\n{x\n[1\n5\n`,
        headers: { 'content-type': 'text/csv' },
      })
      return [status, text.replaceAll(name, 'it')]
    })
    const [closed, none] = await Promise.all(answers)
    expect(closed![1]).toContain('"unknown_field"')
    expect(closed).toEqual(none)
  })
})

describe('an upsert', () => {
  it('A12 goes by no unique field that may be written and not be read', async () => {
    await make('vouchers', { title: 'x', stamp: 'taken' })
    const put = async (name: string): Promise<string> => {
      const answer = await send(alice, 'PUT', `${recordsOf('vouchers')}?by=${name}`, { title: 'y', [name]: 'taken' })
      return bytesOf(answer).replaceAll(name, 'it')
    }
    expect(await put('stamp')).toContain('invalid_query')
    expect(await put('stamp')).toBe(await put('stamQ'))
  })
})

describe('a body of nothing but mistakes', () => {
  it('A85 is told of a hundred, and costs no more than reading it', async () => {
    const names = Array.from({ length: 300_000 }, (_, at) => `f${at}`)
    const body = Object.fromEntries(names.map((name) => [name, 1]))
    const { status, json } = await send(alice, 'POST', recordsOf('notes'), body)
    expect([status, json.code, json.errors.length]).toEqual([400, 'unknown_field', 100])
    const csv = await server.request('POST', '/api/v1/collections/notes/import', {
      token: alice.token,
      body: `${names.slice(0, 100_000).join()}\n${names.slice(0, 100_000).fill('1').join()}\n`,
      headers: { 'content-type': 'text/csv' },
    })
    expect([csv.status, csv.text.length < 50_000]).toEqual([200, true])
  })
})

describe('a batch', () => {
  it('makes no gigabytes of a text by referring to it often', async () => {
    const get = { action: 'get', collection: 'notes', id: await make('notes', { title: 'x'.repeat(900_000) }) }
    const create = (data: unknown) => ({ action: 'create', collection: 'notes', data: { data } })
    const often = (times: number) => Array.from({ length: times }, () => '$0.title')
    for (const operations of [
      [get, create(often(3000))],
      [get, ...Array.from({ length: 10 }, () => create(often(1)))],
    ]) {
      const { status, json } = await send(alice, 'POST', '/api/v1/batch', { operations })
      expect([status, json.code]).toEqual([413, 'body_too_large'])
    }
    const few = await send(alice, 'POST', '/api/v1/batch', {
      operations: [get, { ...create('x'), data: { title: '$0.title' } }],
    })
    expect(few.status).toBe(200)
  })
})

describe('a child in the body of its parent', () => {
  it('A50 is deleted by the rule for deleting children only', async () => {
    const box = await make('boxes', { name: 'x' })
    const [kept, loose] = [await make('things', { kept: true, box }), await make('things', { kept: false, box })]
    const path = `${recordsOf('boxes')}/${box}`
    const { status, json } = await send(alice, 'PATCH', path, { things: { delete: [loose, kept] } })
    expect([status, json.errors[0].path]).toEqual([404, 'things.delete.1'])
    expect((await send(alice, 'GET', `${recordsOf('things')}?count=exact`)).json.meta.total).toBe(2)
    expect((await send(alice, 'PATCH', path, { things: { delete: [loose] } })).status).toBe(200)
  })

  it('A50 is not created by who may not say whose child it is', async () => {
    const path = `${recordsOf('boxes')}/${await make('boxes', { name: 'x' })}`
    for (const things of [[{ name: 'y' }], { create: [{ name: 'y' }] }]) {
      const answer = await send(alice, 'PATCH', path, { things })
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
      const made = await send(alice, 'POST', recordsOf('boxes'), { name: 'z', things })
      expect(made.status, made.text).toBeGreaterThanOrEqual(400)
    }
    expect((await send(alice, 'POST', recordsOf('things'), { name: 'y' })).status).toBe(201)
  })
})

describe('a record that may be changed and not be read', () => {
  it('A22 tells by no operator what its value is', async () => {
    for (const [coins, tags] of [
      [999, ['a', 'b', 'c']],
      [1, []],
    ] as const) {
      const id = await make('purses', { coins, tags, owner: admin.id })
      const absent = '01890000-0000-7000-8000-00000000ffff'
      for (const change of [
        { coins: { $inc: 5 } },
        { coins: { $max: 500 } },
        { tags: { $push: 'd' } },
        { tags: { $pull: 'a' } },
      ]) {
        const path = `${recordsOf('purses')}/${id}`
        const answer = bytesOf(await send(alice, 'PATCH', path, change))
        expect(answer).toContain('record_not_found')
        expect(answer).toBe(bytesOf(await send(alice, 'PATCH', `${recordsOf('purses')}/${absent}`, change)))
      }
      expect((await send(admin, 'GET', `${recordsOf('purses')}/${id}`)).json.data).toMatchObject({
        coins,
        tags,
        version: 1,
      })
    }
    const own = await make('purses', { coins: 999, owner: alice.id })
    const { status } = await send(alice, 'PATCH', `${recordsOf('purses')}/${own}`, { coins: { $inc: 5 } })
    expect(status).toBe(422)
  })

  it('A12 is changed and deleted by no filter', async () => {
    const [own, foreign] = [await make('purses', { owner: alice.id }), await make('purses', { owner: admin.id })]
    for (const filter of [{ id: { $in: [own, foreign] } }, { $not: { coins: 5 } }, { id: foreign }]) {
      const path = `${recordsOf('purses')}?${new URLSearchParams({ filter: JSON.stringify(filter) })}`
      expect((await send(alice, 'PATCH', path, { coins: 7 })).status).toBe(200)
      expect((await send(admin, 'GET', `${recordsOf('purses')}/${foreign}`)).json.data.version).toBe(1)
    }
    const path = `${recordsOf('purses')}?${new URLSearchParams({ filter: JSON.stringify({ id: { $in: [own, foreign] } }) })}`
    expect((await send(alice, 'DELETE', path)).json.data).toEqual({ count: 1 })
    expect((await send(admin, 'GET', `${recordsOf('purses')}/${foreign}`)).status).toBe(200)
  })

  it('A22 confirms no guess at its version', async () => {
    for (const [collection, body, change] of [
      ['purses', { coins: 5, owner: admin.id }, { coins: 6 }],
      ['drafts', { text: 'x' }, { text: 'y' }],
    ] as const) {
      const path = `${recordsOf(collection)}/${await make(collection, body)}`
      for (const method of ['PATCH', 'DELETE'])
        for (const tag of ['"v1"', '"v2"']) {
          const sent = method === 'PATCH' ? change : undefined
          const answer = await send(alice, method, path, sent, { 'if-match': tag })
          expect([method, tag, answer.status, answer.json?.code]).toEqual([method, tag, 404, 'record_not_found'])
        }
      expect((await send(alice, 'PATCH', path, change)).status).toBe(200)
      expect((await send(alice, 'DELETE', path)).status).toBe(204)
    }
  })
})
