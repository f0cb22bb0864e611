import type { FieldDefinition } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { compileSchema } from '../collections/index.js'
import { describeField, exampleOf } from './describe-field.js'

const id = (last: number): string => `00000000-0000-7000-8000-00000000000${last}`

function schemaOf(definition: Partial<FieldDefinition>) {
  const field = { id: id(2), name: 'value', type: 'text', ...definition } as FieldDefinition
  const { collections } = compileSchema([{ id: id(1), name: 'things', fields: [field] }], 1)
  return describeField(collections.get('things')!.fields.get('value')!)
}

describe('the schema of a field', () => {
  it('has its limits, its words, a default and an example', () => {
    expect(schemaOf({ type: 'integer', min: 3, default: 5, unique: true, description: 'How many.' })).toEqual({
      type: ['integer', 'null'],
      minimum: 3,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'How many. Unique.',
      default: 5,
      examples: [5],
    })
  })

  it('keeps patterns that JavaScript reads as RE2 does, and tells the others in words', () => {
    expect(schemaOf({ pattern: '[a-z]+' })).toMatchObject({ pattern: '^(?:[a-z]+)$' })
    const foreign = schemaOf({ pattern: '(?P<word>x)' })
    expect(foreign).not.toHaveProperty('pattern')
    expect(foreign['description']).toContain('(?P<word>x)')
  })

  it('takes over the schema of a JSON field, unless it refers to parts of itself', () => {
    expect(schemaOf({ type: 'json', schema: { type: 'object', required: ['a'] } })).toMatchObject({
      type: ['object', 'null'],
      required: ['a'],
    })
    const recursive = { type: 'object', properties: { next: { $ref: '#' } } }
    expect(schemaOf({ type: 'json', schema: recursive })).not.toHaveProperty('properties')
  })
})

describe('the example of a field', () => {
  it('keeps to its limits', () => {
    const of = (definition: Partial<FieldDefinition>) => exampleOf({ name: 'value', type: 'text', ...definition })
    expect(of({})).toBe('Hello')
    expect(of({ maxLength: 2 })).toBe('He')
    expect(of({ minLength: 7 })).toBe('Hello..')
    expect(of({ type: 'integer', max: -4 })).toBe(-4)
    expect(of({ type: 'decimal', min: '2.50' })).toBe('2.50')
    expect(of({ type: 'select', options: ['a', 'b'] })).toBe('a')
    expect(of({ type: 'multiselect', options: ['a', 'b', 'c'], minItems: 2 })).toEqual(['a', 'b'])
    expect(of({ type: 'relation', collection: 'users' })).toBeUndefined()
    expect(of({ pattern: 'x{3}' })).toBeUndefined()
  })
})
