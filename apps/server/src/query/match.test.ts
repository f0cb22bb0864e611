import type { Json } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { documentSchema, testSchema } from '../../test/support/test-schema.js'
import {
  type MatchContext,
  type MatchRecord,
  matchCondition,
  parseFilter,
  parseRuleCondition,
  readEverything,
  traceCondition,
} from './index.js'

const posts = testSchema.collections.get('posts')!
const users = testSchema.collections.get('users')!
const documents = documentSchema.collections.get('documents')!
const me = '00000000-0000-7000-8000-0000000000aa'

const post: MatchRecord = {
  id: '00000000-0000-7000-8000-0000000000bb',
  title: 'Straße 💥',
  body: null,
  status: 'draft',
  views: 3,
  author: me,
  labels: ['a', 'b'],
  readers: [],
}
const context: MatchContext = {
  user: { id: me, roles: ['public', 'user', 'draft'], value: ({ path }) => (path[0] === 'team' ? null : undefined) },
  now: new Date('2024-05-01T12:00:00Z'),
  texts: 'C.UTF-8',
  related: (_record, { name }) => (name === 'author' ? [{ id: me, email: 'me@example.com' }] : undefined),
}

const matches = (condition: unknown, record = post, given = context): boolean | undefined =>
  matchCondition(parseRuleCondition(condition as never, posts, users).condition, record, given)

const inside = (condition: unknown, meta: Json): boolean | undefined =>
  matchCondition(parseFilter(condition as never, readEverything(documents)), { meta }, context)

describe('a record in memory', () => {
  it.each([
    [{ status: 'draft', views: { $gt: 2 } }, true],
    [{ body: 'x' }, false],
    [{ body: { $ne: 'x' } }, true],
    [{ body: { $gt: 'a' } }, false],
    [{ $not: { body: { $gt: 'a' } } }, true],
    [{ body: { $nin: ['x'] } }, true],
    [{ body: null }, true],
    [{ readers: null }, true],
    [{ labels: { $hasAll: ['b', 'a'] } }, true],
    [{ labels: { $hasAny: [] } }, false],
    [{ title: { $like: 'Stra_e _' } }, true],
    [{ title: { $ilike: 'STRASSE%' } }, false],
    [{ title: { $ilike: 'sTRAßE%' } }, true],
    [{ title: { $gt: 'Straße \uffee' } }, true],
    [{ author: '$user.id' }, true],
    [{ status: { $in: '$user.roles' } }, true],
    [{ title: '$user.team' }, false],
    [{ title: { $ne: '$user.team' } }, true],
    [{ 'author.email': { $startsWith: 'me@' } }, true],
    [{ author: { $nin: [] } }, true],
  ])('%j', (condition, outcome) => expect(matches(condition)).toBe(outcome))

  it.each([
    ['"a"', { 'meta.x': 'a' }, { x: 'a' }, true],
    ['another type', { 'meta.x': '1' }, { x: 1 }, false],
    ['another type, not equal', { 'meta.x': { $ne: '1' } }, { x: 1 }, true],
    ['a place of a list', { 'meta.x.-1': { $gte: 2 } }, { x: [1, 2] }, true],
    ['a place that is a key', { 'meta.x.0': { $lt: 2 } }, { x: { '0': 1 } }, true],
    ['JSON null', { 'meta.x': null }, { x: null }, true],
    ['whole objects', { 'meta.x': { $eq: { a: 1, b: [1, null] } } }, { x: { b: [1, null], a: 1.0 } }, true],
    ['what every object inherits', { 'meta.constructor': { $null: false } }, {}, false],
    ['items', { 'meta.x': { $hasAny: ['1', 2] } }, { x: [1, 2] }, true],
  ] as const)('in JSON: %s', (_name, condition, meta, outcome) => {
    expect(inside(condition, meta as unknown as Json)).toBe(outcome)
  })

  it('is left to the database where it does not tell', () => {
    const { title: _, ...untitled } = post
    expect(matches({ title: 'x' }, untitled)).toBeUndefined()
    expect(matches({ $or: [{ title: 'x' }, { views: 3 }] }, untitled)).toBe(true)
    expect(matches({ $not: { title: 'x', views: 4 } }, untitled)).toBe(true)
    expect(matches({ comments: { $some: { text: 'x' } } })).toBeUndefined()
    expect(matches({ title: '$user.email' })).toBeUndefined()
    const foreign = { ...context, texts: undefined }
    expect(matches({ title: { $gt: 'a' } }, post, foreign)).toBeUndefined()
    expect(matches({ title: { $ilike: 'a' } }, post, foreign)).toBeUndefined()
    expect(matches({ title: { $startsWith: 'Str' } }, post, foreign)).toBe(true)
    expect(matches({ body: { $gt: 'a' } }, post, foreign)).toBe(false)
  })
})

describe('what did not hold', () => {
  const traced = (condition: unknown) =>
    traceCondition(parseRuleCondition(condition as never, posts, users).condition, post, context)

  it('is named with what was expected, variables resolved, and what is there', () => {
    expect(traced({ status: 'draft', views: { $gt: 5 }, author: { $ne: '$user.id' } })).toEqual([
      { path: 'views', operator: '$gt', expected: 5, actual: 3 },
      { path: 'author', operator: '$ne', expected: me, actual: me },
    ])
    expect(traced({ $or: [{ views: 1 }, { body: { $null: false } }] })).toEqual([
      { path: 'views', operator: '$eq', expected: 1, actual: 3 },
      { path: 'body', operator: '$null', expected: false, actual: null },
    ])
    expect(traced({ $not: { status: 'draft', views: { $lt: 9 } } })).toEqual([
      { path: 'status', operator: '$not $eq', expected: 'draft', actual: 'draft' },
      { path: 'views', operator: '$not $lt', expected: 9, actual: 3 },
    ])
    expect(traced({ 'author.email': 'you@example.com' })).toEqual([
      { path: 'author.email', operator: '$eq', expected: 'you@example.com', actual: 'me@example.com' },
    ])
    expect(traced({ comments: { $some: { text: 'x' } } })).toEqual([
      { path: 'comments', operator: '$some', expected: { text: { $eq: 'x' } }, actual: null, undecided: true },
    ])
    expect(traced({ createdAt: { $gt: '$now(-1d)' } })).toEqual([
      { path: 'createdAt', operator: '$gt', expected: '2024-04-30T12:00:00.000Z', actual: null, undecided: true },
    ])
    expect(traced({ status: 'draft' })).toEqual([])
  })
})
