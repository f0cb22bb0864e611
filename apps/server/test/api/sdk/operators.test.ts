import { type CollectionDefinition, type FieldDefinition, fieldOperators, fieldTypes } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { compile } from '../../../../../packages/sdk/fixtures/compile.js'
import { emitTypes } from '../../../src/collections/emit-types.js'
import { fieldKinds } from '../../../src/collections/fields/index.js'

const extras: Partial<Record<FieldDefinition['type'], Partial<FieldDefinition>>> = {
  select: { options: ['a'] },
  multiselect: { options: ['a'] },
  relation: { collection: 'all' },
  computed: { expression: 'integerField * 2', returns: 'integer' },
}
const fields: FieldDefinition[] = [
  ...fieldTypes.map((type) => ({
    name: `${type}Field`,
    type,
    ...(fieldKinds[type].keys.includes('searchable') && { searchable: true }),
    ...extras[type],
  })),
  { name: 'relationsField', type: 'relation', collection: 'all', many: true },
]
const all: CollectionDefinition = { name: 'all', fields }

const cases = fields.flatMap((field) =>
  fieldOperators.map((operator) => ({
    line: `filter({ ${field.name}: { ${operator}: nothing } })`,
    allowed:
      fieldKinds[field.type].shape(field).operators.has(operator) ||
      (operator === '$search' && field.searchable === true),
  })),
)

describe('typed filters', () => {
  it('offer exactly the operators that the server takes, for every field type', () => {
    const head = [
      `import type { Filter } from '@holdfast/sdk'`,
      `import type { Schema } from './schema.js'`,
      `declare const filter: (filter: Filter<Schema, 'all'>) => void`,
      `declare const nothing: never`,
    ]
    const source = [...head, ...cases.map(({ line }) => line)].join('\n')
    const errors = compile({ 'schema.ts': emitTypes([all]), 'operators.ts': source })
    const refused = new Set(errors.map((error) => Number(/operators\.ts\((\d+)/.exec(error)?.[1]) - head.length - 1))
    const wrong = cases.filter(({ allowed }, index) => refused.has(index) === allowed)
    expect(wrong.map(({ line, allowed }) => `${line} is ${allowed ? 'refused' : 'accepted'}`)).toEqual([])
  })
})
