import { describe, expect, it } from 'vitest'
import { changedPaths } from './changed-paths'
import { diffWords } from './word-diff'

describe('diffWords', () => {
  it('tells what was taken out and put in', () => {
    expect(diffWords('Learn to sail', 'Learn how to sail well')).toEqual([
      { kind: 'same', text: 'Learn ' },
      { kind: 'added', text: 'how ' },
      { kind: 'same', text: 'to sail' },
      { kind: 'added', text: ' well' },
    ])
  })

  it.each([
    ['', 'new'],
    ['old', ''],
    ['a b a b', 'b a'],
    ['one\ntwo', 'one two'],
    ['word '.repeat(3_000), 'other '.repeat(3_000)],
  ])('loses nothing of either side', (from, to) => {
    const parts = diffWords(from, to)
    const side = (kind: string) => parts.filter((part) => part.kind !== kind).map(({ text }) => text)
    expect(side('added').join('')).toBe(from)
    expect(side('removed').join('')).toBe(to)
  })
})

describe('changedPaths', () => {
  it('names what differs inside of JSON', () => {
    expect(changedPaths({ a: 1, b: { c: [1, 2] }, d: null }, { a: 1, b: { c: [1, 3, 4] }, e: 'x' })).toEqual([
      { path: 'b.c.1', from: 2, to: 3 },
      { path: 'b.c.2', from: undefined, to: 4 },
      { path: 'd', from: null, to: undefined },
      { path: 'e', from: undefined, to: 'x' },
    ])
  })
})
