import { PGlite, type PGliteInterface, types } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import type { CollectionDefinition, VectorMetric } from '@holdfast/contract'
import { vectorMetrics } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { compileSchema } from '../../src/collections/compile-schema.js'
import { diffCollections } from '../../src/collections/ddl/diff-collections.js'
import { Scopes } from '../../src/permissions/index.js'
import { bindParams } from '../../src/query/index.js'
import { parseListQuery } from '../../src/records/read/parse-list-query.js'
import { planList } from '../../src/records/read/plan-list.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/**
 * The same statements with pgvector and without, on a PostgreSQL that has it: the one that npm brings is compiled to
 * WebAssembly and takes a single connection, so it gets the plans and no server.
 */

const dimensions = 8
const rows = 3000

const idOf = (number: number): string => `00000000-0000-7000-8000-0000000000${number}`

/** The same vectors three times, each with an index for another metric. */
const things: CollectionDefinition = {
  id: idOf(10),
  name: 'things',
  fields: [
    { id: idOf(20), name: 'open', type: 'boolean' },
    ...vectorMetrics.map((metric, at) => ({
      id: idOf(30 + at),
      name: `by_${metric}`,
      type: 'vector' as const,
      dimensions,
      metric,
      index: true,
    })),
  ],
  rules: [
    { role: 'public', action: 'read', conditions: { open: true } },
    { role: 'user', action: 'read', fields: ['open'] },
  ],
}
const users: CollectionDefinition = { id: idOf(11), name: 'users', fields: [] }

let database: PGliteInterface
const features = { vectors: '"public"' }

beforeAll(async () => {
  database = await PGlite.create({ extensions: { vector } })
  await database.exec(`create extension vector; set hnsw.iterative_scan = strict_order; create schema holdfast`)
  const steps = diffCollections([], [users, things], features)
  for (const step of steps.filter(({ internal }) => !internal)) for (const sql of step.sql) await database.exec(sql)
  // One vector of zeros, some without, and few open ones, so that an index has to look far for them.
  await database.exec(`
    select setseed(0.42);
    insert into things (open, "by_cosine")
      select i % 50 = 0, case when i % 13 = 0 then null else (select array_agg(random() * 2 - 1) from generate_series(1 + 0 * i, ${dimensions})) end
      from generate_series(1, ${rows}) i;
    insert into things (open, "by_cosine") values (true, array_fill(0::real, array[${dimensions}]));
    update things set "by_innerProduct" = "by_cosine", "by_l2" = "by_cosine";
    analyze things`)
})
afterAll(() => database?.close())

interface Found {
  readonly ids: readonly string[]
  readonly distances: readonly number[]
}

type Role = 'public' | 'user' | 'admin'
type Query = { metric: VectorMetric; nearest?: object; limit?: number; role?: Role }

function planOf({ metric, nearest, limit = 20, role = 'admin' }: Query, pgvector: boolean) {
  const schema = compileSchema([users, things], 1, pgvector ? features : {})
  const scopes = new Scopes(schema, role === 'admin' ? undefined : new Set(['public', role]))
  const scope = scopes.read(schema.collections.get('things')!)!
  const filter = { [`by_${metric}`]: { $nearest: { to, ...nearest } } }
  return planList(parseListQuery({ filter, limit, fields: ['id'] }, scope)).page
}

const to = Array.from({ length: dimensions }, (_, at) => Math.sin(at + 1))

async function run(query: Query, pgvector: boolean, explain = false) {
  const { text, params } = planOf(query, pgvector)
  const texts = Object.fromEntries(Object.values(types).map((type) => [type as number, String]))
  return database.query<unknown[]>((explain ? 'explain ' : '') + text, bindParams(params, {}), {
    rowMode: 'array',
    serializers: { ...texts, 1021: String },
    // As pg hands it to the server: JSON stays text.
    parsers: { [types.JSON]: String },
  })
}

async function find(query: Query, pgvector: boolean): Promise<Found> {
  const { rows: found } = await run(query, pgvector)
  const records = found.map(([json]) => JSON.parse(String(json)))
  return {
    ids: records.map(({ id }) => id),
    distances: records.map(({ matchMeta }) => matchMeta.distance),
  }
}

const within: Readonly<Record<VectorMetric, number>> = { cosine: 0.7, innerProduct: -1, l2: 1.8 }

describe.each(vectorMetrics)('%s', (metric) => {
  it.each([
    ['admins', {}],
    ['callers who may read few rows', { role: 'public', limit: 50 }],
    ['callers who may read the vectors of few rows', { role: 'user', limit: 50 }],
    ['the k nearest', { nearest: { k: 7 }, role: 'public' }],
    ['a distance', { nearest: { within: within[metric] } }],
  ] as [string, Partial<Query>][])('answers %s alike with pgvector and without', async (_, part) => {
    const query = { metric, ...part }
    const [indexed, exact] = [await find(query, true), await find(query, false)]
    expect(exact.ids.length).toBeGreaterThan(3)
    expect(indexed.distances).toHaveLength(exact.distances.length)
    const same = indexed.ids.filter((id) => exact.ids.includes(id)).length
    expect(same).toBeGreaterThanOrEqual(exact.ids.length * 0.9)
    indexed.ids.forEach((id, at) => {
      const other = exact.ids.indexOf(id)
      if (other >= 0) expect(indexed.distances[at]).toBeCloseTo(exact.distances[other]!, 4)
    })
  })

  it('uses the index, also for callers who may read few rows', async () => {
    const index = `Index Scan using i_${idOf(30 + vectorMetrics.indexOf(metric)).replaceAll('-', '')}`
    const text = async (role: Role) => (await run({ metric, role, limit: 5 }, true, true)).rows.join('\n')
    expect(await text('admin')).toContain(index)
    await database.exec('set enable_seqscan = off; set enable_sort = off')
    expect(await text('public')).toContain(index)
    expect(await find({ metric, role: 'public', limit: 50 }, true)).toHaveProperty('ids.length', 51)
    await database.exec('reset enable_seqscan; reset enable_sort')
  })
})
