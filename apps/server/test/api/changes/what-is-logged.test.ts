import type { CollectionDefinition } from '@holdfast/contract'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Change, ChangeLog } from '../../../src/changes/index.js'
import { linkTableOf } from '../../../src/collections/names.js'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let log: ChangeLog
let client: pg.Client
let links: string

const text = (name: string) => ({ name, type: 'text' as const })
const definitions: Omit<CollectionDefinition, 'id'>[] = [
  { name: 'labels', fields: [text('name')], rules: [] },
  {
    name: 'posts',
    fields: [
      text('title'),
      { name: 'n', type: 'integer' },
      { name: 'first', type: 'relation', collection: 'labels' },
      { name: 'second', type: 'relation', collection: 'labels' },
      { name: 'labels', type: 'relation', collection: 'labels', many: true },
    ],
    rules: [],
  },
]

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(definitions))
  log = server.app.get(ChangeLog)
  client = new pg.Client({ connectionString: server.databaseUrl })
  await client.connect()
  links = linkTableOf((await definitionOf('posts')).fields.find(({ name }) => name === 'labels')!.id!)
})
afterAll(async () => {
  await client?.end()
  await server?.stop()
})

async function definitionOf(name: string): Promise<CollectionDefinition> {
  return (await server.request('GET', `/api/v1/admin/collections/${name}`, { token: admin.token })).json.data
}

async function change(name: string, body: Partial<CollectionDefinition>): Promise<void> {
  const answer = await server.request('PATCH', `/api/v1/admin/collections/${name}`, { token: admin.token, body })
  expect(answer.status, answer.text).toBe(200)
}

/** On one connection, so that plans are kept from one statement to the next. */
const sql = async (query: string, values: unknown[] = []) => (await client.query(query, values)).rows

/** COPY, as pg lets one do it. */
const copy = (command: string, data: string) =>
  new Promise<void>((resolve, reject) => {
    const query = {
      submit: (connection: { query(text: string): void }) => connection.query(command),
      handleCopyInResponse: (connection: { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }) => {
        connection.sendCopyFromChunk(Buffer.from(data))
        connection.endCopyFrom()
      },
      handleCommandComplete: () => {},
      handleReadyForQuery: () => resolve(),
      handleError: reject,
    }
    client.query(query as unknown as pg.Submittable)
  })

async function changesOf(work: () => Promise<unknown>): Promise<Change[]> {
  const found: Change[] = []
  let cursor = await log.end()
  await work()
  for (;;) {
    const page = await log.read(cursor, { limit: 5000 })
    found.push(...page.changes)
    if (page.end) return found
    cursor = page.next
  }
}

const versions = (changes: readonly Change[]) =>
  changes.map(({ action, before, after }) => [action, before?.['version'] ?? null, after?.['version'] ?? null])

describe('what is logged', () => {
  it('has each step of a record that one statement changes twice', async () => {
    const [label] = await sql(`insert into public.labels (name) values ('l') returning id`)
    const posts = await sql(
      'insert into public.posts (first, second) select $1, $1 from generate_series(1, 3) returning id',
      [label.id],
    )
    const changes = await changesOf(() => sql('delete from public.labels where id = $1', [label.id]))
    for (const { id } of posts)
      expect(versions(changes.filter(({ recordId }) => recordId === id))).toEqual([
        ['update', 1, 2],
        ['update', 2, 3],
      ])
    expect(changes).toHaveLength(7)
  })

  it('has a delete and a create where keys change, of one record and of many', async () => {
    const [one] = await sql('insert into public.posts (n) values (1) returning id')
    const single = await changesOf(() => sql('update public.posts set id = gen_random_uuid() where id = $1', [one.id]))
    expect(single.map(({ action }) => action).sort()).toEqual(['create', 'delete'])
    await sql('insert into public.posts (n) select 77 from generate_series(1, 4)')
    const many = await changesOf(() =>
      sql(
        'with o as (select id, row_number() over () i from public.posts where n = 77) update public.posts p set id = case when o.i % 2 = 0 then gen_random_uuid() else p.id end from o where o.id = p.id',
      ),
    )
    expect(many.map(({ action }) => action).sort()).toEqual([
      'create',
      'create',
      'delete',
      'delete',
      'update',
      'update',
    ])
  })

  it('takes COPY as creates, and refuses TRUNCATE of records and of lists', async () => {
    const copied = await changesOf(() => copy('copy public.labels (name) from stdin', 'a\nb\n'))
    expect(copied.map(({ action, after }) => [action, after!['name']])).toEqual([
      ['create', 'a'],
      ['create', 'b'],
    ])
    for (const table of ['public.labels cascade', 'public.posts cascade', links])
      await expect(sql(`truncate ${table}`), table).rejects.toMatchObject({
        code: '0A000',
        message: expect.stringContaining('refused'),
        hint: expect.stringContaining('DELETE'),
      })
  })

  it('stays set-wise for ten thousand records, also by plans that were made for one', async () => {
    const labels = await sql(`insert into public.labels (name) select 'x' from generate_series(1, 3) returning id`)
    for (let n = 0; n < 8; n++) {
      const [post] = await sql('insert into public.posts (n) values (-1) returning id')
      await sql(`insert into ${links} (source, target, position) values ($1, $2, 1)`, [post.id, labels[0].id])
      await sql('update public.posts set n = -2 where id = $1', [post.id])
      await sql(`delete from ${links} where source = $1`, [post.id])
    }
    await sql(`set statement_timeout = '40s'`)
    const changes = await changesOf(async () => {
      await sql(`insert into public.posts (n, title) select 10000 + i, 'bulk' from generate_series(1, 10000) i`)
      await sql(`update public.posts set n = n + 1 where title = 'bulk'`)
      await sql(
        `insert into ${links} (source, target, position) select p.id, l.id, row_number() over () from public.posts p, public.labels l where p.title = 'bulk' and l.id = any($1)`,
        [labels.map(({ id }) => id)],
      )
      await sql(`delete from ${links} where target = $1`, [labels[1].id])
    })
    await sql('reset statement_timeout')
    const bulk = changes.filter(({ after }) => after?.['title'] === 'bulk')
    expect(bulk).toHaveLength(40_000)
    const listed = bulk.filter(({ after }) => after!['labels'] !== undefined)
    expect(listed).toHaveLength(20_000)
    const [id] = listed.map(({ recordId }) => recordId)
    const ids = labels.map((label) => label.id)
    expect(
      listed
        .filter(({ recordId }) => recordId === id)
        .map(({ before, after }) => [before!['labels'], after!['labels']]),
    ).toEqual([
      [[], expect.arrayContaining(ids)],
      [expect.arrayContaining(ids), expect.not.arrayContaining([ids[1]])],
    ])
  }, 240_000)

  it('has a list that changes in the very moment in which another transaction changed its record', async () => {
    const [label] = await sql(`insert into public.labels (name) values ('m') returning id`)
    const [post] = await sql('insert into public.posts (n) values (5) returning id')
    const other = new pg.Client({ connectionString: server.databaseUrl })
    await other.connect()
    try {
      const changes = await changesOf(async () => {
        await other.query('begin')
        const { rows } = await other.query('select now()::text as now')
        await sql(`update public.posts set version = version + 1, "updatedAt" = $2::timestamptz where id = $1`, [
          post.id,
          rows[0].now,
        ])
        await other.query(`insert into ${links} (source, target, position) values ($1, $2, 1)`, [post.id, label.id])
        await other.query(
          `savepoint s; update public.posts set n = 6, version = version + 1, "updatedAt" = now() where id = '${post.id}'; release savepoint s`,
        )
        await other.query(`delete from ${links} where source = $1`, [post.id])
        await other.query('commit')
      })
      expect(changes.map(({ before, after }) => [after!['version'], before!['labels'], after!['labels']])).toEqual([
        [2, undefined, undefined],
        [3, [], [label.id]],
        [4, [label.id], []],
      ])
    } finally {
      await other.end()
    }
  })

  it('is what the collection asks for: all, keys, or nothing, from the change of it on', async () => {
    const insert = () => sql(`insert into public.posts (title) values ('kept back') returning id`)
    await change('posts', { changeLog: 'keys' })
    const [keys] = await changesOf(async () => {
      const [{ id }] = await insert()
      await sql('update public.posts set n = 1 where id = $1', [id])
    })
    expect(keys).toMatchObject({ action: 'create', before: null, after: null })
    const { rows } = await client.query(
      `select count(*)::int as found from holdfast.changes where position >= $1 and after::text like '%kept back%'`,
      [keys!.position],
    )
    expect(rows[0].found).toBe(0)
    await change('posts', { changeLog: 'off' })
    expect(await changesOf(insert)).toEqual([])
    await sql(`truncate ${links}`)
    await change('posts', { changeLog: 'full' })
    expect((await changesOf(insert)).map(({ after }) => after!['title'])).toEqual(['kept back'])
    await expect(sql(`truncate ${links}`)).rejects.toMatchObject({ code: '0A000' })
  })

  it('follows every change of the schema, and holds fields of every kind and sixty at once', async () => {
    const many = Array.from({ length: 60 }, (_, n) => text(`f${n}`))
    const fields: CollectionDefinition['fields'] = [
      ...many,
      { name: 'body', type: 'text', searchable: true },
      { name: 'place', type: 'geopoint' },
      { name: 'taste', type: 'vector', dimensions: 2 },
      { name: 'meta', type: 'json' },
      { name: 'double', type: 'computed', expression: 'n * 2', returns: 'integer' },
      { name: 'n', type: 'integer' },
    ]
    await define(server, admin, [{ name: 'wide', fields, rules: [] }])
    const insert = () =>
      sql(`insert into public.wide (f0, f59, body, meta, n) values ('a', 'z', 'words', '{"a": [1]}', 4)`)
    const [created] = await changesOf(insert)
    const known = { f0: 'a', f30: null, body: 'words', meta: { a: [1] }, n: 4, place: null, taste: null }
    expect(created!.after).toMatchObject({ ...known, f59: 'z' })
    expect(Object.keys(created!.after!).filter((name) => name.startsWith('_'))).toEqual([])
    const { fields: stored } = await definitionOf('wide')
    const renamed = stored.map((field) => (field.name === 'f59' ? { ...field, name: 'last' } : field))
    await change('wide', { fields: [...renamed, text('added')] })
    await sql(`alter table public.wide alter column f0 set default 'd'`)
    const [again] = await changesOf(() => sql(`insert into public.wide (last, added) values ('l', 'a')`))
    expect(again!.after).toMatchObject({ f0: 'd', last: 'l', added: 'a' })
    expect(again!.after).not.toHaveProperty('f59')
  })

  it('keeps the first versions of what is there when history begins, and tells nobody of them', async () => {
    const [{ id }] = await sql(`insert into public.labels (name) values ('old') returning id`)
    const changes = await changesOf(() => change('labels', { history: true }))
    expect(changes).toEqual([])
    const base = await sql(`select action, after from holdfast.changes_kept where record = $1`, [id])
    expect(base).toEqual([{ action: 'base', after: expect.objectContaining({ id, name: 'old', version: 1 }) }])
    const [updated] = await changesOf(() => sql(`update public.labels set name = 'new' where id = $1`, [id]))
    expect(updated).toMatchObject({ action: 'update', before: { name: 'old' }, after: { name: 'new', version: 2 } })
  })
})
