import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppError } from '../../../src/lib/index.js'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { receiverOf, type TestReceiver } from '../../support/test-receiver.js'

let server: TestServer

let ada: Persona

const everybody = [{ role: 'user', action: ['read', 'create', 'update', 'delete'] as never }]

beforeAll(async () => {
  ;({ server } = await startServerWith([
    { name: 'labels', fields: [{ name: 'name', type: 'text' }], rules: everybody },
    {
      name: 'posts',
      language: 'english',
      fields: [
        { name: 'title', type: 'text', searchable: true },
        { name: 'views', type: 'integer', default: 0 },
        { name: 'price', type: 'decimal' },
        { name: 'at', type: 'geopoint' },
        { name: 'label', type: 'relation', collection: 'labels' },
        { name: 'labels', type: 'relation', collection: 'labels', many: true },
      ],
      rules: everybody,
    },
    { name: 'quiet', changeLog: 'keys', fields: [{ name: 'title', type: 'text' }], rules: everybody },
    { name: 'closed', fields: [{ name: 'title', type: 'text' }] },
  ]))
  ada = await signUp(server, 'ada@example.com')
})
afterAll(() => server?.stop())

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
const send = async (method: string, path: string, body?: unknown, by = ada): Promise<any> => {
  const answer = await server.request(method, `/api/v1${path}`, { token: by.token, body: body as never })
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}
const posts = '/collections/posts/records'
const create = (body: unknown) => send('POST', posts, body)
const update = (id: string, body: unknown) => send('PATCH', `${posts}/${id}`, body)
const following = async (request: Record<string, unknown>, by = ada): Promise<TestReceiver> =>
  (await receiverOf(server, by)).follow({ collection: 'posts', ...request })

/** A change of another record that everybody is told of, so that what was not told is known not to come any more. */
async function settled(): Promise<void> {
  const fence = await fenceOf()
  await fence.until(() => fence.events.some(({ type }) => type === 'create'))
  fence.close()
}
async function fenceOf(): Promise<TestReceiver> {
  const fence = await (await receiverOf(server, ada)).follow({ collection: 'labels' })
  await send('POST', '/collections/labels/records', { name: 'fence' })
  return fence
}

describe('a subscription', () => {
  it('tells of what is created, changed and deleted, as answers give it', async () => {
    const receiver = await following({})
    const post = await create({ title: 'One', price: '1.5', at: { lat: 1, lon: 2 } })
    const changed = await update(post.id, { title: 'Two' })
    await send('DELETE', `${posts}/${post.id}`)
    await receiver.until(() => receiver.told.length === 3)
    expect(receiver.take()).toEqual([
      ['create', post],
      ['update', changed],
      ['delete', { id: post.id }],
    ])
    receiver.close()
  })

  it('is only told of the fields it asked for, and of changes in them', async () => {
    const receiver = await following({ fields: 'id,title' })
    const post = await create({ title: 'Fields' })
    await update(post.id, { views: 7 })
    await update(post.id, { title: 'More' })
    await receiver.until(() => receiver.told.length >= 2)
    expect(receiver.take()).toEqual([
      ['create', { id: post.id, title: 'Fields' }],
      ['update', { id: post.id, title: 'More' }],
    ])
    receiver.close()
  })

  it('is told when records come into its filter and leave it', async () => {
    const receiver = await following({ filter: { views: { $gte: 10 } }, fields: ['id', 'views'] })
    const post = await create({ title: 'Filter', views: 1 })
    await update(post.id, { views: 10 })
    await update(post.id, { views: 11 })
    await update(post.id, { views: 2 })
    await update(post.id, { views: 12 })
    await send('DELETE', `${posts}/${post.id}`)
    await receiver.until(() => receiver.told.length >= 5)
    expect(receiver.take()).toEqual([
      ['enter', { id: post.id, views: 10 }],
      ['update', { id: post.id, views: 11 }],
      ['leave', { id: post.id }],
      ['enter', { id: post.id, views: 12 }],
      ['delete', { id: post.id }],
    ])
    receiver.close()
  })

  it('asks the database where only it can tell: searches, related records, lists', async () => {
    const [red, blue] = await send('POST', '/collections/labels/records', [{ name: 'red' }, { name: 'blue' }])
    const search = await following({ filter: { title: { $search: 'walking' } }, fields: 'id' })
    const related = await following({ filter: { 'label.name': 'red' }, fields: 'id' })
    const listed = await following({ filter: { 'labels.name': 'red' }, fields: 'id,labels' })
    const post = await create({ title: 'He walks', label: red.id, labels: [red.id, blue.id] })
    await update(post.id, { title: 'He runs', label: blue.id, labels: [blue.id] })
    for (const receiver of [search, related, listed]) await receiver.until(() => receiver.told.length >= 2)
    expect(search.take()).toEqual([
      ['create', { id: post.id }],
      ['leave', { id: post.id }],
    ])
    expect(related.take()).toEqual([
      ['create', { id: post.id }],
      ['leave', { id: post.id }],
    ])
    expect(listed.take()).toEqual([
      ['create', { id: post.id, labels: [red.id, blue.id] }],
      ['leave', { id: post.id }],
    ])
    for (const receiver of [search, related, listed]) receiver.close()
  })

  it('shows lists of to-many relations, also where another field changed', async () => {
    const [red, blue] = await send('POST', '/collections/labels/records', [{ name: 'red' }, { name: 'blue' }])
    const receiver = await following({ fields: 'id,title,labels' })
    const post = await create({ title: 'Lists', labels: [red.id, blue.id] })
    await update(post.id, { title: 'Still lists' })
    await update(post.id, { labels: [blue.id] })
    await receiver.until(() => receiver.told.length >= 3)
    expect(receiver.take()).toEqual([
      ['create', { id: post.id, title: 'Lists', labels: [red.id, blue.id] }],
      ['update', { id: post.id, title: 'Still lists', labels: [red.id, blue.id] }],
      ['update', { id: post.id, title: 'Still lists', labels: [blue.id] }],
    ])
    receiver.close()
  })

  it('expands relations', async () => {
    const [red, blue] = await send('POST', '/collections/labels/records', [{ name: 'red' }, { name: 'blue' }])
    const receiver = await following({ fields: 'id,title', expand: 'label(fields:name),labels(fields:name)' })
    const post = await create({ title: 'Expanded', label: red.id, labels: [blue.id, red.id] })
    await update(post.id, { label: null })
    await update(post.id, { views: 3 })
    await update(post.id, { title: 'Changed' })
    await receiver.until(() => receiver.told.length >= 3)
    const labels = [{ name: 'blue' }, { name: 'red' }]
    expect(receiver.take()).toEqual([
      ['create', { id: post.id, title: 'Expanded', expand: { label: { name: 'red' }, labels } }],
      ['update', { id: post.id, title: 'Expanded', expand: { label: null, labels } }],
      ['update', { id: post.id, title: 'Changed', expand: { label: null, labels } }],
    ])
    receiver.close()
  })

  it('is about one record where it names one', async () => {
    const [one, other] = await create([{ title: 'This' }, { title: 'Not this' }])
    await settled()
    const receiver = await following({ record: one.id, fields: 'title' })
    await update(other.id, { title: 'Nobody is told' })
    await update(one.id, { title: 'Told' })
    await send('DELETE', `${posts}/${one.id}`)
    await receiver.until(() => receiver.told.length >= 2)
    expect(receiver.take()).toEqual([
      ['update', { title: 'Told' }],
      ['delete', { id: one.id }],
    ])
    receiver.close()
  })

  it('ends when it is closed', async () => {
    const receiver = await receiverOf(server, ada)
    const { close } = await receiver.subscribe({ collection: 'posts' })
    await receiver.until(() => receiver.countOf('ready') === 1)
    close()
    await create({ title: 'Nobody listens' })
    await settled()
    expect(receiver.told).toEqual([])
  })

  it('is told of what came past the API, too', async () => {
    const receiver = await following({ fields: 'title' })
    await server.database.run({ text: `insert into posts (title) values ('by psql'), ('by psql, too')`, values: [] })
    await receiver.until(() => receiver.told.length >= 2)
    expect(receiver.take()).toEqual([
      ['create', { title: 'by psql' }],
      ['create', { title: 'by psql, too' }],
    ])
    receiver.close()
  })
})

describe('what is asked for', () => {
  const refusal = async (request: Record<string, unknown>, by?: Persona) => {
    const receiver = await receiverOf(server, by)
    try {
      await receiver.subscribe(request)
      return 'accepted'
    } catch (error) {
      const { code, options } = error as AppError
      return [code, options.errors?.[0]?.path]
    }
  }

  it('is refused as lists refuse it', async () => {
    expect(await refusal({ collection: 'nothing' }, ada)).toEqual(['collection_not_found', undefined])
    expect(await refusal({ collection: 'posts' })).toEqual(['unauthenticated', undefined])
    expect(await refusal({ collection: 'closed' }, ada)).toEqual(['forbidden', undefined])
    expect(await refusal({ collection: 'quiet' }, ada)).toEqual(['realtime_unavailable', undefined])
    expect(await refusal({ collection: 'posts', fields: 'nothing' }, ada)).toEqual(['unknown_field', 'fields'])
    expect(await refusal({ collection: 'posts', filter: { nothing: 1 } }, ada)).toEqual([
      'unknown_field',
      'filter.nothing',
    ])
    expect(await refusal({ collection: 'posts', expand: 'nothing' }, ada)).toEqual(['unknown_field', 'expand.nothing'])
    expect(await refusal({ collection: 'posts', since: 'nothing' }, ada)).toEqual(['invalid_cursor', undefined])
    expect(await refusal({ collection: 'posts', record: 'nothing' }, ada)).toEqual(['invalid_value', 'record'])
    expect(await refusal({ collection: 'posts', snapshot: 1 }, ada)).toEqual(['invalid_value', 'snapshot'])
    expect(await refusal({ collection: 'posts', limit: 5000 }, ada)).toEqual(['invalid_query', 'limit'])
    expect(await refusal({ collection: 7 }, ada)).toEqual(['invalid_query', 'collection'])
  })
})
