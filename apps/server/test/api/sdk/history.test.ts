import { HoldfastError } from '@holdfast/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { ada, connect, startSdkServer, type TestClient } from './support.js'

let server: TestServer
let admin: TestClient
let user: TestClient
let userId: string

beforeAll(async () => {
  const started = await startSdkServer()
  server = started.server
  admin = started.admin
  user = connect(server)
  userId = (await user.auth.signUp(ada)).user.id
})
afterAll(() => server?.stop())

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
  )

/** A post by the user that was changed twice, the second time by its author. */
async function changedPost(title: string) {
  const made = await admin.collection('posts').create({ title, author: userId, views: 1 })
  await admin.collection('posts').update(made.id, { views: 2 })
  const post = await user.collection('posts').update(made.id, { title: `${title} again`, tags: ['new'] })
  return { id: post.id, made, post }
}

describe('versions', () => {
  it('tell who changed what, in pages, with the fields that are asked for', async () => {
    const { id } = await changedPost('Versions')
    const posts = user.collection('posts')
    const { data, meta } = await posts.versions(id, { limit: 2 })
    expect(data).toMatchObject([
      { version: 3, action: 'update', user: userId, changes: { title: { from: 'Versions', to: 'Versions again' } } },
      { version: 2, action: 'update', changes: { views: { from: 1, to: 2 } } },
    ])
    expect(data[0]).not.toHaveProperty('record')
    const rest = await posts.versions(id, { limit: 2, cursor: meta.nextCursor!, fields: ['title', 'views'] })
    expect(rest.data.map(({ version, record }) => [version, record])).toEqual([[1, { title: 'Versions', views: 1 }]])
    expect(rest.meta.nextCursor).toBeNull()
  })

  it('are whole records one by one', async () => {
    const { id, made } = await changedPost('Whole')
    const posts = admin.collection('posts')
    const first = await posts.version(id, 1)
    expect(first).toMatchObject({ version: 1, action: 'create' })
    expect(first.record).toEqual(made)
    expect((await posts.version(id, 2, { fields: ['views'] })).record).toEqual({ views: 2 })
    expect(await codeOf(posts.version(id, 9))).toBe('record_not_found')
    expect(await codeOf(connect(server).collection('posts').versions(id))).toBe('record_not_found')
    expect(await codeOf(admin.collection('teams').versions(id))).toBe('not_kept')
  })

  it('are restored as an update', async () => {
    const { id, post } = await changedPost('Back')
    const posts = user.collection('posts')
    expect(await codeOf(posts.restoreVersion(id, 1, { ifVersion: post.version - 1 }))).toBe('version_conflict')
    const back = await posts.restoreVersion(id, 1, { ifVersion: post.version, fields: ['title', 'tags', 'version'] })
    expect(back).toEqual({ title: 'Back', tags: null, version: 4 })
    expect(await posts.restoreVersion(id, 3, { minimal: true })).toBeUndefined()
    expect(await posts.get(id)).toMatchObject({ title: 'Back again', tags: ['new'], version: 5 })
  })
})

describe('what was', () => {
  it('is read as of a time: a record, a page, the first, all', async () => {
    const { id, made } = await changedPost('Past')
    const posts = admin.collection('posts')
    const asOf = made.updatedAt
    expect(await posts.get(id, { asOf })).toEqual(made)
    const filter = { title: 'Past' }
    expect((await posts.list({ asOf: new Date(asOf), filter, count: 'exact' })).data).toEqual([made])
    expect(await posts.first({ asOf, filter, fields: ['views'] })).toEqual({ views: 1 })
    expect(await posts.first({ filter })).toBeNull()
    const all = []
    for await (const { title } of posts.all({ asOf, filter, limit: 1, fields: ['title'] })) all.push(title)
    expect(all).toEqual(['Past'])
    const many = Array.from({ length: 400 }, (_, n) => `no title ${n}`)
    expect((await posts.list({ asOf, filter: { title: { $in: [...many, 'Past'] } } })).data).toEqual([made])
  })

  it('was not there before it was made', async () => {
    const { id } = await changedPost('Early')
    expect(await codeOf(admin.collection('posts').get(id, { asOf: '2001-01-01T00:00:00Z' }))).toBe('record_not_found')
    expect(await codeOf(admin.collection('posts').get(id, { asOf: 'yesterday' }))).toBe('invalid_query')
    expect(await codeOf(admin.collection('teams').list({ asOf: new Date() }))).toBe('not_kept')
  })
})

describe('the trash', () => {
  const posts = () => user.collection('posts')
  beforeEach(async () => {
    await admin.collection('posts').trash.empty()
  })

  it('lists what was deleted', async () => {
    for (const title of ['Gone 1', 'Gone 2', 'Other'])
      await posts().delete((await admin.collection('posts').create({ title, author: userId })).id)
    const query = { filter: { title: { $startsWith: 'Gone' } }, fields: ['title'], limit: 1 } as const
    const { data, meta } = await posts().trash.list({ ...query, count: 'exact' })
    expect(data).toMatchObject([{ record: { title: 'Gone 2' }, deletedBy: userId, cascade: [] }])
    expect(Date.parse(data[0]!.expiresAt) - Date.parse(data[0]!.deletedAt)).toBe(14 * 24 * 60 * 60 * 1000)
    expect(meta.total).toBe(2)
    const next = await posts().trash.list({ ...query, cursor: meta.nextCursor! })
    expect(next.data.map(({ record }) => record)).toEqual([{ title: 'Gone 1' }])
    const sorted = await posts().trash.list({ sort: 'deletedAt', fields: ['title'] })
    expect(sorted.data.map(({ record }) => record.title)).toEqual(['Gone 1', 'Gone 2', 'Other'])
    expect(await codeOf(connect(server).collection('posts').trash.list())).toBe('unauthenticated')
  })

  it('gives records back with what went with them, once', async () => {
    const post = await admin.collection('posts').create({
      ...{ title: 'Restored', author: userId },
      comments: [{ text: 'with it', author: userId }],
    })
    await posts().delete(post.id)
    const idempotencyKey = crypto.randomUUID()
    for (let time = 0; time < 2; time++)
      expect(await posts().trash.restore(post.id, { idempotencyKey })).toEqual({
        restored: [
          { collection: 'posts', count: 1 },
          { collection: 'comments', count: 1 },
        ],
      })
    expect(await posts().get(post.id)).toMatchObject({ title: 'Restored', version: 2 })
    expect(await codeOf(posts().trash.restore(post.id))).toBe('record_not_found')
  })

  it('is forgotten by admins', async () => {
    const ids = []
    for (const title of ['a', 'b', 'c'])
      ids.push((await admin.collection('posts').create({ title, author: userId })).id)
    for (const id of ids) await posts().delete(id)
    expect(await codeOf(posts().trash.purge(ids[0]!))).toBe('forbidden')
    expect(await codeOf(posts().trash.empty())).toBe('forbidden')
    const { trash } = admin.collection('posts')
    expect(await trash.purge(ids[0]!)).toBeUndefined()
    expect(await codeOf(posts().trash.restore(ids[0]!))).toBe('record_not_found')
    expect(await trash.empty()).toBe(2)
    expect((await trash.list()).data).toEqual([])
  })

  it('is restored once by a client that lost the answer', async () => {
    const { id } = await admin.collection('posts').create({ title: 'Lost', author: userId })
    await admin.collection('posts').delete(id)
    let lost = false
    const client = connect(server, {
      retries: 2,
      fetch: async (input, init) => {
        const answer = await fetch(input, init)
        if (lost || !String(input).includes('/restore')) return answer
        lost = true
        await answer.text()
        throw new TypeError('fetch failed')
      },
    })
    await client.auth.signInWithPassword({ email: 'admin@example.com', password: 'correct horse battery' })
    expect(await client.collection('posts').trash.restore(id)).toMatchObject({ restored: [{ count: 1 }] })
    expect(lost).toBe(true)
  })
})
