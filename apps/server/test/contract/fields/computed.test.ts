import type { CollectionDefinition, FieldDefinition, Json } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { diffCollections } from '../../../src/collections/ddl/diff-collections.js'
import { compileSchema } from '../../../src/collections/index.js'
import { newId } from '../../../src/lib/index.js'
import { parseConfig } from '../../../src/platform/config/index.js'
import { Database, openDataSource } from '../../../src/platform/db/index.js'
import { createTestDatabase, type TestDatabase } from '../../support/index.js'

const computed = (name: string, returns: FieldDefinition['returns'], expression: string): FieldDefinition => ({
  name,
  type: 'computed',
  returns,
  expression,
})

/** Fields of a record, and what each expression gives for it. */
const record = {
  title: `it's`,
  n: 7,
  m: 0,
  price: '2.50',
  ratio: 0.5,
  ok: true,
  day: '2024-01-31',
  at: '2024-01-31T10:00:00Z',
}

const cases: readonly (readonly [FieldDefinition, Json])[] = [
  [computed('c1', 'integer', 'n * 2 + 1'), 15],
  [computed('c2', 'decimal', 'price * n'), '17.500000'],
  [computed('c3', 'number', 'n / 2'), 3.5],
  [computed('c4', 'number', 'n / m'), null],
  [computed('c5', 'integer', 'n % 4'), 3],
  [computed('c6', 'integer', 'n % m'), null],
  [computed('c7', 'text', `upper(title) || ' ''x'' "y" \\ $1'`), `IT'S 'x' "y" \\ $1`],
  [computed('c8', 'boolean', 'n > 5 and not (m <> 0) or false'), true],
  [computed('c9', 'text', `case when n > 5 then 'many' when n > 0 then 'some' else 'none' end`), 'many'],
  [computed('c10', 'text', `concat(title, missing, '!')`), `it's!`],
  [computed('c11', 'text', 'title || missing'), null],
  [computed('c12', 'boolean', 'missing is null and title is not null'), true],
  [computed('c13', 'text', `substr(title, 0 - 5, n) || left(title, 0 - 1) || right(title, 1)`), `it'ss`],
  [computed('c14', 'integer', 'length(title) - -n'), 11],
  [computed('c15', 'number', 'ratio * price + n'), 8.25],
  [computed('c16', 'decimal', 'round(price * 1.005, 2)'), '2.510000'],
  [computed('c17', 'integer', 'greatest(n, m, 3)'), 7],
  [computed('c18', 'boolean', 'day < day or at <= at'), true],
  [computed('c19', 'text', `text(n) || '/' || text(price)`), '7/2.500000'],
  [computed('c20', 'text', `coalesce(missing, lower(title), '')`), `it's`],
  [computed('c21', 'text', `replace(trim('  ' || title || ' '), 't''', 'c')`), 'ics'],
  [computed('c22', 'integer', 'nullif(n, 7)'), null],
  [computed('c23', 'integer', 'ceil(ratio) + floor(ratio) + abs(-n)'), 8],
  [computed('c24', 'text', `'''; drop table calc; --'`), `'; drop table calc; --`],
  [computed('c25', 'boolean', 'ok'), true],
  [computed('c26', 'boolean', 'n = 1 = ok'), false],
]

const definition: CollectionDefinition = {
  id: newId(),
  name: 'calc',
  fields: (
    [
      { name: 'title', type: 'text' },
      { name: 'missing', type: 'text' },
      { name: 'n', type: 'integer' },
      { name: 'm', type: 'integer' },
      { name: 'price', type: 'decimal' },
      { name: 'ratio', type: 'number' },
      { name: 'ok', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'at', type: 'datetime' },
      ...cases.map(([field]) => field),
    ] as FieldDefinition[]
  ).map((field) => ({ ...field, id: newId() })),
}

let testDatabase: TestDatabase
let database: Database

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = new Database(await openDataSource(parseConfig({ DATABASE_URL: testDatabase.url }), () => undefined))
  for (const { sql } of diffCollections([], [definition]).filter(({ internal }) => !internal))
    for (const text of sql) await database.run({ text, values: [] })
  const columns = Object.keys(record).map((name) => `"${name}"`)
  await database.run({
    text: `insert into "public"."calc" (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    values: Object.values(record),
  })
})

afterAll(async () => {
  await database.onApplicationShutdown()
  await testDatabase.drop()
})

it.each(cases.map(([field, value]) => [field.expression!, field.name, value] as const))(
  '%s',
  async (_expression, name, value) => {
    const field = compileSchema([definition], 1).collections.get('calc')!.fields.get(name)!
    const text = `select row_to_json(a) from (select ${field.select('c')} as "value" from "public"."calc" c) a`
    const { rows } = await database.run({ text, values: [] })
    expect(JSON.parse(rows[0]![0] as string)).toEqual({ value })
  },
)
