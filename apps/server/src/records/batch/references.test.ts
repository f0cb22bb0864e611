import type { Json } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { findReferences, type ReferenceSource, resolveReferences } from './references.js'

const results: Json[] = [
  { id: 'a', title: 'Tea', views: 3, none: null, tags: ['x', 'y'], place: { lat: 1, lon: 2 }, rows: [{ $inc: 1 }] },
  null,
]
const source: ReferenceSource = { resultOf: (operation) => results[operation]!, taken: () => {} }
const resolve = (value: Json) => resolveReferences(value, 'operations.2.data', source)

describe('references', () => {
  it.each<[Json, Json]>([
    ['$0.id', 'a'],
    ['$0.views', 3],
    ['$0.none', null],
    ['$0.tags', ['x', 'y']],
    ['$0.tags.1', 'y'],
    ['$0.place.lat', 1],
    [{ deep: [{ er: '$0.title' }] }, { deep: [{ er: 'Tea' }] }],
  ])('%j stands for %j', (value, meaning) => {
    expect(resolve(value)).toEqual(meaning)
  })

  it.each([
    '$5',
    '$',
    '$$',
    '$0',
    '$0.',
    '$x.id',
    'a $0.id',
    '$$$ sale',
    '$$5',
    'US$1.50',
    '$1.50',
    '$0.id!',
    '$0.id and',
    '$0.a..b',
  ])('%j is a text', (text) => {
    expect([resolve(text), findReferences(text, '')]).toEqual([text, []])
  })

  it.each([
    ['$$0.id', '$0.id'],
    ['$$$0.id', '$$0.id'],
    ['$$1.x.0', '$1.x.0'],
    ['$$1.50', '$1.50'],
    ['$$0.id and', '$0.id and'],
  ])('%j means the text %j', (escaped, text) => {
    expect([resolve(escaped), findReferences(escaped, '')]).toEqual([text, []])
  })

  it.each([
    '$0.nothing',
    '$0.tags.2',
    '$0.tags.length',
    '$0.title.length',
    '$0.constructor',
    '$0.place.__proto__',
    '$0.place',
    '$0.rows',
    '$0.id.x',
    '$1.id',
  ])('%s is refused, with its path', (reference) => {
    expect(() => resolve({ x: [reference] })).toThrow(
      expect.objectContaining({
        code: 'invalid_body',
        options: expect.objectContaining({ errors: [expect.objectContaining({ path: 'operations.2.data.x.0' })] }),
      }),
    )
  })

  it('are found wherever they stand', () => {
    expect(findReferences({ a: '$0.id', b: [{ c: '$1.x.y' }], d: '$$0.id' }, 'at')).toEqual([
      { path: 'at.a', operation: 0, fields: ['id'] },
      { path: 'at.b.0.c', operation: 1, fields: ['x', 'y'] },
    ])
  })
})
