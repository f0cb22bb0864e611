import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const path = (collection: string): string => `/api/v1/collections/${collection}/records`
const id = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`

/** Authors write books, books have tags in an order and reviews; some reviews are closed to everyone but admins. */
beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'authors', fields: [{ name: 'name', type: 'text' }], rules: [{ role: 'public', action: 'read' }] },
    { name: 'tags', fields: [{ name: 'name', type: 'text' }], rules: [{ role: 'public', action: 'read' }] },
    {
      name: 'books',
      fields: [
        { name: 'title', type: 'text' },
        { name: 'author', type: 'relation', collection: 'authors', inverse: 'books' },
        { name: 'tags', type: 'relation', collection: 'tags', many: true, inverse: 'books' },
        { name: 'notes', type: 'json' },
      ],
      rules: [
        { role: 'public', action: 'read', fields: ['title', 'author', 'notes'] },
        { role: 'public', action: 'read', fields: ['tags'], conditions: { title: { $ne: 'b0' } } },
      ],
    },
    {
      name: 'reviews',
      fields: [
        { name: 'stars', type: 'integer' },
        { name: 'open', type: 'boolean', default: true },
        { name: 'book', type: 'relation', collection: 'books', inverse: 'reviews' },
      ],
      rules: [{ role: 'public', action: 'read', conditions: { open: true } }],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
  await create('authors', [
    { id: id(1), name: 'Ada' },
    { id: id(2), name: 'Bo' },
  ])
  await create(
    'tags',
    [0, 1, 2, 3, 4].map((n) => ({ id: id(10 + n), name: `t${n}` })),
  )
  await create('books', [
    { id: id(20), title: 'b0', author: id(1), tags: [id(14), id(10), id(12), id(11)], notes: { nextCursor: 'x' } },
    { id: id(21), title: 'b1', author: id(1), tags: [id(10)] },
    { id: id(22), title: 'b2', author: id(2), tags: [] },
    { id: id(23), title: 'b3', tags: [id(11), id(10)] },
  ])
  await create('reviews', [
    ...[5, 3, null, 3, 1, 4, null].map((stars, n) => ({ id: id(30 + n), stars, book: id(20) })),
    { id: id(40), stars: 5, open: false, book: id(20) },
    { id: id(41), stars: 2, book: id(21) },
  ])
})

afterAll(() => server?.stop())

async function create(collection: string, records: object[]): Promise<void> {
  const answer = await server.request('POST', path(collection), { token: admin.token, body: records })
  expect(answer.status, answer.text).toBe(201)
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Answer = any

async function get(collection: string, expand: string, record: number, persona?: Persona): Promise<Answer> {
  const answer = await server.request('GET', `${path(collection)}/${id(record)}`, {
    query: { expand },
    ...(persona && { token: persona.token }),
  })
  return answer.status === 200 ? answer.json.data : answer.json
}

async function list(collection: string, query: Record<string, string>, persona?: Persona): Promise<Answer> {
  const answer = await server.request('GET', path(collection), { query, ...(persona && { token: persona.token }) })
  return answer.status === 200 ? answer.json.data : answer.json
}

const names = (records: { name?: string; title?: string; id: string }[]): string =>
  records.map(({ name, title, id: own }) => name ?? title ?? own.slice(-2)).join(' ')

describe('relations of every kind', () => {
  it('are expanded both ways, and again from there', async () => {
    const book = await get('books', 'author,tags,reviews(sort:-stars,limit:2)', 20, admin)
    expect(book.expand.author.name).toBe('Ada')
    expect(names(book.expand.tags)).toBe('t4 t0 t2 t1')
    expect(names(book.expand.reviews)).toBe('36 32')
    const author = await get(
      'authors',
      'books(sort:-title,expand(tags(limit:1),reviews(fields:stars,limit:1)))',
      1,
      admin,
    )
    expect(names(author.expand.books)).toBe('b1 b0')
    expect(names(author.expand.books[1].expand.tags)).toBe('t4')
    expect(author.expand.books[1].expand.reviews).toEqual([{ stars: 5 }])
    const tag = await get('tags', 'books(sort:title,filter:{"author.name":"Ada"},expand(author))', 10, admin)
    expect(names(tag.expand.books)).toBe('b0 b1')
    expect(tag.expand.books[0].expand.author.name).toBe('Ada')
    expect(await get('books', 'author', 23, admin)).toMatchObject({ expand: { author: null } })
  })

  it.each([
    ['books', { 'author.name': 'Ada' }, 'b0 b1'],
    ['books', { author: id(2) }, 'b2'],
    ['books', { author: { $null: true } }, 'b3'],
    ['books', { 'tags.name': 't0' }, 'b0 b1 b3'],
    ['books', { tags: { $every: { name: { $in: ['t0', 't1'] } } } }, 'b1 b2 b3'],
    ['books', { tags: { $none: { name: 't0' } } }, 'b2'],
    ['books', { tags: { $hasAll: [id(10), id(11)] } }, 'b0 b3'],
    ['books', { 'reviews.stars': { $gte: 2 } }, 'b0 b1'],
    ['books', { reviews: { $every: { stars: { $gte: 2 } } } }, 'b1 b2 b3'],
    ['authors', { 'books.title': 'b2' }, 'Bo'],
    ['authors', { 'books.tags.name': 't1' }, 'Ada'],
    ['authors', { 'books.reviews.stars': 2 }, 'Ada'],
    ['tags', { 'books.author.name': 'Ada' }, 't0 t1 t2 t4'],
    ['tags', { books: { $none: { title: { $startsWith: 'b' } } } }, 't3'],
    ['reviews', { 'book.author.name': 'Ada', stars: 3 }, '31 33'],
  ])('are filtered by: %s %j', async (collection, filter, expected) => {
    expect(names(await list(collection, { filter: JSON.stringify(filter) }, admin))).toBe(expected)
  })

  it('are sorted by where they lead to one record', async () => {
    expect(names(await list('books', { sort: '-author.name,title' }, admin))).toBe('b3 b2 b0 b1')
    expect(names(await list('reviews', { sort: 'book.author.name,-stars,id', limit: '3' }, admin))).toBe('32 36 30')
    expect((await list('authors', { sort: 'books.title' }, admin)).code).toBe('invalid_query')
  })
})

describe('totals and cursors inside expand', () => {
  /** All pages of one relation of one record, by cursor; checks that each says what follows. */
  async function walk(collection: string, record: number, name: string, options: string, persona?: Persona) {
    const pages: string[] = []
    for (let cursor = 'start'; ; ) {
      const answer = await get(collection, `${name}(${options},cursor:${cursor})`, record, persona)
      expect(answer.expandMeta, JSON.stringify(answer)).toBeDefined()
      pages.push(names(answer.expand[name]))
      cursor = answer.expandMeta[name].nextCursor
      if (cursor === null) return pages
    }
  }

  it('stand under expandMeta, where they are asked for', async () => {
    const plain = await get('books', 'reviews(limit:3)', 20)
    expect(plain).not.toHaveProperty('expandMeta')
    const counted = await get('books', 'author,reviews(limit:3,count:exact)', 20)
    expect(counted.expandMeta).toEqual({ reviews: { total: 7, nextCursor: expect.stringMatching(/^[\w-]{40,}$/) } })
    expect((await get('books', 'reviews(limit:3,count:exact)', 20, admin)).expandMeta.reviews.total).toBe(8)
    expect((await get('books', 'reviews(limit:3,count:upTo:4)', 20)).expandMeta.reviews.total).toBe(4)
    expect((await get('books', 'reviews(filter:{"stars":3},count:exact)', 20)).expandMeta).toEqual({
      reviews: { total: 2, nextCursor: null },
    })
    expect((await get('books', 'reviews(cursor:start)', 22)).expandMeta).toEqual({ reviews: { nextCursor: null } })
  })

  it('lead through every kind of to-many relation, in its order', async () => {
    const all = 'limit:2'
    expect(await walk('books', 20, 'reviews', all)).toEqual(['30 31', '32 33', '34 35', '36'])
    expect(await walk('books', 20, 'reviews', 'sort:-stars,limit:3,count:exact')).toEqual([
      '36 32 30',
      '35 33 31',
      '34',
    ])
    expect(await walk('books', 20, 'reviews', 'sort:stars,limit:3')).toEqual(['34 31 33', '35 30 32', '36'])
    expect(await walk('books', 20, 'reviews', 'filter:{"stars":{"$gte":3}},limit:3')).toEqual(['30 31 33', '35'])
    expect(await walk('books', 20, 'tags', 'limit:3', admin)).toEqual(['t4 t0 t2', 't1'])
    expect(await walk('books', 20, 'tags', 'sort:-name,limit:3', admin)).toEqual(['t4 t2 t1', 't0'])
    expect(await walk('tags', 10, 'books', 'sort:title,limit:1,count:upTo:2', admin)).toEqual(['b0', 'b1', 'b3'])
    expect(await walk('authors', 1, 'books', 'sort:title,limit:1')).toEqual(['b0', 'b1'])
  })

  it('are given in lists and deeper down, to go on with where the record is read', async () => {
    const books = await list('books', { sort: 'title', expand: 'reviews(limit:4,sort:-stars,count:exact)' })
    expect(books.map((book: Answer) => book.expandMeta.reviews.total)).toEqual([7, 1, 0, 0])
    expect(books.map((book: Answer) => book.expandMeta.reviews.nextCursor === null)).toEqual([false, true, true, true])
    const next = `reviews(limit:4,sort:-stars,cursor:${books[0].expandMeta.reviews.nextCursor})`
    expect(names((await get('books', next, 20)).expand.reviews)).toBe('33 31 34')
    const author = await get('authors', 'books(sort:title,expand(reviews(limit:4,sort:-stars,count:exact)))', 1)
    expect(author.expand.books[0].expandMeta.reviews).toEqual(books[0].expandMeta.reviews)
  })

  it('tell nothing of a relation that is closed in a record', async () => {
    expect(await get('books', 'tags(count:exact)', 21)).toMatchObject({ expandMeta: { tags: { total: 1 } } })
    const closed = await get('books', 'tags(count:exact,limit:1)', 20)
    expect(closed).not.toHaveProperty('tags')
    expect([closed.expand, closed.expandMeta]).toEqual([{ tags: [] }, { tags: { total: 0, nextCursor: null } }])
  })

  it('are good for their caller, record, relation, filter and order only', async () => {
    const options = 'limit:2,sort:-stars'
    const cursorOf = async (persona?: Persona): Promise<string> =>
      (await get('books', `reviews(${options},cursor:start)`, 20, persona)).expandMeta.reviews.nextCursor
    const cursor = await cursorOf(alice)
    const code = async (expand: string, record = 20, persona: Persona | undefined = alice) =>
      (await get('books', expand, record, persona)).code ?? 'ok'
    expect(await code(`reviews(${options},cursor:${cursor})`)).toBe('ok')
    expect(await code(`reviews(limit:5,sort:-stars,fields:stars,count:exact,cursor:${cursor})`)).toBe('ok')
    expect(await code(`reviews(${options},cursor:${cursor})`, 20, bob)).toBe('invalid_cursor')
    expect(await code(`reviews(${options},cursor:${cursor})`, 20, admin)).toBe('invalid_cursor')
    expect(await code(`reviews(${options},cursor:${cursor})`, 21)).toBe('invalid_cursor')
    expect(await code(`reviews(limit:2,sort:stars,cursor:${cursor})`)).toBe('invalid_cursor')
    expect(await code(`reviews(${options},filter:{"stars":3},cursor:${cursor})`)).toBe('invalid_cursor')
    expect(await code(`tags(cursor:${cursor})`)).toBe('invalid_cursor')
    expect(await code('reviews(cursor:abc)')).toBe('invalid_cursor')
    // Two callers of the same rules, one after the other: nothing of the first is kept for the second.
    const first = `reviews(${options},cursor:${await cursorOf(bob)})`
    expect(await code(first, 20, bob)).toBe('ok')
    expect(await code(first, 20, alice)).toBe('invalid_cursor')
    const list1 = await list('books', { expand: `reviews(${options},cursor:${cursor})` }, alice)
    expect(list1.code).toBe('invalid_query')
    expect(await code(`author(expand(books(cursor:${cursor})))`)).toBe('invalid_query')
  })

  it.each([
    'author(count:exact)',
    'author(cursor:start)',
    'reviews(count:estimated)',
    'reviews(count:upTo:0)',
    'reviews(count:upTo:99999)',
    'reviews(count:)',
    'reviews(cursor:)',
    'reviews(offset:1)',
  ])('refuse %s', async (expand) => {
    expect((await get('books', expand, 20)).code).toBe('invalid_query')
  })

  it('are for reading, not for the answers of writes', async () => {
    const query = { expand: 'reviews(count:exact)' }
    const answer = await server.request('PATCH', `${path('books')}/${id(22)}`, {
      token: admin.token,
      body: { title: 'b2' },
      query,
    })
    expect(answer.json.code).toBe('invalid_query')
  })
})
