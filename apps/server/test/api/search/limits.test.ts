import type { CollectionDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SchemaCache } from '../../../src/collections/index.js'
import { Scopes } from '../../../src/permissions/index.js'
import { bindParams } from '../../../src/query/index.js'
import { parseListQuery } from '../../../src/records/read/parse-list-query.js'
import { planList } from '../../../src/records/read/plan-list.js'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, startServerWith } from '../../support/personas.js'

vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
let admin: Persona

const articles: Omit<CollectionDefinition, 'id'> = {
  name: 'articles',
  language: 'english',
  fields: [
    { name: 'title', type: 'text', searchable: 'A' },
    { name: 'status', type: 'select', options: ['draft', 'published'] },
    { name: 'owner', type: 'relation', collection: 'users' },
  ],
  rules: [
    { role: 'user', action: 'read', conditions: { status: 'published' } },
    { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
  ],
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([articles]))
  await sql(`insert into articles (title, status)
    select 'common ' || md5(i::text) || case when i % 500 = 0 then ' paris' else '' end, 'published' from generate_series(1, 5000) i`)
  await sql('vacuum analyze articles')
})
afterAll(() => server?.stop())

const sql = (text: string, values: unknown[] = []) => server.database.run({ text, values })

async function search(text: string): Promise<string[]> {
  const query = { search: text, limit: '100' }
  const {
    status,
    json,
    text: body,
  } = await server.request('GET', '/api/v1/collections/articles/records', {
    token: admin.token,
    query,
  })
  expect(status, body).toBe(200)
  return json.data.map(({ title }: { title: string }) => title)
}

async function explain(text: string): Promise<string> {
  const cache = server.app.get(SchemaCache)
  const scope = new Scopes(cache.current, new Set(['public', 'user'])).read(cache.get('articles'))!
  const { page } = planList(parseListQuery({ search: text, fields: ['title'] }, scope))
  const userId = '01890000-0000-7000-8000-000000000001'
  const { rows } = await sql(`explain ${page.text}`, bindParams(page.params, { userId, roles: [] }))
  return rows.join('\n')
}

it('reads the index, also for callers whose rules are alternatives', async () => {
  for (const text of ['paris', 'common paris', 'parus']) {
    expect(await explain(text)).toMatch(/Bitmap Index Scan on g_/)
    expect(await explain(text)).not.toContain('Seq Scan on articles p')
  }
})

it('serves $contains and $ilike by the same index', async () => {
  const { rows } = await sql(`explain select 1 from articles p where p.title ilike '%aris%'`)
  expect(rows.join('\n')).toMatch(/Bitmap Index Scan on g_/)
})

it('forgives typos in words that few records have, and none in those that many have', async () => {
  await sql(`insert into articles (title) values ('comman'), ('Rome')`)
  expect(await search('parus')).toHaveLength(10)
  expect(await search('comman')).toContain('comman')
  expect(await search('romee')).toEqual(['Rome'])
  expect((await search('common')).filter((title) => title === 'comman')).toEqual([])
})

it('works without extensions: by words, but without typos', async () => {
  await sql('drop table articles')
  await sql(`delete from holdfast.collections where name = 'articles'`)
  await sql('drop extension pg_trgm, fuzzystrmatch')
  await define(server, admin, [{ ...articles, name: 'plain' }])
  const { json } = await server.request('GET', '/api/v1/admin/collections/plain', { token: admin.token })
  const renamed = { ...json.data, fields: json.data.fields.filter(({ name }: { name: string }) => name !== 'title') }
  const body = { title: 'Running to Zürich' }
  await server.request('POST', '/api/v1/collections/plain/records', { token: admin.token, body })
  const find = async (text: string): Promise<number> => {
    const query = { search: text, highlight: 'true' }
    const found = await server.request('GET', '/api/v1/collections/plain/records', { token: admin.token, query })
    expect(found.status, found.text).toBe(200)
    return found.json.data.length
  }
  expect([await find('run zur'), await find('zurich'), await find('zurch')]).toEqual([1, 1, 0])
  const plan = await server.request('POST', '/api/v1/admin/schema/plan', {
    token: admin.token,
    body: { collections: [{ ...renamed, fields: [...renamed.fields, { name: 'x', type: 'text', searchable: true }] }] },
  })
  const steps: { description: string }[] = plan.json.data.steps
  expect(steps.map(({ description }) => description).join()).toContain('typos are not forgiven')
})
