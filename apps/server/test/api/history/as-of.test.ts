import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let ada: Persona

const everybody = [{ role: 'user', action: ['read', 'create', 'update', 'delete'] as never }]
const labels = { name: 'labels', fields: [{ name: 'name', type: 'text' as const }], rules: everybody }
const posts = {
  name: 'posts',
  history: true,
  fields: [
    { name: 'title', type: 'text' as const, searchable: true },
    { name: 'views', type: 'integer' as const },
    { name: 'price', type: 'decimal' as const },
    { name: 'place', type: 'geopoint' as const },
    { name: 'due', type: 'datetime' as const },
    { name: 'took', type: 'duration' as const },
    { name: 'tags', type: 'tags' as const },
    { name: 'meta', type: 'json' as const },
    { name: 'near', type: 'vector' as const, dimensions: 3 },
    { name: 'twice', type: 'computed' as const, returns: 'integer' as const, expression: 'views * 2' },
    { name: 'label', type: 'relation' as const, collection: 'labels', onDelete: 'setNull' as const },
    { name: 'labels', type: 'relation' as const, collection: 'labels', many: true },
  ],
  rules: everybody,
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([labels, posts]))
  ada = await signUp(server, 'ada@example.com')
})
afterAll(() => server?.stop())

const ask = (method: string, at: string, body?: unknown, who = ada) =>
  server.request(method, `/api/v1${at}`, { token: who.token, body: body as never })
const send = async (method: string, at: string, body?: unknown) => {
  const answer = await ask(method, at, body)
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}
/** A moment that lies between two changes. */
const moment = async (): Promise<string> => {
  await sleep(5)
  const at = new Date().toISOString()
  await sleep(5)
  return at
}

describe('a record as of a time', () => {
  it('is answered with every field as it was', async () => {
    const [a, b] = await send('POST', '/collections/labels/records', [{ name: 'a' }, { name: 'b' }])
    const first = await send('POST', '/collections/posts/records', {
      title: 'First "quoted"',
      views: 3,
      price: '12.5',
      place: { lat: 52.5, lon: 13.4 },
      due: '2026-01-02T03:04:05.678Z',
      took: 'P1DT2H',
      tags: ['x', 'y, z'],
      meta: { deep: [1, null, 'x'] },
      near: [1, 0.5, 0],
      label: a.id,
      labels: [b.id, a.id],
    })
    const then = await moment()
    const second = await send('PATCH', `/collections/posts/records/${first.id}`, {
      title: 'Second',
      views: 4,
      price: null,
      place: null,
      tags: [],
      meta: null,
      labels: [a.id],
    })
    const later = await moment()
    await send('DELETE', `/collections/posts/records/${first.id}`)
    const at = (time: string) => ask('GET', `/collections/posts/records/${first.id}?asOf=${time}`)
    expect((await at(then)).json.data).toEqual(first)
    expect((await at(later)).json.data).toEqual(second)
    expect((await at(then)).headers.get('etag')).toBe('"v1"')
    expect((await at(await moment())).status).toBe(404)
    expect((await at('2020-01-01')).status).toBe(404)
    // The time that an answer gives is one of its version.
    expect((await at(second.updatedAt)).json.data).toEqual(second)
  })

  it('expands what it pointed at, as that is today', async () => {
    const label = await send('POST', '/collections/labels/records', { name: 'old' })
    const post = await send('POST', '/collections/posts/records', { title: 'x', label: label.id, labels: [label.id] })
    const then = await moment()
    await send('PATCH', `/collections/posts/records/${post.id}`, { label: null, labels: [] })
    await send('PATCH', `/collections/labels/records/${label.id}`, { name: 'new' })
    const { json } = await ask('GET', `/collections/posts/records/${post.id}?asOf=${then}&expand=label,labels`)
    expect(json.data.expand.label.name).toBe('new')
    expect(json.data.expand.labels).toMatchObject([{ name: 'new' }])
  })

  it('refuses what is no time, and collections without history', async () => {
    const post = await send('POST', '/collections/posts/records', { title: 'x' })
    for (const time of ['yesterday', '', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00']) {
      const answer = await ask('GET', `/collections/posts/records/${post.id}?asOf=${time}`)
      expect(answer.json).toMatchObject({ status: 400, code: 'invalid_query', errors: [{ path: 'asOf' }] })
    }
    const answer = await ask('GET', `/collections/labels/records?asOf=2026-01-01T00:00:00Z`)
    expect(answer.json).toMatchObject({ status: 409, code: 'not_kept' })
    expect(answer.json.hint).toContain('history')
  })
})

describe('a list as of a time', () => {
  let then: string
  let label: string

  beforeAll(async () => {
    label = (await send('POST', '/collections/labels/records', { name: 'listed' })).id
    const made = await send(
      'POST',
      '/collections/posts/records',
      Array.from({ length: 25 }, (_, n) => ({
        title: `old apples ${n}`,
        views: 100 + n,
        near: [1, n, 0],
        place: { lat: n, lon: 1 },
        labels: n % 5 === 0 ? [label] : [],
      })),
    )
    then = await moment()
    for (const { id } of made.slice(0, 12))
      await send('PATCH', `/collections/posts/records/${id}`, { title: 'pears', views: 0, labels: [] })
    for (const { id } of made.slice(12)) await send('DELETE', `/collections/posts/records/${id}`)
  })

  const query = async (body: object) => {
    const answer = await ask('POST', '/collections/posts/query', { asOf: then, ...body })
    expect(answer.status, answer.text).toBe(200)
    return answer.json
  }

  it('filters, sorts and counts what was', async () => {
    const { data, meta } = await query({
      filter: { views: { $gte: 100 } },
      sort: '-views',
      limit: 3,
      fields: ['views', 'twice'],
      count: 'exact',
    })
    expect(data).toEqual([
      { views: 124, twice: 248 },
      { views: 123, twice: 246 },
      { views: 122, twice: 244 },
    ])
    expect(meta.total).toBe(25)
    for (const count of ['estimated', 'upTo:10'])
      expect((await query({ filter: { views: { $gte: 100 } }, count })).meta.total).toBe(
        count === 'estimated' ? 25 : 10,
      )
    expect((await query({ filter: { labels: { $has: label } }, count: 'exact' })).meta.total).toBe(5)
    expect((await query({ filter: { labels: { $hasAll: [label] } }, count: 'exact' })).meta.total).toBe(5)
    expect((await query({ filter: { labels: { $some: { name: 'listed' } } }, count: 'exact' })).meta.total).toBe(5)
    expect((await query({ filter: { 'label.name': 'listed' }, count: 'exact' })).meta.total).toBe(0)
  })

  it('gives pages by cursors, forth and back, each record once', async () => {
    for (const sort of [undefined, '-views', 'title', '-createdAt,views']) {
      const seen: string[] = []
      let cursor: string | null = null
      let back: string | undefined
      do {
        const page: { data: { id: string }[]; meta: { nextCursor: string; previousCursor: string } } = await query({
          filter: { views: { $gte: 100 } },
          limit: 7,
          ...(sort && { sort }),
          ...(cursor && { cursor }),
        })
        seen.push(...page.data.map(({ id }) => id))
        cursor = page.meta.nextCursor
        back = page.meta.previousCursor
      } while (cursor)
      expect(new Set(seen).size).toBe(25)
      const before = await query({ filter: { views: { $gte: 100 } }, limit: 7, ...(sort && { sort }), cursor: back })
      expect(before.data.map(({ id }: { id: string }) => id)).toEqual(seen.slice(14, 21))
    }
  })

  it('binds cursors to the time', async () => {
    const { meta } = await query({ limit: 2 })
    const answer = await ask('GET', `/collections/posts/records?limit=2&cursor=${meta.nextCursor}`)
    expect(answer.json.code).toBe('invalid_cursor')
  })

  it('searches, measures and highlights what was', async () => {
    const found = await query({ search: 'aples', limit: 100, highlight: true })
    expect(found.data).toHaveLength(25)
    expect(found.data[0].matchMeta.highlight.title).toContain('<mark>apples</mark>')
    const near = await query({ filter: { near: { $nearest: { to: [1, 0, 0], k: 2 } } }, fields: ['views'] })
    expect(near.data.map(({ views }: { views: number }) => views)).toEqual([100, 101])
    const close = await query({ filter: { place: { $near: { lat: 0, lon: 1, km: 300 } } }, fields: ['views'] })
    expect(close.data.map(({ views }: { views: number }) => views)).toEqual([100, 101, 102])
  })

  it('explains itself to admins', async () => {
    const answer = await ask('GET', `/collections/posts/records?asOf=${then}&explain=plan`, undefined, admin)
    expect(answer.json.meta.plan.sql).toContain('changes_kept')
  })

  it('is the same in the URL', async () => {
    const { json } = await ask('GET', `/collections/posts/records?asOf=${then}&filter[views][$gt]=123&fields=views`)
    expect(json.data).toEqual([{ views: 124 }])
  })
})

describe('history that begins later', () => {
  it('knows the records that were there, and says where it begins', async () => {
    const notes = { name: 'notes', fields: [{ name: 'text', type: 'text' as const }], rules: everybody }
    await define(server, admin, [notes])
    const note = await send('POST', '/collections/notes/records', { text: 'one' })
    const before = await moment()
    await define(server, admin, [{ ...notes, history: true }])
    const then = await moment()
    await send('PATCH', `/collections/notes/records/${note.id}`, { text: 'two' })
    const at = (time: string) => ask('GET', `/collections/notes/records/${note.id}?asOf=${time}`)
    expect((await at(then)).json.data).toEqual(note)
    expect((await at(before)).json).toMatchObject({ status: 400, code: 'invalid_query' })
    expect((await at(before)).json.detail).toMatch(/begins at \d{4}/)
  })
})

describe('fields that have changed since', () => {
  it('are given by their names of today, and left out where they became something else', async () => {
    const fields = [
      { id: '01890000-0000-7000-8000-000000000001', name: 'head', type: 'text' as const },
      { id: '01890000-0000-7000-8000-000000000002', name: 'body', type: 'text' as const },
      { id: '01890000-0000-7000-8000-000000000003', name: 'size', type: 'text' as const },
    ]
    const pages = { name: 'pages', history: true, fields, rules: everybody }
    await define(server, admin, [pages])
    const page = await send('POST', '/collections/pages/records', { head: 'H', body: 'B', size: '7' })
    const then = await moment()
    const swapped = [
      { ...fields[0]!, name: 'body' },
      { ...fields[1]!, name: 'head' },
      { ...fields[2]!, type: 'integer' as const },
    ]
    const body = { collections: [{ ...pages, fields: swapped }] }
    const plan = await ask('POST', '/admin/schema/plan', body, admin)
    const applied = await ask(
      'POST',
      '/admin/schema/apply',
      { ...body, hash: plan.json.data.hash, acceptDataLoss: true },
      admin,
    )
    expect(applied.status, applied.text).toBe(200)
    const { json } = await ask('GET', `/collections/pages/records/${page.id}?asOf=${then}`)
    expect(json.data).toMatchObject({ body: 'H', head: 'B', size: null })
    expect((await ask('GET', `/collections/pages/records?asOf=${then}&filter[body]=H`)).json.data).toHaveLength(1)
  })
})
