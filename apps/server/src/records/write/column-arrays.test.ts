import { expect, it } from 'vitest'
import { testSchema } from '../../../test/support/test-schema.js'
import { Scopes } from '../../permissions/index.js'
import { toColumnArrays } from './column-arrays.js'
import { parseBody } from './parse-body.js'

/** What PostgreSQL reads: dimensions, whether there are nulls, type, size, first index; then each element by its length. */
function readArray(bytes: Buffer): { header: number[]; elements: (string | null)[] } {
  const header = [0, 4, 8, 12, 16].map((at) => bytes.readInt32BE(at))
  const elements: (string | null)[] = []
  let at = 20
  while (at < bytes.length) {
    const length = bytes.readInt32BE(at)
    at += 4
    elements.push(length < 0 ? null : bytes.toString('utf8', at, at + length))
    at += Math.max(length, 0)
  }
  return { header, elements }
}

it('writes the values of each column as a binary array of texts', () => {
  const posts = testSchema.collections.get('posts')!
  const scopes = new Scopes(testSchema, undefined)
  const ids = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002']
  const bodies = [
    { id: ids[0], title: 'plain', views: 1, labels: ['a', 'b"c', 'd\\e', 'NULL', '{,}'] },
    { title: '"quoted" \\ {ä,€,😀}\n', views: null, labels: [], id: ids[1] },
  ].map((raw) => parseBody(raw, scopes.create(posts)!, undefined))
  expect(toColumnArrays(bodies).map(readArray)).toEqual([
    { header: [1, 0, 25, 2, 1], elements: ids },
    { header: [1, 0, 25, 2, 1], elements: ['plain', '"quoted" \\ {ä,€,😀}\n'] },
    { header: [1, 1, 25, 2, 1], elements: ['1', null] },
    { header: [1, 0, 25, 2, 1], elements: [String.raw`{"a","b\"c","d\\e","NULL","{,}"}`, '{}'] },
  ])
})
