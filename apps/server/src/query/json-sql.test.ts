import { describe, expect, it } from 'vitest'
import { documentSchema } from '../../test/support/test-schema.js'
import { and, conditionKey, conditionToSql, Params, parseFilter, readEverything, SqlContext } from './index.js'

const documents = documentSchema.collections.get('documents')!

const parse = (filter: unknown) => parseFilter(filter as never, readEverything(documents))

function sqlOf(filter: unknown): { sql: string; values: unknown[] } {
  const params = new Params()
  const sql = conditionToSql(parse(filter), 'p', new SqlContext(params))
  return { sql, values: params.sources.map((source) => (source.from === 'value' ? source.value : source.from)) }
}

describe('a path into JSON becomes SQL', () => {
  it.each([
    [{ 'meta.a.b': "x'" }, 'p."meta" @> $1::jsonb', ['{"a":{"b":"x\'"}}']],
    [
      { 'meta.0': { $gt: 1 } },
      `(case when jsonb_typeof((p."meta" #> $1::text[])) = 'number' then (p."meta" #> $1::text[])::numeric end) > $2::numeric`,
      [['0'], 1],
    ],
    [{ 'meta.a': null }, `nullif((p."meta" #> $1::text[]), 'null'::jsonb) is null`, [['a']]],
    [
      { 'meta.a': { $has: 'x' } },
      `(case when jsonb_typeof((p."meta" #> $1::text[])) = 'array' then (p."meta" #> $1::text[]) end) @> $2::jsonb`,
      [['a'], '["x"]'],
    ],
  ])('%j', (filter, sql, values) => expect(sqlOf(filter)).toEqual({ sql, values }))

  it('A61 of which no part is a key', () => {
    for (const key of ["')::text||(select 1)||('", '"', '\\', '{a,b}', '$', '$.x', '@', 'a b', '💥']) {
      const { sql, values } = sqlOf({ [`meta.${key.replaceAll('.', '')}`]: { $gt: 'x' } })
      expect(sql).toBe(sqlOf({ 'meta.a': { $gt: 'x' } }).sql)
      expect(values[0]).toEqual([key.replaceAll('.', '')])
    }
  })
})

it('does not let a path look like another condition', () => {
  const rule = parse({ 'meta.a': { $in: ['x', 'y'] } })
  const forged = parse({ 'meta.a]["x","y': { $in: ['x', 'y'] } })
  expect(conditionKey(forged)).not.toBe(conditionKey(rule))
  expect(conditionKey(parse({ 'meta.a': '1' }))).not.toBe(conditionKey(parse({ 'meta.a': 1 })))
  const both = conditionToSql(and(rule, forged), 'p', new SqlContext(new Params()))
  expect(both.match(/jsonb_typeof/g)).toHaveLength(2)
})
