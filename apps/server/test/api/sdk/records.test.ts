import { HoldfastError } from '@holdfast/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../src/lib/index.js'
import type { TestServer } from '../../support/index.js'
import { ada, connect, countRequests, startSdkServer, type TestClient } from './support.js'

let server: TestServer
let admin: TestClient
let user: TestClient
let authorId: string

const titles = Array.from({ length: 25 }, (_, index) => `Post ${String(index).padStart(2, '0')}`)

beforeAll(async () => {
  const started = await startSdkServer()
  server = started.server
  admin = started.admin
  user = connect(server)
  authorId = (await user.auth.signUp(ada)).user.id
  const [team] = await admin.collection('teams').create([{ name: 'Blue' }, { name: 'Red' }])
  await admin.collection('users').update(authorId, { team: team!.id })
  const posts = titles.map((title, index) => ({
    title,
    author: authorId,
    views: index,
    status: index % 5 === 0 ? ('draft' as const) : ('published' as const),
    tags: index % 2 === 0 ? ['even'] : [],
    price: `${index}.50`,
  }))
  await admin.collection('posts').create(posts, { minimal: true })
})
afterAll(() => server.stop())

const errorOf = async (work: Promise<unknown>): Promise<HoldfastError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof HoldfastError) return error
  throw new Error(`No HoldfastError: ${String(error)}`)
}

describe('reading', () => {
  it('lists with filter, sort, fields, limit and count', async () => {
    const page = await connect(server)
      .collection('posts')
      .list({
        filter: {
          views: { $gte: 10 },
          tags: { $has: 'even' },
          $or: [{ title: { $like: 'Post 1%' } }, { price: { $eq: '22.50' } }],
        },
        sort: ['-views', 'title'],
        fields: ['title', 'price'],
        limit: 3,
        count: 'exact',
      })
    expect(page.data).toEqual(
      [
        { title: 'Post 22', price: '22.500000' },
        { title: 'Post 18', price: '18.500000' },
        { title: 'Post 16', price: '16.500000' },
      ].map(({ title }) => ({ title, price: expect.stringMatching(/^\d+\.50/) })),
    )
    expect(page.meta).toEqual({ nextCursor: expect.any(String), total: 5 })
  })

  it('goes on with the cursor', async () => {
    const posts = admin.collection('posts')
    const first = await posts.list({ sort: 'title', limit: 20, fields: ['title'] })
    const second = await posts.list({ sort: 'title', limit: 20, fields: ['title'], cursor: first.meta.nextCursor! })
    expect([...first.data, ...second.data].map(({ title }) => title)).toEqual(titles)
    expect(second.meta.nextCursor).toBeNull()
  })

  it('goes through all records page by page, and fetches no further than asked', async () => {
    const requests = countRequests()
    const client = connect(server, { fetch: requests.fetch })
    const seen: string[] = []
    for await (const { title } of client.collection('posts').all({ sort: 'title', limit: 4, fields: ['title'] })) {
      seen.push(title)
      if (seen.length === 6) break
    }
    expect(seen).toHaveLength(6)
    expect(requests.count('GET /collections/posts/records')).toBe(2)
    let count = 0
    for await (const _ of admin.collection('posts').all({ limit: 7 })) count += 1
    expect(count).toBe(25)
  })

  it('finds the first, or null', async () => {
    const posts = admin.collection('posts')
    expect((await posts.first({ sort: '-views' }))?.title).toBe('Post 24')
    expect(await posts.first({ filter: { title: 'none' } })).toBeNull()
  })

  it('gets one, with relations', async () => {
    const { id } = (await admin.collection('posts').first({ sort: 'title' }))!
    await admin.collection('comments').create([
      { post: id, author: authorId, text: 'b "quoted", (1) {x}' },
      { post: id, author: authorId, text: 'a' },
    ])
    const post = await admin.collection('posts').get(id, {
      fields: ['title'],
      expand: {
        author: { fields: ['email'], expand: { team: { fields: ['name'] } } },
        comments: {
          filter: { text: { $contains: '"quoted", (1) {x}' } },
          sort: ['-createdAt', 'text'],
          limit: 5,
          fields: ['text'],
        },
        related: true,
      },
    })
    expect(post).toEqual({
      title: 'Post 00',
      expand: {
        author: { email: ada.email, expand: { team: { name: 'Blue' } } },
        comments: [{ text: 'b "quoted", (1) {x}' }],
        related: [],
      },
    })
  })

  it('sends a long query in a body', async () => {
    const requests = countRequests()
    const client = connect(server, { fetch: requests.fetch })
    const many = Array.from({ length: 400 }, () => newId())
    const page = await client.collection('posts').list({
      filter: { id: { $nin: many }, status: 'published' },
      sort: ['-views'],
      fields: ['title'],
      expand: { author: true },
      limit: 1,
    })
    expect(page.data[0]?.title).toBe('Post 24')
    expect(requests.count('POST /collections/posts/query')).toBe(1)
  })

  it('gives each caller what the rules give', async () => {
    const anonymous = await connect(server).collection('posts').list({ count: 'exact', limit: 1 })
    expect(anonymous.meta.total).toBe(20)
    expect(anonymous.data[0]).not.toHaveProperty('notes')
    const own = await user.collection('posts').first({ filter: { status: 'draft' } })
    expect(own).toHaveProperty('notes', null)
    expect(own).not.toHaveProperty('secret')
  })
})

describe('writing', () => {
  it('creates, updates, replaces and deletes', async () => {
    const teams = admin.collection('teams')
    const made = await teams.create({ name: 'Green' })
    expect(made).toMatchObject({ name: 'Green', version: 1 })
    const changed = await teams.update(made.id, { name: 'Greener' })
    expect(changed).toMatchObject({ id: made.id, name: 'Greener', version: 2 })
    expect(await teams.upsert(made.id, { name: 'Greenest' })).toMatchObject({ version: 3 })
    await teams.delete(made.id)
    expect((await errorOf(teams.get(made.id))).code).toBe('record_not_found')
    const id = newId()
    expect(await teams.upsert(id, { name: 'New' })).toMatchObject({ id, version: 1 })
  })

  it('creates many, all or none', async () => {
    const teams = admin.collection('teams')
    const error = await errorOf(teams.create([{ name: 'One' }, { name: 2 as unknown as string }]))
    expect(error.code).toBe('validation_failed')
    expect(error.errors.map(({ path }) => path)).toEqual(['1.name'])
    expect(await teams.first({ filter: { name: 'One' } })).toBeNull()
  })

  it('answers what it is asked for', async () => {
    const posts = admin.collection('posts')
    const { id } = (await posts.first({ sort: 'title' }))!
    const changed = await posts.update(
      id,
      { views: 7 },
      { fields: ['views'], expand: { author: { fields: ['email'] } } },
    )
    expect(changed).toEqual({ views: 7, expand: { author: { email: ada.email } } })
    expect(await posts.update(id, { views: 8 }, { minimal: true })).toBeUndefined()
    expect(await posts.create([{ title: 'Quiet', author: authorId }], { minimal: true })).toBeUndefined()
  })

  it('updates only the version it knows', async () => {
    const teams = admin.collection('teams')
    const { id, version } = await teams.create({ name: 'Versioned' })
    await teams.update(id, { name: 'Second' }, { ifVersion: version })
    const error = await errorOf(teams.update(id, { name: 'Third' }, { ifVersion: version }))
    expect(error).toMatchObject({ code: 'version_conflict', status: 412 })
    expect(error.problem['current']).toMatchObject({ name: 'Second', version: 2 })
    expect((await errorOf(teams.delete(id, { ifVersion: version }))).code).toBe('version_conflict')
    await teams.delete(id, { ifVersion: 2 })
  })

  it('lets the rules set what the caller may not', async () => {
    const post = (await admin.collection('posts').first({ filter: { status: 'published' } }))!
    const comment = await user.collection('comments').create({ post: post.id, text: 'mine' })
    expect(comment.author).toBe(authorId)
    const error = await errorOf(user.collection('comments').create({ post: post.id, text: 'x', author: newId() }))
    expect(error.code).toBe('field_not_writable')
  })
})

describe('errors', () => {
  it('carry code, status, places, hint and request id', async () => {
    const anything = connect(server).collection('posts') as unknown as { list(query: object): Promise<unknown> }
    const error = await errorOf(anything.list({ filter: { views: { $regex: 'x' } } }))
    expect(error).toMatchObject({ name: 'HoldfastError', code: 'unknown_operator', status: 400 })
    expect(error.errors[0]?.path).toBe('filter.views.$regex')
    expect(error.hint).toContain('$between')
    expect(error.requestId).toMatch(/\S+/)
    expect(error.message).toContain(error.detail)
  })

  it('tell who may not from what is not there', async () => {
    expect((await errorOf(connect(server).collection('teams').list())).status).toBe(401)
    expect((await errorOf(user.collection('teams').list())).code).toBe('forbidden')
    const nowhere = connect(server).collection('nowhere' as 'posts')
    expect((await errorOf(nowhere.list())).code).toBe('collection_not_found')
  })

  it('refuse an id that would lead elsewhere, before anything is sent', async () => {
    for (const id of ['', '.', '..']) await expect(admin.collection('posts').delete(id)).rejects.toThrow(TypeError)
    expect((await errorOf(admin.collection('posts').delete('../../teams'))).code).toBe('invalid_id')
  })
})
