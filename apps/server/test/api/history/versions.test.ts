import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let ada: Persona
let ben: Persona

const everybody = [{ role: 'user', action: ['read', 'create', 'update', 'delete'] as never }]

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'labels', fields: [{ name: 'name', type: 'text' }], rules: everybody },
    {
      name: 'posts',
      history: true,
      fields: [
        { name: 'title', type: 'text', required: true },
        { name: 'slug', type: 'text', unique: true },
        { name: 'price', type: 'decimal', min: 0 },
        { name: 'place', type: 'geopoint' },
        { name: 'key', type: 'text', immutable: true },
        { name: 'labels', type: 'relation', collection: 'labels', many: true },
      ],
      rules: everybody,
    },
    { name: 'plain', fields: [{ name: 'text', type: 'text' }], rules: everybody },
  ]))
  ada = await signUp(server, 'ada@example.com')
  ben = await signUp(server, 'ben@example.com')
})
afterAll(() => server?.stop())

const ask = (method: string, at: string, body?: unknown, who = ada, headers: Record<string, string> = {}) =>
  server.request(method, `/api/v1${at}`, { token: who.token, body: body as never, headers })
const send = async (method: string, at: string, body?: unknown, who = ada) => {
  const answer = await ask(method, at, body, who)
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}
const posts = '/collections/posts/records'

/** A post by ada that ben has changed twice. */
async function madePost() {
  const labels = await send('POST', '/collections/labels/records', [{ name: 'a' }, { name: 'b' }])
  const [a, b] = labels.map(({ id }: { id: string }) => id)
  const post = await send('POST', posts, {
    title: 'One',
    price: '1.5',
    place: { lat: 1, lon: 2 },
    key: 'k',
    labels: [a],
  })
  await send('PATCH', `${posts}/${post.id}`, { title: 'Two', price: null }, ben)
  await send('PATCH', `${posts}/${post.id}`, { labels: [b, a], place: null }, ben)
  return { id: post.id as string, a, b, first: post, path: `${posts}/${post.id}` }
}

describe('versions of a record', () => {
  it('tell who changed what, newest first', async () => {
    const { path, a, b } = await madePost()
    await send('DELETE', path)
    const { json } = await ask('GET', `${path}/versions`)
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(json).toEqual({
      data: [
        {
          version: 3,
          action: 'delete',
          at,
          user: ada.id,
          changes: {
            title: { from: 'Two', to: null },
            key: { from: 'k', to: null },
            labels: { from: [b, a], to: null },
          },
        },
        {
          version: 3,
          action: 'update',
          at,
          user: ben.id,
          changes: { labels: { from: [a], to: [b, a] }, place: { from: { lat: 1, lon: 2 }, to: null } },
        },
        {
          version: 2,
          action: 'update',
          at,
          user: ben.id,
          changes: { title: { from: 'One', to: 'Two' }, price: { from: '1.500000', to: null } },
        },
        {
          version: 1,
          action: 'create',
          at,
          user: ada.id,
          changes: {
            title: { from: null, to: 'One' },
            price: { from: null, to: '1.500000' },
            place: { from: null, to: { lat: 1, lon: 2 } },
            key: { from: null, to: 'k' },
            labels: { from: null, to: [a] },
          },
        },
      ],
      meta: { nextCursor: null },
    })
  })

  it('are whole records one by one, and come with the fields that are asked for', async () => {
    const { path, first } = await madePost()
    const one = await ask('GET', `${path}/versions/1`)
    expect(one.json.data).toMatchObject({ version: 1, action: 'create', user: ada.id })
    expect(one.json.data.record).toEqual(first)
    expect((await ask('GET', `${path}/versions/2?fields=title`)).json.data.record).toEqual({ title: 'Two' })
    const { json } = await ask('GET', `${path}/versions?fields=title,version`)
    expect(json.data.map(({ record }: { record: unknown }) => record)).toEqual([
      { title: 'Two', version: 3 },
      { title: 'Two', version: 2 },
      { title: 'One', version: 1 },
    ])
  })

  it('come in pages', async () => {
    const { path } = await madePost()
    const seen: number[] = []
    for (let cursor = ''; ; ) {
      const { json } = await ask('GET', `${path}/versions?limit=1${cursor}`)
      seen.push(...json.data.map(({ version }: { version: number }) => version))
      if (json.meta.nextCursor === null) break
      cursor = `&cursor=${json.meta.nextCursor}`
      expect((await ask('GET', `${path}/versions?limit=1${cursor}`, undefined, ben)).json.code).toBe('invalid_cursor')
    }
    expect(seen).toEqual([3, 2, 1])
  })

  it('refuse what they do not know', async () => {
    const { path } = await madePost()
    const none = '/collections/posts/records/01890000-0000-7000-8000-000000000009'
    expect((await ask('GET', `${none}/versions`)).json.code).toBe('record_not_found')
    expect((await ask('GET', `${path}/versions/9`)).json.code).toBe('record_not_found')
    expect((await ask('GET', `${path}/versions/x`)).json.code).toBe('invalid_value')
    expect((await ask('GET', `${path}/versions/0`)).json.code).toBe('invalid_value')
    expect((await ask('GET', `${path}/versions/1?expand=labels`)).json.code).toBe('invalid_query')
    expect((await ask('GET', `${path}/versions?fields=nope`)).json.code).toBe('unknown_field')
    expect((await ask('GET', `${posts}/x/versions`)).json.code).toBe('invalid_id')
    const { id } = await send('POST', '/collections/plain/records', { text: 'x' })
    expect((await ask('GET', `/collections/plain/records/${id}/versions`)).json.code).toBe('not_kept')
  })

  it('tell of changes that did not come through the API', async () => {
    const { path, id } = await madePost()
    await server.database.run({ text: `update posts set title = 'psql' where id = $1`, values: [id] })
    const { json } = await ask('GET', `${path}/versions?limit=1`)
    expect(json.data[0]).toMatchObject({ version: 4, user: null, changes: { title: { from: 'Two', to: 'psql' } } })
  })
})

describe('a version that is restored', () => {
  it('is written as an update, and answered like one', async () => {
    const { path, first, a } = await madePost()
    const answer = await ask('POST', `${path}/versions/1/restore?fields=title,price,labels,version`)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.headers.get('etag')).toBe('"v4"')
    expect(answer.json.data).toEqual({ title: 'One', price: '1.500000', labels: [a], version: 4 })
    const { json } = await ask('GET', path)
    expect({ ...json.data, updatedAt: first.updatedAt, version: 1 }).toEqual(first)
    const { data } = (await ask('GET', `${path}/versions?limit=1`)).json
    expect(Object.keys(data[0].changes).sort()).toEqual(['labels', 'place', 'price', 'title'])
    const minimal = await ask('POST', `${path}/versions/2/restore`, undefined, ada, { prefer: 'return=minimal' })
    expect(minimal.status).toBe(204)
  })

  it('writes nothing where nothing has changed', async () => {
    const { path } = await madePost()
    const answer = await ask('POST', `${path}/versions/3/restore`)
    expect(answer.json.data.version).toBe(3)
    expect((await ask('GET', path)).json.data.version).toBe(3)
  })

  it('heeds If-Match and Idempotency-Key', async () => {
    const { path } = await madePost()
    for (const version of [1, 3]) {
      const stale = await ask('POST', `${path}/versions/${version}/restore`, undefined, ada, { 'if-match': '"v2"' })
      expect([version, stale.status, stale.json?.current?.version]).toEqual([version, 412, 3])
    }
    const headers = { 'if-match': '"v3"', 'idempotency-key': crypto.randomUUID() }
    for (let time = 0; time < 2; time++) {
      const answer = await ask('POST', `${path}/versions/1/restore`, undefined, ada, headers)
      expect([answer.status, answer.json.data.version]).toEqual([200, 4])
    }
  })

  it('must fit in', async () => {
    const first = await send('POST', posts, { title: 'x', slug: 'mine' })
    const path = `${posts}/${first.id}`
    await send('PATCH', path, { slug: 'other' })
    await send('POST', posts, { title: 'y', slug: 'mine' })
    const taken = await ask('POST', `${path}/versions/1/restore`)
    expect(taken.json).toMatchObject({ status: 409, code: 'unique_violation', errors: [{ path: 'slug' }] })
    const label = await send('POST', '/collections/labels/records', { name: 'gone' })
    const labelled = await send('POST', posts, { title: 'z', labels: [label.id] })
    await send('PATCH', `${posts}/${labelled.id}`, { labels: [] })
    await send('DELETE', `/collections/labels/records/${label.id}`)
    const gone = await ask('POST', `${posts}/${labelled.id}/versions/1/restore`)
    expect(gone.json).toMatchObject({ status: 409, code: 'reference_violation' })
  })

  it('brings back a record that is deleted', async () => {
    const { path, first } = await madePost()
    await send('DELETE', path)
    const answer = await ask('POST', `${path}/versions/1/restore`)
    expect(answer.status, answer.text).toBe(200)
    const { version, updatedAt, ...rest } = answer.json.data
    const { version: _, updatedAt: __, ...was } = first
    expect(rest).toEqual(was)
    expect(version).toBe(5)
    const { json } = await ask('GET', `${path}/versions`)
    expect(json.data.map((each: { action: string; version: number }) => [each.action, each.version])).toEqual([
      ['update', 5],
      ['create', 4],
      ['delete', 3],
      ['update', 3],
      ['update', 2],
      ['create', 1],
    ])
    expect((await ask('GET', path, undefined, admin)).json.data.title).toBe('One')
  })
})
