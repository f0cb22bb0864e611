import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const posts = '/api/v1/collections/posts/records'
const comments = '/api/v1/collections/comments/records'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'posts',
      fields: [
        { name: 'title', type: 'text', required: true, maxLength: 20 },
        { name: 'slug', type: 'slug', from: 'title', unique: true },
        { name: 'status', type: 'select', options: ['draft', 'published'], default: 'draft', required: true },
        { name: 'views', type: 'integer', default: 0, min: 0 },
        { name: 'price', type: 'decimal', precision: 10, scale: 2 },
        { name: 'double', type: 'computed', expression: 'views * 2', returns: 'integer' },
        { name: 'at', type: 'geopoint' },
        { name: 'extra', type: 'json' },
        { name: 'labels', type: 'tags' },
        { name: 'author', type: 'relation', collection: 'users', inverse: 'posts' },
        { name: 'readers', type: 'relation', collection: 'users', many: true },
        { name: 'origin', type: 'text', immutable: true },
        { name: 'secret', type: 'text', hidden: true },
      ],
      rules: [
        {
          role: 'public',
          action: 'read',
          conditions: { status: 'published' },
          fields: ['title', 'status', 'createdAt'],
        },
        { role: 'user', action: ['read', 'update', 'delete'], conditions: { author: '$user.id' } },
        {
          role: 'user',
          action: 'create',
          fields: ['title', 'status', 'views', 'labels', 'origin'],
          preset: { author: '$user.id' },
        },
      ],
    },
    {
      name: 'comments',
      fields: [
        { name: 'text', type: 'text', required: true },
        {
          name: 'post',
          type: 'relation',
          collection: 'posts',
          required: true,
          onDelete: 'cascade',
          inverse: 'comments',
        },
      ],
      rules: [
        { role: 'public', action: 'read', conditions: { 'post.status': 'published' } },
        { role: 'user', action: 'create' },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
})

afterAll(() => server?.stop())

async function create(persona: Persona, body: object, path = posts) {
  const answer = await server.request('POST', path, { token: persona.token, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data
}

describe('create', () => {
  it('answers the record as its creator may read it, with what the server set', async () => {
    const answer = await server.request('POST', posts, {
      token: alice.token,
      body: { title: 'Crème brûlée', views: 3 },
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('etag')).toBe('"v1"')
    expect(answer.json.data).toMatchObject({
      title: 'Crème brûlée',
      slug: 'creme-brulee',
      status: 'draft',
      views: 3,
      double: 6,
      author: alice.id,
      createdBy: alice.id,
      version: 1,
      labels: null,
      readers: [],
    })
    expect(answer.json.data).not.toHaveProperty('secret')
  })

  it('takes every field type from an admin and gives it back', async () => {
    const record = await create(admin, {
      id: '01890000-0000-7000-8000-000000000abc',
      title: 'All of it',
      status: 'published',
      price: '12345678.90',
      at: { lat: 52.5, lon: 13.4 },
      extra: { a: [1, { b: null }] },
      labels: ['x', 'y'],
      author: alice.id,
      readers: [bob.id, alice.id],
      secret: 'canary',
    })
    expect(record).toMatchObject({
      id: '01890000-0000-7000-8000-000000000abc',
      slug: 'all-of-it',
      price: '12345678.90',
      at: { lat: 52.5, lon: 13.4 },
      extra: { a: [1, { b: null }] },
      labels: ['x', 'y'],
      readers: [bob.id, alice.id],
      secret: 'canary',
    })
  })

  it('answers null where the creator may not read the record', async () => {
    const draft = await create(admin, { title: 'Hidden draft' })
    const answer = await server.request('POST', comments, { token: alice.token, body: { text: 'x', post: draft.id } })
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({ code: 'reference_violation', errors: [{ path: 'post' }] })
    const missing = await server.request('POST', comments, {
      token: alice.token,
      body: { text: 'x', post: '01890000-0000-7000-8000-00000000ffff' },
    })
    expect({ ...missing.json, requestId: '' }).toEqual({ ...answer.json, requestId: '' })
    const own = await create(alice, { title: 'Own draft' })
    expect(await create(alice, { text: 'x', post: own.id }, comments)).toBeNull()
  })

  it('creates many or none, in order, whatever fields each names', async () => {
    const made = await create(alice, [{ title: 'one' }, { title: 'two', views: 5 }, { title: 'three' }] as never)
    expect(made.map((record: { title: string; views: number }) => [record.title, record.views])).toEqual([
      ['one', 0],
      ['two', 5],
      ['three', 0],
    ])
    const before = await total(admin)
    const answer = await server.request('POST', posts, {
      token: alice.token,
      body: [{ title: 'fine' }, { title: 'x'.repeat(21), views: -1 }],
    })
    expect(answer.status).toBe(422)
    expect(answer.json.errors.map((error: { path: string }) => error.path)).toEqual(['1.title', '1.views'])
    expect(await total(admin)).toBe(before)
  })

  it.each([
    [{}, 422, 'title', 'required'],
    [{ title: null }, 422, 'title', 'required'],
    [{ title: 5 }, 422, 'title', undefined],
    [{ title: 'x', nope: 1 }, 400, 'nope', 'unknown_field'],
    [{ title: 'x', secret: 'y' }, 400, 'secret', 'unknown_field'],
    [{ title: 'x', version: 7 }, 400, 'version', 'read_only'],
    [{ title: 'x', double: 7 }, 400, 'double', 'read_only'],
    [{ title: 'x', author: '01890000-0000-7000-8000-00000000ffff' }, 403, 'author', 'field_not_writable'],
    [{ title: 'x', views: -1 }, 422, 'views', undefined],
    [{ title: 'x', views: 2 ** 53 }, 422, 'views', undefined],
    [{ title: 'x', status: 'other' }, 422, 'status', undefined],
    [{ title: 'x', 'author.id': 'y' }, 400, 'author.id', 'unknown_field'],
  ])('refuses %j with %i', async (body, status, path, code) => {
    const answer = await server.request('POST', posts, { token: alice.token, body })
    expect(answer.status, answer.text).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.json.errors[0]).toMatchObject({ path, ...(code && { code }) })
  })

  it('tells which field is taken', async () => {
    await create(admin, { title: 'Taken', slug: 'taken' })
    const answer = await server.request('POST', posts, { token: admin.token, body: { title: 'x', slug: 'taken' } })
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({ code: 'unique_violation', errors: [{ path: 'slug' }] })
  })

  it('is refused to those no rule allows it', async () => {
    expect((await server.request('POST', posts, { body: { title: 'x' } })).status).toBe(401)
    expect((await server.request('POST', '/api/v1/collections/nope/records', { body: {} })).status).toBe(404)
  })
})

const total = async (persona: Persona): Promise<number> =>
  (await server.request('GET', posts, { token: persona.token, query: { count: 'exact', limit: '1' } })).json.meta.total

describe('get', () => {
  it('answers what each caller may read', async () => {
    const record = await create(alice, { title: 'Mine', status: 'published' })
    const path = `${posts}/${record.id}`
    const anonymous = await server.request('GET', path)
    expect(Object.keys(anonymous.json.data).sort()).toEqual(['createdAt', 'id', 'status', 'title'])
    expect(anonymous.headers.get('etag')).toBeNull()
    const other = await server.request('GET', path, { token: bob.token })
    expect(other.json.data).toEqual(anonymous.json.data)
    const own = await server.request('GET', path, { token: alice.token })
    expect(own.json.data).toMatchObject({ author: alice.id, version: 1 })
    expect(own.headers.get('etag')).toBe('"v1"')
    expect((await server.request('GET', path, { token: admin.token })).json.data).toHaveProperty('secret')
  })

  it('answers 404 for a record outside the caller’s rows, as for one that is not there', async () => {
    const draft = await create(alice, { title: 'Draft' })
    const outside = await server.request('GET', `${posts}/${draft.id}`, { token: bob.token })
    const absent = await server.request('GET', `${posts}/01890000-0000-7000-8000-00000000ffff`, { token: bob.token })
    expect(outside.status).toBe(404)
    expect({ ...outside.json, requestId: '' }).toEqual({ ...absent.json, requestId: '' })
  })

  it.each(['undefined', 'null', '1', '../x', `'`, '%00'])('answers 4xx for the id %s', async (id) => {
    const { status } = await server.request('GET', `${posts}/${id}`, { token: admin.token })
    expect([400, 404]).toContain(status)
  })
})

describe('list', () => {
  it('pages by cursor through every record once, and ends with null', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const query: Record<string, string> = { sort: '-views,title', limit: '2', ...(cursor && { cursor }) }
      const { json, status, text } = await server.request('GET', posts, { token: admin.token, query })
      expect(status, text).toBe(200)
      expect(json.data.length).toBeLessThanOrEqual(2)
      seen.push(...json.data.map((record: { id: string }) => record.id))
      cursor = json.meta.nextCursor
    } while (cursor)
    expect(seen.length).toBe(await total(admin))
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('pages by cursor over fields that may be null, in both directions, and over fields it does not show', async () => {
    for (const sort of ['price', '-price', 'slug,-createdAt', '-author.email,title', 'author.email'])
      for (const fields of [undefined, 'title']) {
        const seen: string[] = []
        let cursor: string | null = null
        do {
          const query: Record<string, string> = {
            sort,
            limit: '3',
            ...(cursor && { cursor }),
            ...(fields && { fields: `id,${fields}` }),
          }
          const { json, status, text } = await server.request('GET', posts, { token: admin.token, query })
          expect(status, text).toBe(200)
          seen.push(...json.data.map((record: { id: string }) => record.id))
          cursor = json.meta.nextCursor
        } while (cursor)
        const whole = await server.request('GET', posts, { token: admin.token, query: { sort, limit: '1000' } })
        expect(seen).toEqual(whole.json.data.map((record: { id: string }) => record.id))
      }
  })

  it('filters in every spelling', async () => {
    const spellings: Record<string, string>[] = [
      { filter: '{"views":{"$gte":5},"status":"draft"}' },
      { 'filter[views][$gte]': '5', 'filter[status]': 'draft' },
      { 'filter[$and][0][views][$gte]': '5', 'filter[$and][1][status][$in]': 'draft,published' },
    ]
    for (const query of spellings) {
      const { json, text, status } = await server.request('GET', posts, { token: admin.token, query })
      expect(status, text).toBe(200)
      expect(json.data.map((record: { title: string }) => record.title)).toEqual(['two'])
    }
    const inBody = await server.request('POST', '/api/v1/collections/posts/query', {
      token: admin.token,
      body: { filter: { views: { $gte: 5 } }, fields: ['title'], count: 'exact' },
    })
    expect(inBody.json).toMatchObject({ data: [{ title: 'two' }], meta: { nextCursor: null, total: 1 } })
  })

  it('counts the caller’s rows only, in every mode', async () => {
    const { json: page } = await server.request('GET', posts, { query: { limit: '1000' } })
    for (const count of ['exact', 'estimated', 'upTo:100']) {
      const { json } = await server.request('GET', posts, { query: { count, limit: '1' } })
      expect(json.meta.total).toBe(page.data.length)
    }
    const { json } = await server.request('GET', posts, { token: admin.token, query: { count: 'upTo:2', limit: '1' } })
    expect(json.meta.total).toBe(2)
  })

  it('expands relations both ways and nested, under the rules of what they lead to', async () => {
    const post = await create(alice, { title: 'Expand me', status: 'published' })
    for (const text of ['c', 'a', 'b']) await create(admin, { text, post: post.id }, comments)
    const query = {
      filter: JSON.stringify({ title: 'Expand me' }),
      expand: 'author,comments(sort:text,limit:2,fields:text,expand(post(fields:title)))',
    }
    const own = await server.request('GET', posts, { token: alice.token, query })
    expect(own.json.data[0].expand).toMatchObject({
      author: { id: alice.id, email: 'alice@example.com' },
      comments: [
        { text: 'a', expand: { post: { title: 'Expand me' } } },
        { text: 'b', expand: { post: { title: 'Expand me' } } },
      ],
    })
    expect(Object.keys(own.json.data[0].expand.comments[0])).toEqual(['text', 'expand'])
    const anonymous = await server.request('GET', posts, { query: { ...query, expand: 'comments' } })
    expect(anonymous.json.data[0].expand.comments).toHaveLength(3)
    const refused = await server.request('GET', posts, { query })
    expect(refused.status).toBe(400)
    expect(refused.json).toMatchObject({ code: 'unknown_field', errors: [{ path: 'expand.author' }] })
    const backwards = await server.request('GET', `/api/v1/collections/users/records/${alice.id}`, {
      token: alice.token,
      query: { expand: 'posts(filter:{"title":"Expand me"},fields:title)' },
    })
    expect(backwards.json.data.expand.posts).toEqual([{ title: 'Expand me' }])
  })

  it('expands to nothing where the target is outside the caller’s rows', async () => {
    const record = await create(admin, {
      title: 'Of Bob',
      status: 'published',
      author: alice.id,
      readers: [bob.id, alice.id],
    })
    const { json } = await server.request('GET', `${posts}/${record.id}`, {
      token: alice.token,
      query: { expand: 'author,readers' },
    })
    expect(json.data.readers).toEqual([bob.id, alice.id])
    expect(json.data.expand.readers.map((user: { id: string }) => user.id)).toEqual([alice.id])
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=abc', 'limit'],
    ['limit=1%20UNION%20SELECT', 'limit'],
    ['offset=-1', 'offset'],
    ['offset=1&cursor=abc', undefined],
    ['limit=1&limit=2', 'limit'],
    ['id[]=a&id[]=b', 'id[]'],
    ['nope=1', 'nope'],
    ['sort=nope', 'sort'],
    ['sort=secret', 'sort'],
    ['sort=-salary', 'sort'],
    ['sort=title;select', 'sort'],
    ['sort=extra', 'sort'],
    ['sort=comments.text', 'sort'],
    ['fields=secret', 'fields'],
    ['fields=x:title', 'fields'],
    ['fields=title%20AS%20b', 'fields'],
    ['expand=title', 'expand.title'],
    ['expand=nope', 'expand.nope'],
    ['expand=comments(limit:5000)', 'expand.comments'],
    ['filter={', 'filter'],
    ['filter[secret]=x', 'filter.secret'],
    ['filter[title][$regex]=x', 'filter.title.$regex'],
    ['filter[views]=many', 'filter.views'],
    ['filter[a][b=1', 'filter'],
    ['cursor=abc', undefined],
    ['count=all', 'count'],
    ['count=upTo:0', 'count'],
  ])('answers ?%s with 400 and the place', async (search, path) => {
    const { status, json, text } = await server.request('GET', `${posts}?${search}`, { token: alice.token })
    expect(status, text).toBe(400)
    if (path) expect(json.errors[0].path).toContain(path)
    expect(text).not.toMatch(/syntax error|"public"|pg_|holdfast\./i)
  })

  it('refuses a cursor of another order or collection', async () => {
    const { json } = await server.request('GET', posts, { token: admin.token, query: { limit: '1', sort: 'title' } })
    const cursor = json.meta.nextCursor
    const other = await server.request('GET', posts, {
      token: admin.token,
      query: { limit: '1', sort: '-title', cursor },
    })
    expect(other.json.code).toBe('invalid_cursor')
    const elsewhere = await server.request('GET', comments, { token: admin.token, query: { cursor, sort: 'text' } })
    expect(elsewhere.json.code).toBe('invalid_cursor')
  })
})

describe('update', () => {
  it('changes what it names, counts the version up, and leaves the rest', async () => {
    const record = await create(alice, { title: 'Before', views: 1, labels: ['a'] })
    const answer = await server.request('PATCH', `${posts}/${record.id}`, { token: alice.token, body: { views: 2 } })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json.data).toMatchObject({ title: 'Before', views: 2, double: 4, version: 2, labels: ['a'] })
    expect(answer.headers.get('etag')).toBe('"v2"')
    expect(Date.parse(answer.json.data.updatedAt)).toBeGreaterThanOrEqual(Date.parse(record.updatedAt))
  })

  it('needs the rule to hold before and after', async () => {
    const record = await create(alice, { title: 'Mine' })
    const path = `${posts}/${record.id}`
    expect((await server.request('PATCH', path, { token: bob.token, body: { views: 2 } })).status).toBe(404)
    const given = await server.request('PATCH', path, { token: alice.token, body: { author: null } })
    expect(given.status).toBe(403)
    const after = await server.request('GET', path, { token: alice.token })
    expect(after.json.data).toMatchObject({ author: alice.id, version: 1 })
  })

  it('cannot point a relation at a record the caller may not read', async () => {
    const record = await create(alice, { title: 'Mine' })
    const answer = await server.request('PATCH', `${posts}/${record.id}`, {
      token: alice.token,
      body: { readers: [bob.id] },
    })
    expect(answer.status, answer.text).toBe(409)
    const own = await server.request('PATCH', `${posts}/${record.id}`, {
      token: alice.token,
      body: { readers: [alice.id] },
    })
    expect(own.json.data.readers).toEqual([alice.id])
    const cleared = await server.request('PATCH', `${posts}/${record.id}`, {
      token: alice.token,
      body: { readers: [] },
    })
    expect(cleared.json.data).toMatchObject({ readers: [], version: 3 })
  })

  it.each([null, 0, '', false, [], {}, 'same'])('refuses to change an immutable field to %j', async (value) => {
    const record = await create(alice, { title: 'x', origin: 'same' })
    const answer = await server.request('PATCH', `${posts}/${record.id}`, {
      token: alice.token,
      body: { origin: value },
    })
    expect(answer.status).toBe(422)
    expect(answer.json.errors[0]).toMatchObject({ path: 'origin', code: 'immutable' })
  })

  it('with If-Match changes the version it names only', async () => {
    const record = await create(alice, { title: 'Versioned' })
    const path = `${posts}/${record.id}`
    const patch = (version: string, views: number) =>
      server.request('PATCH', path, { token: alice.token, body: { views }, headers: { 'if-match': version } })
    expect((await patch('"v1"', 1)).status).toBe(200)
    const conflict = await patch('"v1"', 2)
    expect(conflict.status).toBe(412)
    expect(conflict.json).toMatchObject({ code: 'version_conflict', current: { views: 1, version: 2 } })
    expect((await patch('v1', 2)).status).toBe(400)
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => patch('"v2"', index)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 412)).toHaveLength(9)
  })

  it('answers nothing when asked to', async () => {
    const record = await create(alice, { title: 'Quiet' })
    const answer = await server.request('PATCH', `${posts}/${record.id}`, {
      token: alice.token,
      body: { views: 2 },
      headers: { prefer: 'return=minimal' },
    })
    expect([answer.status, answer.text]).toEqual([204, ''])
  })
})

describe('upsert', () => {
  it('creates, then updates, then is not found for others', async () => {
    const path = `${posts}/01890000-0000-7000-8000-00000000aaaa`
    const put = (persona: Persona, body: object) => server.request('PUT', path, { token: persona.token, body })
    expect((await put(alice, { title: 'Put', views: 1 })).status).toBe(201)
    const updated = await put(alice, { title: 'Put again' })
    expect(updated.status).toBe(200)
    expect(updated.json.data).toMatchObject({ title: 'Put again', views: 1, version: 2 })
    expect((await put(bob, { title: 'Stolen' })).status).toBe(404)
    const other = '01890000-0000-7000-8000-00000000dddd'
    const withOrigin = (origin: string) =>
      server.request('PUT', `${posts}/${other}`, { token: alice.token, body: { title: 'Put', origin } })
    expect((await withOrigin('first')).status).toBe(201)
    expect((await withOrigin('second')).json.errors[0]).toMatchObject({ path: 'origin', code: 'immutable' })
    expect((await put(alice, { id: '01890000-0000-7000-8000-00000000bbbb', title: 'x' })).status).toBe(400)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, views) =>
        server.request('PUT', `${posts}/01890000-0000-7000-8000-00000000cccc`, {
          token: alice.token,
          body: { title: 'Race', views },
        }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(9).fill(200), 201])
  })
})

describe('delete', () => {
  it('removes the caller’s own record and what hangs on it', async () => {
    const record = await create(alice, { title: 'Gone' })
    const comment = await server.request('POST', comments, { token: admin.token, body: { text: 'x', post: record.id } })
    const path = `${posts}/${record.id}`
    expect((await server.request('DELETE', path, { token: bob.token })).status).toBe(404)
    expect((await server.request('DELETE', path)).status).toBe(401)
    expect((await server.request('DELETE', path, { token: alice.token })).status).toBe(204)
    expect((await server.request('DELETE', path, { token: alice.token })).status).toBe(404)
    expect((await server.request('GET', `${comments}/${comment.json.data.id}`, { token: admin.token })).status).toBe(
      404,
    )
  })
})
