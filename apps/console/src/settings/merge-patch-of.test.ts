import { expect, it } from 'vitest'
import { mergePatchOf } from './merge-patch-of'

it.each([
  [{ a: 1 }, { a: 1 }, {}],
  [{ a: 1, b: 2 }, { a: 3, b: 2 }, { a: 3 }],
  [{ a: 1 }, {}, { a: null }],
  [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }],
  [{ a: [1, 2] }, { a: [2] }, { a: [2] }],
  [{}, { a: { b: 1 } }, { a: { b: 1 } }],
  [{ secret: '***', url: 'x' }, { secret: '***', url: 'y' }, { url: 'y' }],
])('makes of %j by %j the patch %j', (before, after, patch) => expect(mergePatchOf(before, after)).toEqual(patch))
