import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChangeLog } from '../../../src/changes/index.js'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let ada: Persona

const everybody = [{ role: 'user', action: ['read', 'create', 'update', 'delete'] as never }]
const relation = (name: string, collection: string, more: object = {}) => ({
  name,
  type: 'relation' as const,
  collection,
  ...more,
})

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'teams', trash: true, fields: [{ name: 'name', type: 'text' }], rules: everybody },
    {
      name: 'posts',
      trash: { days: 7 },
      fields: [
        { name: 'title', type: 'text', required: true, searchable: true },
        { name: 'slug', type: 'text', unique: true },
        { name: 'price', type: 'decimal' },
        { name: 'place', type: 'geopoint' },
        { name: 'twice', type: 'computed', returns: 'text', expression: 'concat(title, title)' },
        relation('team', 'teams', { onDelete: 'cascade' }),
        relation('owner', 'teams', { onDelete: 'restrict' }),
        relation('teams', 'teams', { many: true }),
        relation('best', 'comments'),
      ],
      rules: everybody,
    },
    {
      name: 'comments',
      fields: [{ name: 'text', type: 'text' }, relation('post', 'posts', { onDelete: 'cascade', required: true })],
      rules: everybody,
    },
    { name: 'likes', fields: [relation('comment', 'comments', { onDelete: 'cascade' })], rules: everybody },
    { name: 'pins', fields: [relation('post', 'posts'), relation('posts', 'posts', { many: true })], rules: everybody },
  ]))
  ada = await signUp(server, 'ada@example.com')
})
afterAll(() => server?.stop())

const ask = (method: string, at: string, body?: unknown, who = ada) =>
  server.request(method, `/api/v1/collections${at}`, { token: who.token, body: body as never })
const send = async (method: string, at: string, body?: unknown) => {
  const answer = await ask(method, at, body)
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}
const create = (collection: string, record: object) => send('POST', `/${collection}/records`, record)
const get = async (collection: string, id: string) => (await ask('GET', `/${collection}/records/${id}`)).json.data
const trashOf = async (collection: string, query = '') => (await ask('GET', `/${collection}/trash${query}`)).json

describe('the trash', () => {
  it('lists deleted records, newest first, in pages', async () => {
    const titles = ['a', 'b', 'c']
    for (const title of titles) {
      const { id } = await create('posts', { title: `list ${title}`, price: '2.5', place: { lat: 1, lon: 2 } })
      await send('DELETE', `/posts/records/${id}`)
    }
    const filter = `filter=${encodeURIComponent('{"title":{"$startsWith":"list"}}')}`
    const { data, meta } = await trashOf('posts', `?${filter}&limit=2&count=exact`)
    expect(data.map(({ record }: { record: { title: string } }) => record.title)).toEqual(['list c', 'list b'])
    expect(meta).toMatchObject({ total: 3, nextCursor: expect.any(String) })
    expect(data[0]).toEqual({
      id: data[0].record.id,
      deletedAt: expect.stringMatching(/Z$/),
      deletedBy: ada.id,
      expiresAt: new Date(Date.parse(data[0].deletedAt) + 7 * 86_400_000).toISOString(),
      record: expect.objectContaining({
        title: 'list c',
        twice: 'list clist c',
        price: '2.500000',
        place: { lat: 1, lon: 2 },
        teams: [],
        version: 1,
      }),
      cascade: [],
    })
    const rest = await trashOf('posts', `?${filter}&limit=2&cursor=${meta.nextCursor}`)
    expect(rest.data.map(({ record }: { record: { title: string } }) => record.title)).toEqual(['list a'])
    const sorted = await trashOf('posts', `?${filter}&sort=title&fields=title`)
    expect(sorted.data.map(({ record }: { record: unknown }) => record)).toEqual(
      titles.map((title) => ({ title: `list ${title}` })),
    )
    expect((await trashOf('posts', `?${filter}&sort=deletedAt`)).data[0].record.title).toBe('list a')
    expect((await trashOf('posts', '?search=list')).data).toHaveLength(3)
    expect((await trashOf('comments')).code).toBe('not_kept')
  })

  it('brings a record back as it was, as its next version, once', async () => {
    const team = await create('teams', { name: 'kept' })
    const post = await create('posts', { title: 'back', slug: 'back', price: '1', team: team.id, teams: [team.id] })
    await send('DELETE', `/posts/records/${post.id}`)
    expect((await ask('GET', `/posts/records/${post.id}`)).status).toBe(404)
    const log = server.app.get(ChangeLog)
    const cursor = await log.end()
    const restored = await ask('POST', `/posts/trash/${post.id}/restore`)
    expect(restored.json).toEqual({ data: { restored: [{ collection: 'posts', count: 1 }] } })
    const now = await get('posts', post.id)
    expect(now).toEqual({ ...post, version: 2, updatedAt: now.updatedAt })
    const { changes } = await log.read(cursor)
    expect(changes).toMatchObject([
      { action: 'create', userId: ada.id, recordId: post.id, after: { teams: [team.id] } },
    ])
    expect(changes[0]!.requestId).toMatch(/./)
    expect((await ask('POST', `/posts/trash/${post.id}/restore`)).json.code).toBe('record_not_found')
    await send('DELETE', `/posts/records/${post.id}`)
    await send('POST', `/posts/trash/${post.id}/restore`)
    expect((await get('posts', post.id)).version).toBe(3)
  })

  it('brings back what a delete took along, and nothing else', async () => {
    const team = await create('teams', { name: 'whole' })
    const other = await create('teams', { name: 'other' })
    const post = await create('posts', { title: 'p', team: team.id, teams: [other.id, team.id] })
    const comment = await create('comments', { text: 'c', post: post.id })
    const early = await create('comments', { text: 'deleted before', post: post.id })
    const like = await create('likes', { comment: comment.id })
    await send('PATCH', `/posts/records/${post.id}`, { best: comment.id })
    const pin = await create('pins', { post: post.id, posts: [post.id] })
    const changed = await create('pins', { post: post.id })
    await send('DELETE', `/comments/records/${early.id}`)
    await send('DELETE', `/teams/records/${team.id}`)
    for (const [collection, id] of [
      ['posts', post.id],
      ['comments', comment.id],
      ['likes', like.id],
    ])
      expect((await ask('GET', `/${collection}/records/${id}`)).status).toBe(404)
    expect(await get('pins', pin.id)).toMatchObject({ post: null, posts: [] })
    const elsewhere = await create('posts', { title: 'elsewhere' })
    await send('PATCH', `/pins/records/${changed.id}`, { post: elsewhere.id })

    const { data } = await trashOf('teams', '?filter[name]=whole')
    expect(data[0].cascade).toEqual([
      { collection: 'posts', count: 1 },
      { collection: 'comments', count: 1 },
      { collection: 'likes', count: 1 },
    ])
    const restored = await ask('POST', `/teams/trash/${team.id}/restore`)
    expect(restored.json.data.restored).toEqual([
      { collection: 'teams', count: 1 },
      { collection: 'posts', count: 1 },
      { collection: 'comments', count: 1 },
      { collection: 'likes', count: 1 },
    ])
    expect(await get('posts', post.id)).toMatchObject({ team: team.id, best: comment.id, teams: [other.id, team.id] })
    expect(await get('likes', like.id)).toMatchObject({ comment: comment.id })
    expect(await get('pins', pin.id)).toMatchObject({ post: post.id, posts: [post.id] })
    expect(await get('pins', changed.id)).toMatchObject({ post: elsewhere.id })
    expect((await ask('GET', `/comments/records/${early.id}`)).status).toBe(404)
  })

  it('tells what is in the way, and then changes nothing', async () => {
    const owner = await create('teams', { name: 'owner' })
    const post = await create('posts', { title: 'taken', slug: 'wanted', owner: owner.id })
    const comment = await create('comments', { text: 'with it', post: post.id })
    await send('DELETE', `/posts/records/${post.id}`)
    const thief = await create('posts', { title: 'thief', slug: 'wanted' })
    const taken = await ask('POST', `/posts/trash/${post.id}/restore`)
    expect(taken.json).toMatchObject({ status: 409, code: 'unique_violation', errors: [{ path: 'slug' }] })
    expect((await ask('GET', `/comments/records/${comment.id}`)).status).toBe(404)
    await send('DELETE', `/posts/records/${thief.id}`)
    await send('DELETE', `/teams/records/${owner.id}`)
    const gone = await ask('POST', `/posts/trash/${post.id}/restore`)
    expect(gone.json).toMatchObject({ status: 409, code: 'reference_violation', errors: [{ path: 'owner' }] })
    await send('POST', `/teams/trash/${owner.id}/restore`)
    expect((await ask('POST', `/posts/trash/${post.id}/restore`)).status).toBe(200)
    expect(await get('comments', comment.id)).toMatchObject({ post: post.id })
  })

  it('gives a field that is new its default, and asks for one that is required', async () => {
    const drafts = { name: 'drafts', trash: true, fields: [{ name: 'text', type: 'text' as const }], rules: everybody }
    await define(server, admin, [drafts])
    const { id } = await create('drafts', { text: 'x' })
    await send('DELETE', `/drafts/records/${id}`)
    const level = { name: 'level', type: 'integer' as const, default: 3 }
    await define(server, admin, [
      { ...drafts, fields: [...drafts.fields, level, { name: 'must', type: 'text' as const, required: true }] },
    ])
    const refused = await ask('POST', `/drafts/trash/${id}/restore`)
    expect(refused.json).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ path: 'must' }] })
  })

  it('is purged by admins, with what belongs to a record', async () => {
    const post = await create('posts', { title: 'purge me' })
    const comment = await create('comments', { text: 'secret words', post: post.id })
    await send('DELETE', `/posts/records/${post.id}`)
    expect((await ask('DELETE', `/posts/trash/${post.id}`)).status).toBe(403)
    expect((await ask('DELETE', `/posts/trash`)).status).toBe(403)
    expect((await ask('DELETE', `/posts/trash/${post.id}`, undefined, admin)).status).toBe(204)
    expect((await ask('DELETE', `/posts/trash/${post.id}`, undefined, admin)).status).toBe(404)
    const left = await server.database.run({
      text: 'select 1 from holdfast.changes_kept where record = any($1)',
      values: [[post.id, comment.id]],
    })
    expect(left.rows).toEqual([])
    const other = await create('posts', { title: 'and me' })
    await send('DELETE', `/posts/records/${other.id}`)
    const emptied = await ask('DELETE', '/posts/trash', undefined, admin)
    expect(emptied.json.data.count).toBeGreaterThanOrEqual(1)
    expect((await trashOf('posts')).data).toEqual([])
    expect((await ask('POST', `/posts/trash/${other.id}/restore`)).status).toBe(404)
  })

  it('lets one of two restores at a time through', async () => {
    const post = await create('posts', { title: 'raced' })
    await create('comments', { text: 'c', post: post.id })
    await send('DELETE', `/posts/records/${post.id}`)
    const answers = await Promise.all([1, 2, 3].map(() => ask('POST', `/posts/trash/${post.id}/restore`)))
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1)
    for (const { status } of answers) expect([200, 404, 409]).toContain(status)
    expect((await get('posts', post.id)).version).toBe(2)
  })
})
