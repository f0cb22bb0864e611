import { limits } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const path = (name: string) => `/api/v1/collections/${name}/records`
const posts = path('posts')

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'topics',
      fields: [
        { name: 'name', type: 'text', required: true, unique: true },
        { name: 'slug', type: 'slug', from: 'name', unique: true },
      ],
      rules: [
        { role: 'public', action: 'read' },
        { role: 'user', action: 'create', fields: ['name'] },
      ],
    },
    {
      name: 'posts',
      fields: [
        { name: 'title', type: 'text', required: true, maxLength: 40 },
        { name: 'author', type: 'relation', collection: 'users', inverse: 'posts' },
        { name: 'topic', type: 'relation', collection: 'topics', inverse: 'posts' },
        { name: 'topics', type: 'relation', collection: 'topics', many: true, inverse: 'tagged' },
      ],
      rules: [
        { role: 'user', action: 'read' },
        { role: 'user', action: ['update', 'delete'], conditions: { author: '$user.id' } },
        { role: 'user', action: 'create', fields: ['title', 'topic', 'topics'], preset: { author: '$user.id' } },
      ],
    },
    {
      name: 'comments',
      fields: [
        { name: 'text', type: 'text', required: true, maxLength: 20 },
        { name: 'author', type: 'relation', collection: 'users' },
        { name: 'code', type: 'text', unique: true },
        {
          name: 'post',
          type: 'relation',
          collection: 'posts',
          required: true,
          onDelete: 'cascade',
          inverse: 'comments',
        },
        { name: 'parent', type: 'relation', collection: 'comments', onDelete: 'cascade', inverse: 'replies' },
      ],
      rules: [
        { role: 'user', action: 'read' },
        { role: 'user', action: ['update', 'delete'], conditions: { author: '$user.id' } },
        {
          role: 'user',
          action: 'create',
          fields: ['text', 'post', 'parent', 'code'],
          preset: { author: '$user.id' },
          conditions: { text: { $ne: 'spam' } },
        },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
})

afterAll(() => server?.stop())

const send = (persona: Persona, method: string, to: string, body: object, query?: Record<string, string>) =>
  server.request(method, to, { token: persona.token, body, query })

async function create(persona: Persona, body: object, query?: Record<string, string>) {
  const answer = await send(persona, 'POST', posts, body, query)
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data
}

async function count(name: string, filter: object): Promise<number> {
  const answer = await server.request('GET', path(name), {
    token: admin.token,
    query: { filter: JSON.stringify(filter), count: 'exact', limit: '1' },
  })
  return answer.json.meta.total
}

const expandComments = { expand: 'comments(sort:text,fields:text)' }
const textsOf = (post: { expand: { comments: { text: string }[] } }) => post.expand.comments.map(({ text }) => text)

describe('children in the body of a create', () => {
  it('are created after their parent, by their own rules, and shown by the answer', async () => {
    const query = { expand: 'comments(sort:text)' }
    const post = await create(alice, { title: 'a', comments: [{ text: 'one' }, { text: 'two', code: 'c2' }] }, query)
    expect(post.author).toBe(alice.id)
    expect(post.expand.comments).toMatchObject([
      { text: 'one', post: post.id, author: alice.id, createdBy: alice.id, version: 1 },
      { text: 'two', post: post.id, author: alice.id, code: 'c2' },
    ])
  })

  it('may name the parent they stand in, when the client chose its id', async () => {
    const id = '01890000-0000-7000-8000-0000000000aa'
    await create(alice, { id, title: 'b', comments: [{ text: 'one', post: id.toUpperCase() }] })
    expect(await count('comments', { post: id })).toBe(1)
    const other = await send(alice, 'POST', posts, { title: 'b', comments: [{ text: 'x', post: id }] })
    expect([other.status, other.json.errors]).toMatchObject([400, [{ path: 'comments.0.post' }]])
  })

  it('may have children of their own, as far as the limit', async () => {
    const nest = (depth: number): object => (depth === 0 ? {} : { replies: [{ text: 'r', ...nest(depth - 1) }] })
    const tooDeep = await send(alice, 'POST', path('comments'), { text: 'x', ...nest(limits.expandDepth + 1) })
    expect([tooDeep.status, tooDeep.json.code]).toEqual([400, 'invalid_body'])
    expect(tooDeep.json.errors[0].path).toBe(
      Array(limits.expandDepth + 1)
        .fill('replies.0')
        .join('.'),
    )
    const post = await create(alice, { title: 'c' })
    const withPost = (depth: number): object => ({
      text: `d${depth}`,
      post: post.id,
      ...(depth > 0 && { replies: [withPost(depth - 1)] }),
    })
    const made = await send(alice, 'POST', path('comments'), withPost(limits.expandDepth))
    expect(made.status, made.text).toBe(201)
    expect(await count('comments', { post: post.id })).toBe(limits.expandDepth + 1)
  })

  it('tell what is wrong with their path, all together, and nothing is written', async () => {
    const body = { title: 'x'.repeat(41), comments: [{ text: 'ok' }, { text: 'y'.repeat(21) }, { text: 5 }] }
    const answer = await send(alice, 'POST', posts, body)
    expect(answer.status).toBe(422)
    expect(answer.json.errors.map(({ path }: { path: string }) => path)).toEqual([
      'title',
      'comments.1.text',
      'comments.2.text',
    ])
  })

  it.each([
    ['a missing field', [{ text: 'a' }, {}], 422, 'comments.1.text'],
    ['a rule', [{ text: 'a' }, { text: 'b' }, { text: 'spam' }], 403, 'comments.2'],
    [
      'a taken value',
      [{ text: 'a' }, { text: 'b', code: 'taken' }, { text: 'c', code: 'free' }],
      409,
      'comments.1.code',
    ],
    [
      'a value twice',
      [
        { text: 'b', code: 'twice' },
        { text: 'c', code: 'twice' },
      ],
      409,
      'comments.1.code',
    ],
    ['an unknown field', [{ text: 'a', nope: 1 }], 400, 'comments.0.nope'],
    ['something else than a record', [7], 400, 'comments.0'],
    ['no list', 'text', 400, 'comments'],
    ['a key that is not there', { update: [] }, 400, 'comments.update'],
  ])('are refused for %s, with the path of the record, and undo everything', async (_what, comments, status, where) => {
    await server.request('POST', posts, {
      token: alice.token,
      body: { title: 'seed', comments: [{ text: 'seed', code: 'taken' }] },
    })
    const title = `t ${where} ${status}`
    const answer = await send(alice, 'POST', posts, { title, comments })
    expect([answer.status, answer.json.errors?.[0]?.path], answer.text).toEqual([status, where])
    expect(await count('posts', { title })).toBe(0)
  })

  it('come with many parents in one request', async () => {
    const body = [0, 1, 2].map((n) => ({ title: `many ${n}`, comments: [{ text: `m${n}a` }, { text: `m${n}b` }] }))
    const answer = await send(alice, 'POST', posts, body, expandComments)
    expect(answer.status, answer.text).toBe(201)
    expect(answer.json.data.map(textsOf)).toEqual([
      ['m0a', 'm0b'],
      ['m1a', 'm1b'],
      ['m2a', 'm2b'],
    ])
    const wrong = await send(alice, 'POST', posts, [{ title: 'ok' }, { title: 'ok', comments: [{ text: 'spam' }] }])
    expect([wrong.status, wrong.json.errors[0].path]).toEqual([403, '1.comments.0'])
  })

  it('are as many as records of a bulk create, together', async () => {
    const comments = Array.from({ length: limits.bulkRecords }, () => ({ text: 'x' }))
    const answer = await send(alice, 'POST', posts, { title: 'too many', comments })
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_body'])
  })

  it('takes no operators, and a null is no list', async () => {
    for (const comments of [{ $push: { text: 'x' } }, null])
      expect((await send(alice, 'POST', posts, { title: 'x', comments })).status).toBe(400)
  })
})

describe('records that a body points at', () => {
  it('are created first, one or in a list between ids, whose order stays', async () => {
    const known = (await send(alice, 'POST', path('topics'), { name: 'known' })).json.data
    const body = { title: 'to', topic: { name: 'one' }, topics: [{ name: 'first' }, known.id, { name: 'last' }] }
    const post = await create(alice, body, { expand: 'topic,topics' })
    expect(post.expand.topic).toMatchObject({ name: 'one', slug: 'one' })
    expect(post.topics[1]).toBe(known.id)
    expect(post.expand.topics.map(({ name }: { name: string }) => name)).toEqual(['first', 'known', 'last'])
  })

  it('get another slug when the one made for them is taken', async () => {
    await send(admin, 'POST', path('topics'), { name: 'taken slug', slug: 'my-slug' })
    const post = await create(alice, { title: 'slug', topic: { name: 'my slug' } }, { expand: 'topic' })
    expect(post.expand.topic.slug).toMatch(/^my-slug-[0-9a-f]{6}$/)
  })

  it('are undone with the record that points at them', async () => {
    const answer = await send(alice, 'POST', posts, {
      title: 'x',
      topic: { name: 'undone' },
      comments: [{ text: 'spam' }],
    })
    expect(answer.status).toBe(403)
    expect(await count('topics', { name: 'undone' })).toBe(0)
    const taken = await send(alice, 'POST', posts, { title: 'x', topics: [{ name: 'free' }, { name: 'one' }] })
    expect([taken.status, taken.json.errors[0].path]).toEqual([409, 'topics.1.name'])
  })
})

describe('children in the body of an update', () => {
  it('are changed by id, created without, and the others stay', async () => {
    const query = { expand: 'comments(sort:text)' }
    const post = await create(alice, { title: 'u', comments: [{ text: 'a' }, { text: 'b' }] }, query)
    const [first] = post.expand.comments
    const body = { title: 'v', comments: [{ id: first.id, text: 'A' }, { text: 'c' }] }
    const answer = await send(alice, 'PATCH', `${posts}/${post.id}`, body, expandComments)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json.data).toMatchObject({ title: 'v', version: 2 })
    expect(textsOf(answer.json.data).sort()).toEqual(['A', 'b', 'c'])
    expect(answer.headers.get('etag')).toBe('"v2"')
  })

  it('are created, changed and deleted by an object that says so; the parent counts a version', async () => {
    const post = await create(alice, { title: 'w', comments: [{ text: 'a' }, { text: 'b' }] }, { expand: 'comments' })
    const [first, second] = post.expand.comments
    const comments = { create: [{ text: 'new' }], update: [{ id: first.id, text: 'changed' }], delete: [second.id] }
    const answer = await send(alice, 'PATCH', `${posts}/${post.id}`, { comments }, expandComments)
    expect(answer.status, answer.text).toBe(200)
    expect(textsOf(answer.json.data)).toEqual(['changed', 'new'])
    expect(answer.json.data.version).toBe(2)
  })

  it('frees a value by a delete before it is used again', async () => {
    const post = await create(alice, { title: 'w', comments: [{ text: 'a', code: 'move' }] }, { expand: 'comments' })
    const comments = { delete: [post.expand.comments[0].id], create: [{ text: 'b', code: 'move' }] }
    const answer = await send(alice, 'PATCH', `${posts}/${post.id}`, { comments }, expandComments)
    expect([answer.status, textsOf(answer.json.data)]).toEqual([200, ['b']])
  })

  it('reach below a child', async () => {
    const post = await create(alice, { title: 'w', comments: [{ text: 'a' }] }, { expand: 'comments' })
    const [child] = post.expand.comments
    const comments = [{ id: child.id, replies: [{ text: 'reply', post: post.id }] }]
    const answer = await send(alice, 'PATCH', `${posts}/${post.id}`, { comments })
    expect(answer.status, answer.text).toBe(200)
    expect(await count('comments', { parent: child.id })).toBe(1)
  })

  it('keeps If-Match and the absent record as they are', async () => {
    const post = await create(alice, { title: 'w' })
    const headers = { 'if-match': '"v9"' }
    const body = { comments: [{ text: 'x' }] }
    const stale = await server.request('PATCH', `${posts}/${post.id}`, { token: alice.token, body, headers })
    expect([stale.status, stale.json.current?.version]).toEqual([412, 1])
    const absent = await send(alice, 'PATCH', `${posts}/01890000-0000-7000-8000-0000000000ff`, body)
    expect(absent.status).toBe(404)
    expect(await count('comments', { post: post.id })).toBe(0)
    expect((await send(alice, 'PATCH', `${posts}/${post.id}`, { comments: [] })).status).toBe(400)
  })

  it('works with PUT, which creates or updates', async () => {
    const id = '01890000-0000-7000-8000-0000000000bb'
    const first = await send(alice, 'PUT', `${posts}/${id}`, { title: 'p', comments: [{ text: 'a' }] }, expandComments)
    expect([first.status, textsOf(first.json.data)], first.text).toEqual([201, ['a']])
    const second = await send(alice, 'PUT', `${posts}/${id}`, { title: 'q', comments: [{ text: 'b' }] }, expandComments)
    expect([second.status, textsOf(second.json.data)], second.text).toEqual([200, ['a', 'b']])
  })

  it('changes nothing where one child may not be changed', async () => {
    const post = await create(alice, { title: 'w' })
    const foreign = await send(bob, 'POST', path('comments'), { text: 'bob', post: post.id })
    const comments = [{ text: 'mine' }, { id: foreign.json.data.id, text: 'hijacked' }]
    const answer = await send(alice, 'PATCH', `${posts}/${post.id}`, { title: 'y', comments })
    expect([answer.status, answer.json.errors], answer.text).toMatchObject([404, [{ path: 'comments.1.id' }]])
    expect(await count('comments', { text: 'mine' })).toBe(0)
    expect(await count('posts', { id: post.id, title: 'w' })).toBe(1)
  })
})
