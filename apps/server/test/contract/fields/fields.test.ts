import { type CollectionDefinition, fieldTypes, type Json } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diffCollections } from '../../../src/collections/ddl/diff-collections.js'
import { type Collection, compileSchema, type Field } from '../../../src/collections/index.js'
import { newId } from '../../../src/lib/index.js'
import { parseConfig } from '../../../src/platform/config/index.js'
import { Database, openDataSource } from '../../../src/platform/db/index.js'
import { createTestDatabase, type TestDatabase } from '../../support/index.js'
import { fieldCases, strangers } from './field-cases.js'

const definition: CollectionDefinition = {
  id: newId(),
  name: 'things',
  fields: fieldCases.map((each) => ({ ...each.definition, id: newId() })),
}

let testDatabase: TestDatabase
let database: Database
let collection: Collection

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = new Database(await openDataSource(parseConfig({ DATABASE_URL: testDatabase.url }), () => undefined))
  for (const { sql } of diffCollections([], [definition]).filter(({ internal }) => !internal))
    for (const text of sql) await database.run({ text, values: [] })
  collection = compileSchema([definition], 1).collections.get('things')!
})

afterAll(async () => {
  await database.onApplicationShutdown()
  await testDatabase.drop()
})

const codesOf = (field: Field, value: Json): string[] => {
  const codes: string[] = []
  const result = field.parseValue(value, field.name, (_path, code) => codes.push(code))
  if (codes.length > 0) expect(result).toBeUndefined()
  return codes
}

/** Writes the value as the record engine does, and reads it as an answer. */
async function roundTrip(field: Field, value: Json): Promise<Json> {
  const parameter = field.parseValue(value, field.name, (_path, _code, message) => {
    throw new Error(message)
  })
  const { rows } = await database.run({
    text: `with written as (insert into ${collection.table} (id, ${field.column}) values (gen_random_uuid(), ${field.toColumn('$1')}) returning *)
      select row_to_json(a) from (select ${field.select('written')} as "value" from written) a`,
    values: [parameter],
  })
  return (JSON.parse(rows[0]![0] as string) as { value: Json }).value
}

it('has cases for every field type', () => {
  expect(new Set(fieldCases.map((each) => each.definition.type))).toEqual(new Set(fieldTypes))
})

describe.each(fieldCases.map((each) => [`${each.definition.type} ${each.definition.name}`, each] as const))(
  '%s',
  (_name, fieldCase) => {
    const field = (): Field => collection.fields.get(fieldCase.definition.name)!

    it('gives back what it stores', async () => {
      for (const [value, stored = value] of fieldCase.accepts) expect(await roundTrip(field(), value)).toEqual(stored)
    })

    it('refuses what it cannot store exactly, and says why', () => {
      for (const [value, code] of fieldCase.refuses) expect([value, codesOf(field(), value)]).toEqual([value, [code]])
    })

    it('never throws, whatever the value is', () => {
      for (const value of strangers) expect(() => codesOf(field(), value)).not.toThrow()
    })

    it('finds a record by the value it stored', async () => {
      const operator = ['$eq', '$has'].find((name) => field().operators.has(name as '$eq'))
      if (!operator) return
      for (const [value, stored = value] of fieldCase.accepts) {
        const sought = operator === '$has' ? (stored as Json[])[0] : stored
        if (sought === undefined || String(sought).length > 10_000) continue
        const operand = field().parseOperand(sought, 'filter')
        const comparison =
          operator === '$has'
            ? `${field().column} @> array[$1::${field().sqlType}]`
            : `${field().column} = $1::${field().sqlType}`
        const { rows } = await database.run({
          text: `select count(*) from ${collection.table} where ${comparison}`,
          values: [operand],
        })
        expect([sought, Number(rows[0]![0]) > 0]).toEqual([sought, true])
      }
    })

    it('refuses an operand of another type with the path', () => {
      for (const value of strangers) {
        try {
          field().parseOperand(value, 'filter.x')
        } catch (error) {
          expect(error).toMatchObject({
            code: 'invalid_value',
            options: { errors: [{ path: expect.stringMatching(/^filter\.x/) }] },
          })
        }
      }
    })
  },
)
