import { expect, it } from 'vitest'
import { testSchema } from '../../../test/support/test-schema.js'
import { Scopes } from '../../permissions/index.js'
import { toColumnArrays } from './column-arrays.js'
import { parseBody } from './parse-body.js'

it('writes the values of each column as the text of an array', () => {
  const posts = testSchema.collections.get('posts')!
  const scopes = new Scopes(testSchema, undefined)
  const bodies = [
    { title: 'plain', views: 1, labels: ['a', 'b"c', 'd\\e', 'NULL', '{,}'] },
    { title: '"quoted" \\ {a,b}\n', views: null, labels: [] },
    { title: 'NULL', views: -9007199254740991, labels: ['x'] },
  ].map((raw) => parseBody(raw, scopes.create(posts)!, undefined))
  expect(toColumnArrays(bodies)).toEqual([
    '{"plain","\\"quoted\\" \\\\ {a,b}\n","NULL"}',
    '{1,NULL,-9007199254740991}',
    String.raw`{"{\"a\",\"b\\\"c\",\"d\\\\e\",\"NULL\",\"{,}\"}","{}","{\"x\"}"}`,
  ])
})
