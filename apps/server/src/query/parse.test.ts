import { describe, expect, it } from 'vitest'
import { testSchema } from '../../test/support/test-schema.js'
import { AppError } from '../lib/index.js'
import { conditionToSql, Params, parseFilter, parseRuleCondition, readEverything, SqlContext } from './index.js'

const posts = testSchema.collections.get('posts')!
const users = testSchema.collections.get('users')!

function sqlOf(filter: unknown): { sql: string; values: unknown[] } {
  const params = new Params()
  const sql = conditionToSql(parseFilter(filter as never, readEverything(posts)), 'p', new SqlContext(params))
  return { sql, values: params.sources.map((source) => (source.from === 'value' ? source.value : source.from)) }
}

function ruleSql(condition: unknown): string {
  const context = new SqlContext(new Params())
  return conditionToSql(parseRuleCondition(condition as never, posts, users).condition, 'p', context)
}

function refusal(filter: unknown): { code: string; path: string | undefined } {
  try {
    sqlOf(filter)
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, path: error.options.errors?.[0]?.path }
    throw error
  }
  throw new Error('The filter was accepted')
}

describe('a filter becomes SQL', () => {
  it.each([
    [{ status: 'draft' }, 'p."status" = $1::text', ['draft']],
    [{ views: { $gte: 1, $lt: 9 } }, '(p."views" >= $1::int8 and p."views" < $2::int8)', [1, 9]],
    [{ title: { $ne: 'x' } }, 'p."title" <> $1::text', ['x']],
    [{ body: { $ne: 'x' } }, 'p."body" is distinct from $1::text', ['x']],
    [{ body: null }, 'p."body" is null', []],
    [{ body: { $ne: null } }, 'p."body" is not null', []],
    [{ status: { $in: ['draft', 'draft'] } }, 'p."status" = any($1::text[])', [['draft']]],
    [{ status: { $nin: ['draft'] } }, '(p."status" = any($1::text[])) is not true', [['draft']]],
    [{ views: { $between: [1, 5] } }, 'p."views" between $1::int8 and $2::int8', [1, 5]],
    [{ title: { $contains: '50%_\\' } }, 'p."title" like $1::text', ['%50\\%\\_\\\\%']],
    [{ $not: { status: 'draft' } }, '(p."status" = $1::text) is not true', ['draft']],
    [{ $or: [{ views: 1 }, { views: 2 }] }, '(p."views" = $1::int8 or p."views" = $2::int8)', [1, 2]],
    [{ labels: { $has: 'a' } }, 'p."labels" @> array[$1::text]', ['a']],
    [{ $or: [{ views: 1 }, { status: 'draft' }], status: 'draft' }, 'p."status" = $1::text', ['draft']],
    [{ $or: [{ views: 1, status: 'draft' }, { views: 1 }] }, 'p."views" = $1::int8', [1]],
    [{}, 'true', []],
  ])('%j', (filter, sql, values) => {
    expect(sqlOf(filter)).toEqual({ sql, values })
  })

  it('follows relations to one record, to many, and back', () => {
    expect(sqlOf({ 'author.email': 'a@b.de' }).sql).toBe(
      'exists (select 1 from "public"."users" r1 where r1."id" = p."author" and r1."email" = $1::text)',
    )
    expect(sqlOf({ comments: { $none: { text: 'x' } } }).sql).toBe(
      'not exists (select 1 from "public"."comments" r1 where r1."post" = p."id" and r1."text" = $1::text)',
    )
    expect(sqlOf({ 'readers.email': 'a@b.de' }).sql).toMatch(
      /^exists \(select 1 from "public"\."_link_\w+" r2 join "public"\."users" r1 on r1\."id" = r2\."target" where r2\."source" = p\."id" and r1\."email" = \$1::text\)$/,
    )
    expect(sqlOf({ comments: { $every: { text: 'x' } } }).sql).toContain('(r1."text" = $1::text) is not true)')
  })
})

describe('a filter is refused with the place of what is wrong', () => {
  it.each([
    [{ nope: 1 }, 'unknown_field', 'filter.nope'],
    [{ TITLE: 'x' }, 'unknown_field', 'filter.TITLE'],
    [{ 'title ': 'x' }, 'unknown_field', 'filter.title '],
    [{ 'p.title': 'x' }, 'unknown_field', 'filter.p.title'],
    [{ 'author.nope': 1 }, 'unknown_field', 'filter.author.nope'],
    [{ 'title.x': 1 }, 'unknown_field', 'filter.title.x'],
    [{ __proto__x: 1 }, 'unknown_field', 'filter.__proto__x'],
    [{ constructor: 1 }, 'unknown_field', 'filter.constructor'],
    [{ title: { $regex: 'x' } }, 'unknown_operator', 'filter.title.$regex'],
    [{ $nor: [{ title: 'x' }] }, 'unknown_operator', 'filter.$nor'],
    [{ views: { $contains: 'x' } }, 'unknown_operator', 'filter.views.$contains'],
    [{ views: 'many' }, 'invalid_value', 'filter.views.$eq'],
    [{ views: { $in: 5 } }, 'invalid_value', 'filter.views.$in'],
    [{ views: { $between: [1] } }, 'invalid_value', 'filter.views.$between'],
    [{ title: { $like: 'x\\' } }, 'invalid_value', 'filter.title.$like'],
    [{ $or: { '0': { title: 'x' }, length: 1 } }, 'invalid_query', 'filter.$or'],
    [{ $or: [] }, 'invalid_query', 'filter.$or'],
    [{ $and: [{}] }, 'invalid_query', 'filter.$and.0'],
    [{ title: {} }, 'invalid_query', 'filter.title'],
    [[], 'invalid_query', 'filter'],
    ['x', 'invalid_query', 'filter'],
  ])('%j', (filter, code, path) => {
    expect(refusal(filter)).toMatchObject({ code, path: path.replace('.$eq', '') })
  })

  it('is limited in depth and in terms', () => {
    let deep: unknown = { title: 'x' }
    for (let depth = 0; depth < 10_000; depth += 1) deep = { $not: deep }
    expect(refusal(deep).code).toBe('query_too_complex')
    expect(refusal({ $or: Array.from({ length: 201 }, () => ({ title: 'x' })) }).code).toBe('query_too_complex')
    expect(refusal({ views: { $in: Array.from({ length: 1001 }, (_, index) => index) } }).code).toBe(
      'query_too_complex',
    )
    expect(refusal({ $or: Array.from({ length: 51 }, () => ({ 'author.email': 'x' })) }).code).toBe('query_too_complex')
    expect(refusal({ 'author.posts.author.posts.author.posts.author.posts.author.email': 'x' }).code).toBe(
      'query_too_complex',
    )
  })
})

describe('the condition of a rule', () => {
  it('knows who asks and what time it is', () => {
    expect(ruleSql({ author: '$user.id' })).toBe('p."author" = $1::uuid')
    expect(ruleSql({ status: { $in: '$user.roles' } })).toBe('p."status" = any($1::text[])')
    expect(ruleSql({ createdAt: { $gt: '$now(-7d)' } })).toBe(`p."createdAt" > (now() + interval '-604800 seconds')`)
    expect(ruleSql({ title: '$user.email' })).toBe(
      'p."title" = (select r1."email" from "public"."users" r1 where r1."id" = $1::uuid)::text',
    )
  })

  it.each([
    [{}, 'invalid_query'],
    [{ author: '$user.nope' }, 'invalid_value'],
    [{ author: '$user' }, 'invalid_value'],
    [{ views: '$user.id' }, 'invalid_value'],
    [{ createdAt: '$now(1y)' }, 'invalid_value'],
    [{ status: '$user.roles' }, 'invalid_value'],
  ])('refuses %j', (condition, code) => {
    expect(() => ruleSql(condition)).toThrow(expect.objectContaining({ code }) as Error)
  })

  it('is no place for variables when a caller writes it', () => {
    expect(sqlOf({ title: '$user.email' }).values).toEqual(['$user.email'])
  })
})
