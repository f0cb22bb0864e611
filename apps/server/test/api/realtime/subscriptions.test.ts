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

describe('a snapshot', () => {
  it('comes first, in the order asked for, and then what happens', async () => {
    await create([
      { title: 'Snap', views: 3001 },
      { title: 'Snap', views: 3003 },
      { title: 'Snap', views: 3002 },
    ])
    const request = { snapshot: true, filter: { views: { $gt: 3000 } }, fields: 'views', sort: '-views', limit: 2 }
    const receiver = await following(request)
    const post = await create({ title: 'Snap', views: 3004 })
    await receiver.until(() => receiver.countOf('create') === 1)
    expect(receiver.events.map(({ type, record }) => [type, record])).toEqual([
      ['snapshot', { views: 3003 }],
      ['snapshot', { views: 3002 }],
      ['ready', undefined],
      ['create', { views: 3004 }],
    ])
    expect(post.views).toBe(3004)
    receiver.close()
  })

  it('meets what is written meanwhile without a gap, and nothing twice', async () => {
    let writing = true
    const written: string[] = []
    const write = async (): Promise<void> => {
      for (let count = 0; writing && count < 400; count++)
        written.push((await create({ title: 'Race', views: 5000 })).id)
    }
    const writer = write()
    const receivers: TestReceiver[] = []
    for (let round = 0; round < 12; round++)
      receivers.push(await following({ snapshot: true, filter: { views: 5000 }, fields: 'id' }))
    writing = false
    await writer
    for (const receiver of receivers) {
      const ids = () => receiver.events.flatMap(({ record }) => (record ? [record.id] : []))
      await receiver.until(() => ids().length >= written.length)
      expect(ids().sort()).toEqual([...written].sort())
      receiver.close()
    }
  })

  it('does not tell again what a transaction that was still running held back', async () => {
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const running = server.database.transaction(async (transaction) => {
      await transaction.run({ text: `insert into labels (name) values ('running')`, values: [] })
      begun.resolve()
      await held.promise
    })
    await begun.promise
    const post = await create({ title: 'Held back', views: 6000 })
    const receiver = await following({ snapshot: true, filter: { views: 6000 }, fields: 'id,title' })
    held.resolve()
    await running
    const changed = await update(post.id, { title: 'Then' })
    await receiver.until(() => receiver.countOf('update') === 1)
    expect(receiver.take()).toEqual([
      ['snapshot', { id: post.id, title: 'Held back' }],
      ['update', { id: post.id, title: changed.title }],
    ])
    receiver.close()
  })
})

describe('going on after a break', () => {
  const filter = { views: { $gte: 8000 } }

  it('tells what was missed, in its order, and then what happens', async () => {
    const first = await following({ filter, fields: 'id,views' })
    const post = await create({ title: 'Missed', views: 8000 })
    await first.until(() => first.told.length === 1)
    const since = first.events.at(-1)!.id
    first.close()
    await update(post.id, { views: 8001 })
    await update(post.id, { views: 1 })
    await update(post.id, { views: 8002 })
    await send('DELETE', `${posts}/${post.id}`)
    const second = await following({ filter, fields: 'id,views', since })
    await create({ title: 'Live', views: 8003 })
    await second.until(() => second.countOf('create') === 1)
    expect(second.events.map(({ type, record }) => [type, record?.views])).toEqual([
      ['update', 8001],
      ['leave', undefined],
      ['enter', 8002],
      ['delete', undefined],
      ['ready', undefined],
      ['create', 8003],
    ])
    second.close()
  })

  it('has no gap and nothing twice, wherever it is cut', async () => {
    const receiver = await following({ filter, fields: 'views' })
    let since = receiver.events.at(-1)!.id
    receiver.close()
    let writing = true
    let last = 9000
    const write = async (): Promise<void> => {
      for (; writing && last < 9400; ) await create({ title: 'Cut', views: ++last })
    }
    const writer = Promise.all([write(), write()])
    const told: number[] = []
    for (let cut = 0; cut < 15; cut++) {
      const next = await receiverOf(server, ada)
      await next.subscribe({ collection: 'posts', filter, fields: 'views', since })
      const wanted = 1 + Math.floor(Math.random() * 8)
      await next.until(() => next.events.length >= (writing ? wanted : 1))
      next.close()
      if (cut === 10) writing = false
      if (cut > 10 && next.events.every(({ type }) => type === 'ready')) break
      for (const { id, record } of next.events) {
        since = id
        if (record) told.push(record.views)
      }
    }
    writing = false
    await writer
    const rest = await following({ filter, fields: 'views', since })
    told.push(...rest.events.flatMap(({ record }) => (record ? [record.views] : [])))
    expect(told.toSorted((a, b) => a - b)).toEqual(Array.from({ length: last - 9000 }, (_, index) => 9001 + index))
    rest.close()
  })

  it('begins anew where the cursor is for another question, and tells the snapshot again', async () => {
    const receiver = await following({ filter, fields: 'views' })
    const since = receiver.events.at(-1)!.id
    receiver.close()
    const other = await following({ filter: { views: 8003 }, fields: 'views', since, snapshot: true })
    expect(other.events.map(({ type }) => type)).toEqual(['reset', 'snapshot', 'ready'])
    other.close()
  })

  it('begins anew in the midst of a snapshot', async () => {
    const request = { filter: { views: 8003 }, fields: 'views', snapshot: true }
    const receiver = await following(request)
    const since = receiver.events[0]!.id
    const ready = receiver.events.at(-1)!.id
    receiver.close()
    const cut = await following({ ...request, since })
    expect(cut.events.map(({ type }) => type)).toEqual(['reset', 'snapshot', 'ready'])
    cut.close()
    const whole = await following({ ...request, since: ready })
    expect(whole.events.map(({ type }) => type)).toEqual(['ready'])
    whole.close()
  })

  it('begins anew where the log no longer reaches back', async () => {
    const receiver = await following({ filter, fields: 'views' })
    const since = receiver.events.at(-1)!.id
    receiver.close()
    await create({ title: 'Trimmed', views: 8100 })
    const sql = (text: string) => server.database.run({ text, values: [] })
    const { rows } = await sql('select position from holdfast.changes_trimmed')
    await sql('update holdfast.changes_trimmed set position = (select max(position) from holdfast.changes)')
    try {
      const late = await following({ filter, fields: 'views', since })
      expect(late.events[0]!.type).toBe('reset')
      expect(late.countOf('create')).toBe(0)
      late.close()
    } finally {
      await sql(`update holdfast.changes_trimmed set position = ${rows[0]![0]}`)
    }
  })
})

describe('what cannot be judged', () => {
  it('is made good by a reset for those it concerns; all others are told it once', async () => {
    const labels = await following({ collection: 'labels' })
    const own = await following({})
    const sql = (text: string) => server.database.run({ text, values: [] })
    const { rows } = await sql(
      `select tablename from pg_tables where schemaname = 'public' and tablename like '\\_link\\_%'`,
    )
    const link = rows[0]![0] as string
    try {
      // As where PostgreSQL goes away in the midst of a page: the one can be told, and what the other needs cannot be read.
      await sql(`do $$ begin
        insert into public.labels (id, name) values (gen_random_uuid(), 'once');
        insert into public.posts (id, title) values (gen_random_uuid(), 'lost');
        alter table public."${link}" rename to away;
      end $$`)
      await own.until(() => own.countOf('reset') > 0)
    } finally {
      await sql(`alter table public.away rename to "${link}"`)
    }
    await own.until(() => own.countOf('ready') > 1)
    await create({ title: 'found' })
    await own.until(() => own.countOf('create') > 0)
    await settled()
    const told = labels.events.flatMap(({ type, record }) => (type === 'create' ? [record.name] : []))
    expect(told).toEqual(['once', 'fence'])
    expect(own.events.flatMap(({ record }) => (record ? [record.title] : []))).toEqual(['found'])
    labels.close()
    own.close()
  })
})
