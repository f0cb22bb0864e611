import { describe, expect, it } from 'vitest'
import { Scopes } from '../../src/permissions/index.js'
import { parseAggregate } from '../../src/records/aggregate/parse-aggregate.js'
import { planAggregate } from '../../src/records/aggregate/plan-aggregate.js'
import { testSchema } from '../support/test-schema.js'

const posts = testSchema.collections.get('posts')!
const user = new Scopes(testSchema, new Set(['public', 'user']))
const admin = new Scopes(testSchema, undefined)

const aggregate = (scopes: Scopes, body: object): string =>
  planAggregate(parseAggregate(body, scopes.read(posts)!)).text

/** Statements of aggregates, to be read in the diff whenever they change. */
describe('golden SQL', () => {
  it.each([
    ['aggregate-admin', () => aggregate(admin, { aggregates: { n: { count: '*' } } })],
    [
      'aggregate-masked',
      () =>
        aggregate(user, {
          filter: { status: 'published' },
          groupBy: ['author.email', { field: 'createdAt', bucket: 'month', timezone: 'Europe/Berlin' }],
          aggregates: {
            n: { count: '*' },
            views: { sum: 'views' },
            mean: { avg: 'views' },
            high: { percentile: 'views', at: 0.95 },
            writers: { countDistinct: 'author.email' },
          },
          having: { n: { $gte: 2 }, views: { $ne: null } },
          sort: ['-views'],
          limit: 20,
        }),
    ],
    ['aggregate-items', () => aggregate(user, { groupBy: ['labels'], aggregates: { n: { count: '*' } } })],
  ])('%s', async (name, build) => {
    await expect(`${build()}\n`).toMatchFileSnapshot(`./golden/${name}.sql`)
  })
})
