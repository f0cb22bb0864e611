import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compileSchema } from '../../../src/collections/index.js'
import {
  conditionToSql,
  Params,
  parseFilter,
  type RecordShape,
  readEverything,
  SqlContext,
} from '../../../src/query/index.js'
import type { TestServer } from '../../support/index.js'
import { startServerWith } from '../../support/personas.js'

/** Which conditions the index of a field can serve: asked of PostgreSQL, for the SQL that the server runs. */

let server: TestServer
let client: pg.Client
let things: RecordShape

beforeAll(async () => {
  const started = await startServerWith([
    {
      name: 'things',
      fields: [
        { name: 'title', type: 'text', index: true },
        { name: 'at', type: 'geopoint', index: true },
        { name: 'meta', type: 'json', index: true },
      ],
    },
  ])
  server = started.server
  const { json } = await server.request('GET', '/api/v1/admin/collections', { token: started.admin.token })
  things = compileSchema(json.data, 1).collections.get('things')!
  client = new pg.Client({ connectionString: server.databaseUrl })
  await client.connect()
  await client.query('set enable_seqscan = off')
})
afterAll(async () => {
  await client?.end()
  await server?.stop()
})

it.each([
  [{ title: { $startsWith: 'abc' } }, />= 'abc'/],
  [{ title: { $like: 'ab\\_c%' } }, />= 'ab_c'/],
  [{ at: { $near: { lat: 52.5, lon: 13.4, km: 50 } } }, /Index Cond: \(at <@/],
  [{ at: { $within: { box: { south: -20, west: 170, north: -10, east: -170 } } } }, /BitmapOr/],
  [
    {
      at: {
        $within: {
          polygon: [
            { lat: 0, lon: 0 },
            { lat: 1, lon: 0 },
            { lat: 0, lon: 1 },
          ],
        },
      },
    },
    /Index Cond: \(at <@/,
  ],
  [{ 'meta.address.city': 'Berlin' }, /Index Cond: \(meta @>/],
])('%j', async (filter, condition) => {
  const params = new Params()
  const sql = conditionToSql(parseFilter(filter as never, readEverything(things)), 'p', new SqlContext(params))
  const values = params.sources.map((source) => (source.from === 'value' ? source.value : null))
  const { rows } = await client.query(`explain select 1 from ${things.table} p where ${sql}`, values)
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(condition)
})
