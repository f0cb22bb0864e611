import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Change, ChangeLog } from '../../../src/changes/index.js'
import { SchemaChanges } from '../../../src/collections/index.js'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let ada: Persona
let log: ChangeLog

const everybody = [{ role: 'user', action: ['read', 'create', 'update', 'delete'] as never }]

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'labels', fields: [{ name: 'name', type: 'text' }], rules: everybody },
    {
      name: 'posts',
      fields: [
        { name: 'title', type: 'text' },
        { name: 'price', type: 'decimal' },
        { name: 'at', type: 'geopoint' },
        { name: 'label', type: 'relation', collection: 'labels' },
        { name: 'labels', type: 'relation', collection: 'labels', many: true },
      ],
      rules: everybody,
    },
    {
      name: 'comments',
      fields: [
        { name: 'text', type: 'text' },
        { name: 'post', type: 'relation', collection: 'posts', onDelete: 'cascade' },
      ],
      rules: everybody,
    },
  ]))
  ada = await signUp(server, 'ada@example.com')
  log = server.app.get(ChangeLog)
})
afterAll(() => server?.stop())

const sql = (text: string, ...values: unknown[]) => server.database.run({ text, values })

/** What the log tells of what `work` did. */
async function changesOf(work: () => Promise<unknown>): Promise<readonly Change[]> {
  const cursor = await log.end()
  await work()
  const changes: Change[] = []
  for (let page = await log.read(cursor); ; page = await log.read(page.next)) {
    changes.push(...page.changes)
    if (page.end) return changes
  }
}

const send = async (method: string, path: string, body?: unknown) => {
  const answer = await server.request(method, `/api/v1${path}`, { token: ada.token, body: body as never })
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}
const told = (changes: readonly Change[]) => changes.map(({ action, before, after }) => [action, before, after])

describe('the change log', () => {
  it('tells who created what, as answers give it', async () => {
    const at = { lat: 52.5, lon: 13.4 }
    const changes = await changesOf(() =>
      send('POST', '/collections/posts/records', { title: 'One', price: '1.5', at }),
    )
    expect(changes).toHaveLength(1)
    const [change] = changes
    expect(change).toMatchObject({ action: 'create', before: null, userId: ada.id, recordId: change!.after!['id'] })
    expect(change!.after).toMatchObject({ title: 'One', price: '1.500000', at, createdBy: ada.id, version: 1 })
    expect(change!.requestId).toMatch(/./)
    const answer = await send('GET', `/collections/posts/records/${change!.recordId}`)
    expect({ ...change!.after, labels: [] }).toEqual(answer)
  })

  it('puts lists beside the record they belong to', async () => {
    const labels = await send('POST', '/collections/labels/records', [{ name: 'a' }, { name: 'b' }])
    const ids = labels.map(({ id }: { id: string }) => id)
    let post: { id: string }
    const created = await changesOf(async () => {
      post = await send('POST', '/collections/posts/records', { labels: ids })
    })
    expect(told(created)).toEqual([['create', null, expect.objectContaining({ labels: ids, version: 1 })]])
    const turned = await changesOf(() => send('PATCH', `/collections/posts/records/${post.id}`, { labels: [ids[1]] }))
    expect(told(turned)).toEqual([
      ['update', expect.objectContaining({ labels: ids }), expect.objectContaining({ labels: [ids[1]], version: 2 })],
    ])
    const gone = await changesOf(() => send('DELETE', `/collections/labels/records/${ids[1]}`))
    expect(told(gone)).toEqual([
      ['delete', expect.objectContaining({ name: 'b' }), null],
      ['update', expect.objectContaining({ labels: [ids[1]] }), expect.objectContaining({ labels: [], version: 3 })],
    ])
  })

  it('tells of cascades and of relations that are set to null, which count as versions', async () => {
    const label = await send('POST', '/collections/labels/records', { name: 'c' })
    const post = await send('POST', '/collections/posts/records', { label: label.id })
    const comment = await send('POST', '/collections/comments/records', { text: 'hi', post: post.id })
    const unlabelled = await changesOf(() => send('DELETE', `/collections/labels/records/${label.id}`))
    expect(unlabelled.map(({ action, recordId, after }) => [action, recordId, after?.['version']]).sort()).toEqual([
      ['delete', label.id, undefined],
      ['update', post.id, 2],
    ])
    const gone = await changesOf(() => send('DELETE', `/collections/posts/records/${post.id}`))
    expect(gone.map(({ action, recordId, userId }) => [action, recordId, userId]).sort()).toEqual(
      [
        ['delete', comment.id, ada.id],
        ['delete', post.id, ada.id],
      ].sort(),
    )
  })

  it('tells of a record that loses a relation and an entry of a list at once', async () => {
    const label = await send('POST', '/collections/labels/records', { name: 'both' })
    const post = await send('POST', '/collections/posts/records', { label: label.id, labels: [label.id] })
    const changes = await changesOf(() => send('DELETE', `/collections/labels/records/${label.id}`))
    const last = changes.filter(({ recordId }) => recordId === post.id).at(-1)!
    const now = await send('GET', `/collections/posts/records/${post.id}`)
    const lists = Object.assign({}, ...changes.filter(({ recordId }) => recordId === post.id).map(({ after }) => after))
    expect({ ...lists, ...last.after }).toEqual(now)
    expect(now).toMatchObject({ label: null, labels: [] })
  })

  it('tells of times as answers do, whatever the time zone of who wrote by SQL', async () => {
    const shown: unknown[] = []
    const changes = await changesOf(() =>
      server.database.transaction(async (tx) => {
        const run = (text: string) => tx.run({ text, values: [] })
        await run(`set local timezone = 'Asia/Tokyo'`)
        await run(`set local intervalstyle = 'postgres'`)
        await run(`insert into public.labels (name) values ('from Tokyo')`)
        await run(`update public.labels set name = 'still there' where name = 'from Tokyo'`)
        shown.push(...(await run(`select current_setting('TimeZone'), current_setting('IntervalStyle')`)).rows)
      }),
    )
    for (const { after } of changes) expect(after!['createdAt']).toMatch(/\+00:00$/)
    expect(changes).toHaveLength(2)
    expect(shown).toEqual([['Asia/Tokyo', 'postgres']])
  })

  it('reads fewer changes at once where records are large', async () => {
    const changes = await changesOf(() =>
      sql(
        `insert into public.labels (name) select repeat(i::text, 2000000) from generate_series(1, 9) i, generate_series(1, 5)`,
      ),
    )
    expect(changes).toHaveLength(45)
    await sql(`delete from public.labels where length(name) > 1000000`)
  })

  it('tells of plain SQL, also of many rows and of keys that change', async () => {
    const changes = await changesOf(async () => {
      await sql(`insert into public.labels (name) select 'bulk ' || i from generate_series(1, 500) i`)
      await sql(`update public.labels set name = name || '!' where name like 'bulk %'`)
      await sql(`update public.labels set id = gen_random_uuid() where name = 'bulk 7!'`)
      await sql(`delete from public.labels where name like 'bulk %'`)
    })
    const count = (action: string) => changes.filter((change) => change.action === action).length
    expect([count('create'), count('update'), count('delete')]).toEqual([501, 500, 501])
    const updates = changes.filter(({ action }) => action === 'update')
    expect(
      updates.every(({ before, after }) => after!['version'] === 2 && `${before!['name']}!` === after!['name']),
    ).toBe(true)
    expect(changes[0]!.userId).toBeNull()
  })

  it('knows old images by the names of today', async () => {
    await define(server, admin, [
      {
        name: 'renamed',
        fields: [
          { name: 'a', type: 'text' },
          { name: 'b', type: 'text' },
        ],
        rules: [],
      },
    ])
    const { json } = await server.request('GET', '/api/v1/admin/collections/renamed', { token: admin.token })
    const [a, b] = json.data.fields
    const changes = await changesOf(async () => {
      await sql(`insert into public.renamed (a, b) values ('is a', 'is b')`)
      const fields = [
        { ...a, name: 'c' },
        { ...b, name: 'a' },
      ]
      const { status, text } = await server.request('PATCH', '/api/v1/admin/collections/renamed', {
        token: admin.token,
        body: { fields },
      })
      expect(status, text).toBe(200)
      await sql(`insert into public.renamed (a, c) values ('new a', 'new c')`)
    })
    expect(changes.map(({ after }) => [after!['a'], after!['b'], after!['c']])).toEqual([
      ['is b', undefined, 'is a'],
      ['new a', undefined, 'new c'],
    ])
  })
})

describe('a database of an older server', () => {
  it('gets the triggers of this one when it starts', async () => {
    const { database } = server
    const run = (text: string) => database.run({ text, values: [] })
    await run('drop trigger count_version on public.labels')
    const [row] = (await run(`select id from holdfast.collections where name = 'comments'`)).rows as [[string]]
    const log = `holdfast."log_${row[0].replaceAll('-', '')}"()`
    await run(`create or replace function ${log} returns trigger language plpgsql as $$ begin return null; end $$`)
    await run(`comment on trigger count_version on public.comments is 'older'`)
    await server.app.get(SchemaChanges).renewChangeLogs()
    const changes = await changesOf(async () => {
      await run(`insert into public.labels (name) values ('after')`)
      await run(`insert into public.comments (text) values ('after')`)
    })
    expect(changes.map(({ action }) => action)).toEqual(['create', 'create'])
    const { rows } = await run(`update public.labels set name = 'again' where name = 'after' returning version`)
    expect(rows).toEqual([[2]])
  })
})
