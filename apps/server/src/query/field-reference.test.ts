import { describe, expect, it } from 'vitest'
import { documentSchema, testSchema } from '../../test/support/test-schema.js'
import {
  conditionKey,
  conditionToSql,
  matchCondition,
  Params,
  parseFilter,
  parseRuleCondition,
  readEverything,
  SqlContext,
  traceCondition,
} from './index.js'

const posts = testSchema.collections.get('posts')!
const users = testSchema.collections.get('users')!
const context = { user: { roles: [], value: () => undefined }, now: new Date(), texts: 'C.UTF-8' } as const

const parse = (condition: unknown) => parseRuleCondition(condition as never, posts, users).condition
const toSql = (condition: unknown) => conditionToSql(parse(condition), 'p', new SqlContext(new Params()))
const than = (name: string) => ({ $field: name })

describe('a comparison of two fields', () => {
  it.each([
    [{ views: { $gt: than('salary') } }, 'p."views" > p."salary"'],
    [{ views: { $ne: than('salary') } }, 'p."views" is distinct from p."salary"'],
    [{ 'author.email': than('email') }, undefined],
    [{ author: { $some: { email: { $eq: than('team') } } } }, undefined],
    [{ title: { $lte: than('body') }, views: { $gte: 1 } }, '(p."title" <= p."body" and p."views" >= $1::int8)'],
  ])('is SQL on the columns: %j', (condition, wanted) => {
    if (wanted) expect(toSql(condition)).toBe(wanted)
    else expect(() => toSql(condition)).toThrow()
  })

  it('is decided in memory as in SQL, absent values included', () => {
    const record = (views: number | null, salary: number | null) => ({ views, salary })
    const outcome = (operator: string, views: number | null, salary: number | null) =>
      matchCondition(parse({ views: { [operator]: than('salary') } }), record(views, salary), context)
    expect(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte'].map((name) => outcome(name, 2, 2))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ])
    expect(['$eq', '$ne', '$gt', '$lt'].map((name) => outcome(name, 3, 2))).toEqual([false, true, true, false])
    expect(['$eq', '$ne', '$gt', '$lte'].map((name) => outcome(name, null, 2))).toEqual([false, true, false, false])
    expect(['$eq', '$ne', '$gte'].map((name) => outcome(name, null, null))).toEqual([false, false, false])
    expect(matchCondition(parse({ views: { $gt: than('salary') } }), { views: 1 }, context)).toBeUndefined()
    expect(traceCondition(parse({ views: { $gt: than('salary') } }), record(1, 2), context)).toMatchObject([
      { path: 'views', operator: '$gt', actual: 1 },
    ])
  })

  it('is its own condition to whoever looks for equal ones', () => {
    const keys = [than('salary'), than('views'), 5].map((operand) => conditionKey(parse({ views: { $gt: operand } })))
    expect(new Set(keys).size).toBe(3)
  })

  it('needs two fields of one type, in a rule or a validation', () => {
    for (const condition of [
      { views: { $gt: than('title') } },
      { views: { $in: than('salary') } },
      { labels: { $has: than('title') } },
      { author: { $eq: than('readers') } },
      { views: { $gt: than('nothing') } },
      { views: { $gt: { $field: 'salary', more: 1 } } },
    ])
      expect(() => parse(condition), JSON.stringify(condition)).toThrow()
    const filter = { views: { $gt: than('salary') } }
    expect(() => parseFilter(filter, readEverything(posts))).toThrow('must be a whole number')
    const documents = documentSchema.collections.get('documents')!
    const json = { meta: { $eq: than('x') } }
    expect(() => parseRuleCondition(json, documents, users)).not.toThrow()
  })
})
