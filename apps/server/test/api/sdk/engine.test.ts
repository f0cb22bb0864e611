import { expandMetaOf, HoldfastError } from '@holdfast/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { ada, connect, startSdkServer, type TestClient } from './support.js'

let server: TestServer
let admin: TestClient
let user: TestClient
let authorId: string

beforeAll(async () => {
  const started = await startSdkServer()
  server = started.server
  admin = started.admin
  user = connect(server)
  authorId = (await user.auth.signUp(ada)).user.id
})
afterAll(() => server.stop())

const newPost = (title: string, more: object = {}) => ({
  title,
  author: authorId,
  status: 'published' as const,
  ...more,
})

describe('writing many', () => {
  it('makes children with their parent, and counts them when they are expanded', async () => {
    const parent = await admin.collection('posts').create({
      ...newPost('Nested'),
      comments: [
        { text: 'one', author: authorId },
        { text: 'two', author: authorId },
      ],
    })
    const read = await admin.collection('posts').get(parent.id, { expand: { comments: { limit: 1, count: 'exact' } } })
    expect(read.expand.comments).toHaveLength(1)
    expect(expandMetaOf(read)['comments']?.total).toBe(2)
  })

  it('finds by a unique key: makes once, changes then', async () => {
    const posts = admin.collection('posts')
    const made = await posts.upsertBy('slug', { ...newPost('Keyed'), slug: 'keyed' })
    const changed = await posts.upsertBy(['slug'], { ...newPost('Keyed again'), slug: 'keyed' })
    expect(changed).toMatchObject({ id: made.id, title: 'Keyed again', version: 2 })
    const list = await posts.upsertBy('slug', [
      { ...newPost('Keyed third'), slug: 'keyed' },
      { ...newPost('Other'), slug: 'other' },
    ])
    expect(list.map(({ title }) => title)).toEqual(['Keyed third', 'Other'])
  })

  it('changes and deletes by filter', async () => {
    const posts = admin.collection('posts')
    await posts.create([newPost('Bulk 1', { views: 1 }), newPost('Bulk 2', { views: 2 }), newPost('Bulk 3')])
    const bulk = { title: { $startsWith: 'Bulk' } }
    expect(await posts.updateMany({ ...bulk, views: { $gt: 0 } }, { views: { $inc: 10 }, tags: { $push: 'b' } })).toBe(
      2,
    )
    const found = await posts.list({ filter: bulk, sort: 'title' })
    expect(found.data.map(({ views, tags }) => [views, tags])).toEqual([
      [11, ['b']],
      [12, ['b']],
      [0, null],
    ])
    expect(await posts.deleteMany(bulk)).toBe(3)
    await expect(posts.deleteMany({})).rejects.toBeInstanceOf(HoldfastError)
  })

  it('imports what it can and reports the rest by line', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({
      title: index === 7 ? '' : `Row ${index}`,
      author: authorId,
    }))
    rows[9] = { title: 'x'.repeat(201), author: authorId }
    const progress = async function* () {
      for (const row of rows) yield row
    }
    const report = await admin.collection('posts').import(progress())
    expect([report.created, report.updated, report.failed]).toEqual([28, 0, 2])
    expect(report.failures).toMatchObject([
      { line: 8, status: 'failed' },
      { line: 10, status: 'failed', code: 'validation_failed' },
    ])
  })
})

describe('a batch', () => {
  it('runs in one transaction and refers to earlier results', async () => {
    const [post, comment] = await admin.batch((batch) => {
      const post = batch.collection('posts').create(newPost('$0.id stays a text'))
      const comment = batch.collection('comments').create({ post: post.id, author: authorId, text: 'first' })
      return [post, comment]
    })
    expect(comment).toMatchObject({ post: post.id, text: 'first' })
    expect(post.title).toBe('$0.id stays a text')
  })

  it('is undone as a whole, and says where it failed', async () => {
    const attempt = admin.batch((batch) => {
      batch.collection('posts').create(newPost('Never'))
      batch.collection('posts').create(newPost('x'.repeat(201)))
    })
    await expect(attempt).rejects.toMatchObject({ errors: [{ path: 'operations.1.data.title' }] })
    expect((await admin.collection('posts').list({ filter: { title: 'Never' } })).data).toEqual([])
  })

  it('takes texts that look like references', async () => {
    const [, post] = await admin.batch((batch) => [
      batch.collection('posts').create(newPost('First')),
      batch.collection('posts').create(newPost('$0.title')),
    ])
    expect(post.title).toBe('$0.title')
  })
})

describe('aggregates', () => {
  it('are typed by the names that were asked for', async () => {
    await admin.collection('posts').create([newPost('Sum 1', { views: 1000 }), newPost('Sum 2', { views: 3000 })])
    const [row] = await admin.collection('posts').aggregate({
      filter: { title: { $startsWith: 'Sum' } },
      groupBy: ['status'],
      aggregates: { n: { count: '*' }, views: { sum: 'views' }, most: { max: 'views' } },
    })
    expect(row).toEqual({ status: 'published', n: 2, views: 4000, most: 3000 })
  })
})

describe('permissions', () => {
  it('tell what a user may do, in general and with a record', async () => {
    const { data } = await admin.collection('posts').list({ filter: { author: authorId }, limit: 1 })
    const permissions = await user.permissions()
    expect(permissions.can('read', 'posts')).toBe(true)
    expect(permissions.can('read', 'posts', { ...data[0]!, status: 'published' })).toBe(true)
    expect(permissions.can('delete', 'teams')).toBe(false)
    expect(await user.can('delete', 'teams')).toBe(false)
    expect(await admin.can('delete', 'teams')).toBe(true)
  })

  it('explain themselves to admins', async () => {
    const why = await admin.admin.permissions.explain({
      as: { user: authorId },
      action: 'delete',
      collection: 'teams',
      data: {},
    })
    expect(why).toMatchObject({ allowed: false, rule: null })
    const preview = await admin.admin.permissions.preview('teams', [{ role: 'public', action: 'read' }])
    expect(preview.roles.map(({ role }) => role)).toContain('public')
    expect(await admin.admin.permissions.testRules()).toMatchObject({ passed: 0, failed: 0 })
  })
})

describe('a client with retries', () => {
  /** Loses the answers of the first requests after the server has given them. */
  const forgetful = (losses: number, of = '/records'): typeof fetch => {
    let lost = 0
    return async (input, init) => {
      const response = await fetch(input, init)
      if (!String(input).includes(of) || lost >= losses) return response
      lost += 1
      await response.text()
      throw new TypeError('fetch failed')
    }
  }

  it('writes once, whatever answers get lost', async () => {
    const client = connect(server, { fetch: forgetful(2), retries: 3 })
    await client.auth.signInWithPassword({ email: 'admin@example.com', password: 'correct horse battery' })
    const post = await client.collection('posts').create(newPost('Written once'))
    expect(post.title).toBe('Written once')
    const { meta } = await admin.collection('posts').list({ filter: { title: 'Written once' }, count: 'exact' })
    expect(meta.total).toBe(1)
  })

  it('does not send again what has no key and may have arrived', async () => {
    const client = connect(server, { fetch: forgetful(1, '/import'), retries: 3 })
    await client.auth.signInWithPassword({ email: 'admin@example.com', password: 'correct horse battery' })
    await expect(client.collection('teams').import([{ name: 'Once' }])).rejects.toThrow('cannot be reached')
    const { meta } = await admin.collection('teams').list({ filter: { name: 'Once' }, count: 'exact' })
    expect(meta.total).toBe(1)
  })

  it('gives up when it is told to retry too seldom', async () => {
    const client = connect(server, { fetch: forgetful(5), retries: 1 })
    await client.auth.signInWithPassword({ email: 'admin@example.com', password: 'correct horse battery' })
    await expect(client.collection('posts').list()).rejects.toThrow('cannot be reached')
  })
})
