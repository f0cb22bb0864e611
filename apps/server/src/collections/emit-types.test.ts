import { readFileSync } from 'node:fs'
import type { CollectionDefinition } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { emitTypes } from './emit-types.js'
import { singularName } from './singular-name.js'

const fixtures = new URL('../../../../packages/sdk/fixtures/', import.meta.url)
const text = { name: 'text', type: 'text' } as const
const typeNames = (...names: string[]): string[] =>
  [...emitTypes(names.map((name) => ({ name, fields: [] }))).matchAll(/record: (\w+)/g)].map(([, name]) => name!)

describe('emitTypes', () => {
  it('writes the types that the SDK is tested with', async () => {
    const collections: CollectionDefinition[] = JSON.parse(readFileSync(new URL('collections.json', fixtures), 'utf8'))
    await expect(emitTypes(collections)).toMatchFileSnapshot(new URL('schema.ts', fixtures).pathname)
  })

  it('writes the same types whatever the order of the collections', () => {
    const collections = [
      { name: 'b', fields: [] },
      { name: 'a', fields: [] },
    ]
    expect(emitTypes(collections)).toBe(emitTypes(collections.toReversed()))
  })

  it('gives each collection names of its own', () => {
    expect(typeNames('post', 'posts')).toEqual(['Post', 'Posts'])
    expect(typeNames('post', 'postCreates')).toEqual(['Post', 'PostCreates'])
    expect(typeNames('blog_posts', 'blogPosts')).toEqual(['BlogPost', 'BlogPosts'])
    expect(typeNames('a_bs', 'a_b', 'ab', 'abs', 'aB')).toHaveLength(5)
    expect(new Set(typeNames('a_bs', 'a_b', 'ab', 'abs', 'aB')).size).toBe(5)
  })

  it('hides no global type', () => {
    expect(typeNames('dates', 'records', 'schemas', 'schema')).toEqual(['Dates', 'Records', 'Schema2', 'Schemas'])
  })

  it('makes a field optional in the record when a rule can hide it', () => {
    const record = (definition: Partial<CollectionDefinition>) =>
      emitTypes([{ name: 'notes', fields: [text, { name: 'other', type: 'text' }], ...definition }])
    expect(record({})).toContain('  text: string | null')
    expect(record({ rules: [{ role: 'user', action: 'read' }] })).toContain('  text: string | null')
    expect(record({ rules: [{ role: 'user', action: 'read', fields: ['other'] }] })).toContain('  text?: string | null')
    expect(record({ rules: [{ role: 'user', action: 'read', fields: ['text'], deny: true }] })).toContain(
      '  text?: string',
    )
    expect(record({ rules: [{ role: 'user', action: 'read', deny: true }] })).toContain('  text: string | null')
    expect(record({ rules: [{ role: 'user', action: 'update', fields: ['other'] }] })).toContain(
      '  text: string | null',
    )
  })

  it('makes what a computed field tells as optional as what it reads', () => {
    const length = { name: 'length', type: 'computed', expression: 'length(text)', returns: 'integer' } as const
    const readable = (fields: string[]) =>
      emitTypes([{ name: 'notes', fields: [text, length], rules: [{ role: 'user', action: 'read', fields }] }])
    expect(readable(['text', 'length'])).toContain('  length: number | null')
    expect(readable(['length'])).toContain('  length?: number | null')
  })

  it('keeps texts of definitions out of the code', () => {
    const hostile = ['*/ process.exit(1) /* `', '{process.exit(1)} \u2028 end'].join('$')
    const types = emitTypes([
      {
        name: 'notes',
        description: hostile,
        fields: [
          { ...text, description: hostile },
          { name: 'kind', type: 'select', options: ['"; process.exit(1); "', '*/', ['`', '{1}`'].join('$'), "it's\n"] },
        ],
      },
      { name: 'x: {}; process.exit(1); interface y', fields: [{ name: '"]: 1; evil', type: 'text' }] },
    ])
    const code = types
      .replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
      .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
      .replaceAll(/^\/\/.*$/gm, '')
    expect(code).not.toMatch(/process|evil|exit/)
    expect(types).toContain('*\\/')
  })
})

describe('singularName', () => {
  it.each([
    ['posts', 'post'],
    ['categories', 'category'],
    ['movies', 'movie'],
    ['boxes', 'box'],
    ['addresses', 'address'],
    ['statuses', 'status'],
    ['status', 'status'],
    ['people', 'person'],
    ['blogPeople', 'blogPerson'],
    ['blog_posts', 'blog_post'],
    ['courses', 'course'],
    ['news', 'news'],
    ['data', 'data'],
    ['s', 's'],
    ['posts2', 'posts2'],
  ])('makes %s to %s', (plural, singular) => expect(singularName(plural)).toBe(singular))
})
