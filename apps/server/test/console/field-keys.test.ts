import { type CollectionDefinition, type FieldDefinition, fieldTypes, type Json } from '@holdfast/contract'
import { expect, it } from 'vitest'
import { type FieldKey, keysOf } from '../../../console/src/collections/fields/field-keys.js'
import { usersDefinition } from '../../src/collections/definition/built-in.js'
import { checkSchema } from '../../src/collections/definition/check-schema.js'
import { AppError, newId } from '../../src/lib/index.js'

/** A value for each key there is: a new key is missing here until it gets one. */
const values: Record<FieldKey, Json> = {
  description: 'What it is',
  required: true,
  default: 'a',
  unique: true,
  index: true,
  hidden: true,
  immutable: true,
  validate: { title: 'a' },
  searchable: true,
  min: 1,
  max: 2,
  minLength: 1,
  maxLength: 2,
  pattern: 'a+',
  options: ['a', 'b'],
  minItems: 1,
  maxItems: 2,
  precision: 10,
  scale: 2,
  schema: { type: 'object' },
  dimensions: 3,
  metric: 'l2',
  from: 'title',
  collection: 'users',
  many: true,
  onDelete: 'restrict',
  inverse: 'things',
  expression: 'upper(title)',
  returns: 'text',
}

const keys = Object.keys(values) as FieldKey[]

/** Fields of each type, and of those types for which the keys depend on more than the type. */
const fields: FieldDefinition[] = [
  ...fieldTypes.map((type) => ({ name: type, type })),
  { name: 'many', type: 'relation', collection: 'users', many: true },
  { name: 'amount', type: 'computed', expression: '1.5', returns: 'decimal' },
]

const users: CollectionDefinition = {
  ...usersDefinition,
  id: newId(),
  fields: usersDefinition.fields.map((field) => ({ id: newId(), ...field })),
}

/** What the server says of a collection that has this field once for each key, with that key; the key that it is about first. */
function judge(
  field: FieldDefinition,
): readonly { readonly key: FieldKey; readonly path: string; readonly code: string }[] {
  const variants = keys.map((key, index) => ({ ...field, name: `field${index}`, [key]: values[key] }))
  const raw = { name: 'things', fields: [...variants, { name: 'title', type: 'text' }] } as unknown as Json
  try {
    checkSchema([users], { collections: [{ raw, path: '' }], drop: [] })
    return []
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.options.errors!.flatMap(({ path, code }) => {
      const [, index, ...rest] = path.split('.')
      const key = keys[Number(index)]
      return key === undefined ? [] : [{ key, path: rest.join('.'), code }]
    })
  }
}

it.each(fields)('offers for $name the keys that the server takes, and no others', (field) => {
  const reports = judge(field)
  // What is of the wrong type is refused before anybody asks whether it fits; a default is judged by the type of the field, after that.
  const unread = reports.filter(
    ({ code, key }) => (code === 'wrong_type' || code === 'unknown_key') && key !== 'default',
  )
  expect(unread).toEqual([])
  const asked = keys.filter((key) => !(key in field))
  const refused = new Set(
    reports.filter(({ key, path, code }) => code === 'unfit_key' && path === key).map(({ key }) => key),
  )
  const offered = keysOf(field)
  expect(asked.filter((key) => offered.has(key))).toEqual(asked.filter((key) => !refused.has(key)))
})
