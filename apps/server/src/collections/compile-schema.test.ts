import type { CollectionDefinition, Json } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import type { Field } from './collection.js'
import { compileSchema } from './compile-schema.js'
import { fieldSchemaOf } from './json-schema.js'
import { fieldPartName, fieldsOfConstraint, primaryKeyName } from './names.js'

const id = (last: number): string => `00000000-0000-7000-8000-${String(last).padStart(12, '0')}`

const definitions: CollectionDefinition[] = [
  { id: id(1), name: 'users', fields: [{ id: id(2), name: 'email', type: 'email', required: true, unique: true }] },
  {
    id: id(3),
    name: 'posts',
    fields: [
      { id: id(4), name: 'title', type: 'text', required: true, description: 'What it is about' },
      { id: id(5), name: 'status', type: 'select', options: ['draft', 'published'], default: 'draft', required: true },
      { id: id(6), name: 'author', type: 'relation', collection: 'users', required: true, inverse: 'posts' },
      { id: id(7), name: 'readers', type: 'relation', collection: 'users', many: true, inverse: 'readable' },
      { id: id(8), name: 'note', type: 'text', hidden: true },
      { id: id(9), name: 'code', type: 'text', immutable: true, unique: true },
      { id: id(10), name: 'label', type: 'computed', expression: `concat(title, code)`, returns: 'text' },
      { id: id(11), name: 'place', type: 'geopoint' },
    ],
    indexes: [{ fields: ['title', 'code', '-createdAt'] }],
    rules: [{ role: 'user', action: 'create', preset: { author: '$user.id' } }],
  },
]
const schema = compileSchema(definitions, 7)
const posts = schema.collections.get('posts')!
const users = schema.collections.get('users')!

const codesOf = (field: Field, value: Json): string[] => {
  const codes: string[] = []
  field.parseValue(value, 'x', (_path, code) => codes.push(code))
  return codes
}

describe('a compiled collection', () => {
  it('has the system fields first, then its own in order', () => {
    expect([...posts.fields.keys()].slice(0, 7)).toEqual([
      'id',
      'createdAt',
      'updatedAt',
      'createdBy',
      'version',
      'title',
      'status',
    ])
  })

  it('lets id be written, and no other system field and nothing computed', () => {
    const closed = [...posts.fields.values()].filter(({ writable }) => !writable).map(({ name }) => name)
    expect(closed).toEqual(['createdAt', 'updatedAt', 'createdBy', 'version', 'label'])
  })

  it('leads from the creator to users, where there is such a collection', () => {
    expect(posts.fields.get('createdBy')!.relation!.target()).toBe(users)
    expect(
      compileSchema([definitions[1]!], 1).collections.get('posts')!.fields.get('createdBy')!.relation,
    ).toBeUndefined()
  })

  it('sees the records that point at it under the inverse names', () => {
    const inverse = users.field('posts')!
    const { relation } = inverse
    if (relation?.kind !== 'inverse') throw new Error('not an inverse relation')
    expect([relation.target(), relation.via()]).toEqual([posts, posts.fields.get('author')])
    expect(() => inverse.parseOperand('x', 'filter.posts')).toThrow(expect.objectContaining({ code: 'invalid_value' }))
  })

  it('knows no field that is only a key of objects', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'TITLE', 'title '])
      expect(posts.field(name)).toBeUndefined()
  })

  it('names the fields a computed field reads', () => {
    expect(posts.fields.get('label')!.inputs).toEqual(['title', 'code'])
  })

  it('cannot be changed', () => {
    expect([schema, posts, posts.fields.get('title')!].map(Object.isFrozen)).toEqual([true, true, true])
  })

  it('refuses a text that its index could not hold', () => {
    expect(codesOf(posts.fields.get('title')!, 'x'.repeat(1300))).toEqual([])
    expect(codesOf(posts.fields.get('title')!, 'x'.repeat(1301))).toEqual(['too_long'])
    expect(codesOf(posts.fields.get('code')!, '😀'.repeat(325))).toEqual([])
    expect(codesOf(posts.fields.get('code')!, '😀'.repeat(326))).toEqual(['too_long'])
    expect(codesOf(posts.fields.get('note')!, 'x'.repeat(10_000))).toEqual([])
  })
})

describe('the name of a constraint', () => {
  it('leads back to the fields, of this collection only', () => {
    const of = (name: string): string[] => fieldsOfConstraint(name, posts)
    expect(of(primaryKeyName(id(3)))).toEqual(['id'])
    expect(of(fieldPartName('u', id(9)))).toEqual(['code'])
    expect(of(fieldPartName('f', id(7)))).toEqual(['readers'])
    expect(of(fieldPartName('u', id(2)))).toEqual([])
    expect(of('p_x')).toEqual([])
    expect(of('')).toEqual([])
  })
})

describe('the JSON Schema of a field', () => {
  it('says what its values are, and where they may be null', () => {
    const schemas = Object.fromEntries([...posts.fields.values()].map((field) => [field.name, fieldSchemaOf(field)]))
    expect(schemas).toMatchObject({
      title: { type: 'string', description: 'What it is about' },
      code: { type: ['string', 'null'] },
      status: { type: 'string', enum: ['draft', 'published'] },
      readers: { type: 'array', items: { type: 'string', format: 'uuid' } },
      label: { type: ['string', 'null'], readOnly: true },
      place: { type: ['object', 'null'] },
    })
  })
})
