import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { define } from '../../support/personas.js'
import { type Doc, docsPath, type Fixture, type PersonaName, personaNames, recordsOf, startFixture } from './fixture.js'
import { bytesOf, CanaryOracle, forEachOf, refuseFaults } from './oracles.js'
import { closedFields, visibleFields } from './policy.js'

/** What sums, groups and counts could tell. That they equal what a list tells is proven in `contract/rules/aggregates.test.ts`. */

let fixture: Fixture
let canaries: CanaryOracle
let docs: Record<string, Doc>

const aggregateOf = (collection: string): string => recordsOf(collection).replace('/records', '/aggregate')
const n = { count: '*' }

beforeAll(async () => {
  fixture = await startFixture()
  canaries = new CanaryOracle(fixture)
  docs = fixture.docs
})
afterAll(() => fixture?.stop())

const ask = (who: PersonaName, body: unknown, collection = 'docs'): Promise<TestResponse> =>
  fixture.ask(who, 'POST', aggregateOf(collection), { body })

async function groups(who: PersonaName, body: object, collection = 'docs'): Promise<Record<string, unknown>[]> {
  const answer = await ask(who, body, collection)
  expect(answer.status, answer.text).toBe(200)
  canaries.check(who, answer, JSON.stringify(body))
  return answer.json.data
}

const functions = ['count', 'countDistinct', 'sum', 'avg', 'min', 'max', 'percentile']
const call = (called: string, field: string) => ({ [called]: field, ...(called === 'percentile' && { at: 0.5 }) })

describe('a closed field', () => {
  it('A08 is nothing to group, count, compare or order by: the same bytes as for a name that does not exist', async () => {
    for (const who of ['ANON', 'ALICE', 'CAROL'] as const)
      for (const name of [...closedFields(who), 'entries']) {
        const twin = `${name.slice(0, -1)}Q`
        const ways = (field: string): object[] => [
          ...functions.map((called) => ({ aggregates: { n, x: call(called, field) } })),
          { groupBy: [field], aggregates: { n } },
          { groupBy: [`parent.${field}`], aggregates: { n } },
          { groupBy: [{ field, bucket: 'year' }], aggregates: { n } },
          { groupBy: ['status'], aggregates: { n }, having: { [field]: { $gt: 0 } } },
          { groupBy: ['status'], aggregates: { x: { max: field } }, having: { x: { $gt: 0 } }, sort: ['-x'] },
          { filter: { [field]: { $null: true } }, aggregates: { n } },
        ]
        await forEachOf([...ways(name).entries()], async ([at, body]) => {
          const [answer, other] = await Promise.all([ask(who, body), ask(who, ways(twin)[at])])
          expect([answer.status, answer.json.code], answer.text).toEqual([400, 'unknown_field'])
          expect(bytesOf(answer), JSON.stringify(body)).toBe(bytesOf(other).replaceAll(twin, name))
        })
      }
  })

  it('A08 is null in the rows in which it is closed, for every aggregate and group', async () => {
    for (const who of ['ALICE', 'BOB', 'CAROL', 'PAY'] as const) {
      const open = Object.values(docs).filter((doc) => visibleFields(fixture, who, doc).has('salary'))
      const salaries = open.map(({ salary }) => salary)
      const [all] = await groups(who, {
        aggregates: {
          ...{ n: { count: 'salary' }, distinct: { countDistinct: 'salary' }, sum: { sum: 'salary' } },
          ...{ min: { min: 'salary' }, max: { max: 'salary' }, top: { percentile: 'salary', at: 1 } },
        },
      })
      expect([who, all]).toEqual([
        who,
        {
          ...{ n: open.length, distinct: open.length },
          sum: open.length > 0 ? salaries.reduce((sum, salary) => sum + salary) : null,
          min: open.length > 0 ? Math.min(...salaries) : null,
          max: open.length > 0 ? Math.max(...salaries) : null,
          top: open.length > 0 ? Math.max(...salaries) : null,
        },
      ])
      const grouped = await groups(who, { groupBy: ['salary'], aggregates: { n } })
      const closed = Object.values(docs).filter((doc) => visibleFields(fixture, who, doc).size > 0).length - open.length
      expect(grouped).toEqual([
        ...salaries.sort((left, right) => left - right).map((salary) => ({ salary, n: 1 })),
        ...(closed > 0 ? [{ salary: null, n: closed }] : []),
      ])
    }
  })

  it('A08 does not show in the number of groups, in their order, or in which of them having lets through', async () => {
    // Of the published documents CAROL reads everything but the salary.
    const query = { groupBy: ['title'], aggregates: { most: { max: 'salary' } } }
    const titles = (await groups('CAROL', query)).map(({ title }) => title)
    expect(titles).toEqual([...titles].sort())
    expect((await groups('CAROL', { ...query, sort: ['-most', 'title'] })).map(({ title }) => title)).toEqual(titles)
    expect(await groups('CAROL', { ...query, having: { most: { $gt: 0 } } })).toEqual([])
    expect(await groups('CAROL', { ...query, having: { most: null } })).toHaveLength(titles.length)
    expect(await groups('CAROL', { ...query, groupBy: ['salary', 'bonus'] })).toHaveLength(1)
  })

  it('A06 has one spelling only', async () => {
    for (const field of ['Title', 'title ', ' title', '"title"', 'p.title', 's.v1', 'docs.title', 'ｔitle'])
      for (const body of [{ groupBy: [field], aggregates: { n } }, { aggregates: { n: { max: field } } }]) {
        const answer = await ask('ADMIN', body)
        expect([answer.status, answer.json.code], answer.text).toEqual([400, 'unknown_field'])
      }
  })

  it('A09 stays closed by any other name', async () => {
    for (const as of ['title', 'x', 'salary'])
      for (const field of ['secret', 'parent.secret']) {
        const answer = await ask('CAROL', { groupBy: [{ field, as }], aggregates: { n } })
        expect([answer.status, answer.json.code]).toEqual([400, 'unknown_field'])
      }
    expect(await groups('CAROL', { groupBy: [{ field: 'salary', as: 'title' }], aggregates: {} })).toEqual([
      { title: null },
    ])
  })
})

describe('a search', () => {
  it('A10 finds nothing in what is closed, neither records nor words', async () => {
    await define(fixture.server, fixture.personas.ADMIN!, [
      {
        name: 'notes',
        fields: [
          { name: 'title', type: 'text', searchable: true },
          { name: 'body', type: 'text', searchable: true },
          { name: 'open', type: 'boolean' },
          { name: 'shown', type: 'boolean' },
        ],
        rules: [
          { role: 'public', action: 'read', fields: ['title', 'shown'], conditions: { open: true } },
          { role: 'public', action: 'read', conditions: { open: true, shown: true } },
        ],
      },
    ])
    const notes = [
      { title: 'apple', body: 'hidden walnut', open: true, shown: false },
      { title: 'apple', body: 'shown walnut', open: true, shown: true },
      { title: 'apple', body: 'closed walnut', open: false, shown: true },
    ]
    expect((await fixture.ask('ADMIN', 'POST', recordsOf('notes'), { body: notes })).status).toBe(201)
    const found = async (who: PersonaName, search: string): Promise<unknown> => {
      const byBody = { search, groupBy: ['body'], aggregates: { n } }
      return (await groups(who, byBody, 'notes')).map((group) => [group['body'], group['n']])
    }
    expect(await found('ANON', 'walnut')).toEqual([['shown walnut', 1]])
    expect(await found('ANON', 'hidden')).toEqual([])
    expect(await found('ANON', 'apple')).toEqual([
      ['shown walnut', 1],
      [null, 1],
    ])
    expect(await found('ADMIN', 'walnut')).toHaveLength(3)
    for (const condition of [
      { $search: 'hidden' },
      { body: { $search: 'hidden' } },
      { $not: { title: { $search: 'apple' } } },
    ])
      expect(await groups('ANON', { filter: condition, aggregates: { n } }, 'notes')).toEqual([{ n: 0 }])
  })
})

describe('a closed record', () => {
  it('A24 is in no count, and counts agree with lists', async () => {
    for (const who of personaNames)
      for (const filter of [{}, { status: 'published' }, { $not: { status: 'published' } }, { amount: { $gt: 0 } }]) {
        const query = { filter: JSON.stringify(filter), count: 'exact', limit: '1000' }
        const { json } = await fixture.ask(who, 'GET', docsPath, { query })
        expect(await groups(who, { filter, aggregates: { n, ids: { countDistinct: 'id' } } })).toEqual([
          { n: json.meta.total, ids: json.data.length },
        ])
        const byStatus = await groups(who, { filter, groupBy: ['status'], aggregates: { n } })
        expect(byStatus.reduce((sum, group) => sum + (group['n'] as number), 0)).toBe(json.meta.total)
      }
  })

  it('A24 is behind a closed collection, for everyone alike', async () => {
    for (const [who, collection, code] of [
      ['ANON', 'audit', 'unauthenticated'],
      ['ALICE', 'audit', 'forbidden'],
      ['PAY', 'reports', 'forbidden'],
      ['ALICE', 'nothing', 'collection_not_found'],
    ] as const)
      expect((await ask(who, { aggregates: { n } }, collection)).json.code).toBe(code)
  })

  it('A25 is null at the end of every path', async () => {
    for (const who of personaNames)
      for (const path of [
        'owner.nickname',
        'org.name',
        'parent.title',
        'parent.parent.title',
        'parent.owner.nickname',
      ]) {
        const answer = await ask(who, { groupBy: [path], aggregates: { n, most: { max: path } } })
        canaries.check(who, answer, path)
        if (answer.status === 200)
          expect(answer.json.data.reduce((sum: number, group: { n: number }) => sum + group.n, 0)).toBe(
            Object.values(docs).filter((doc) => visibleFields(fixture, who, doc).size > 0).length,
          )
        else expect([who, answer.json.code]).toEqual([who, 'unknown_field'])
      }
    // A published document hangs on a draft of BOB's, which ALICE may not read.
    expect(
      await groups('ALICE', {
        filter: { id: docs['foreignPublished']!.id },
        groupBy: ['parent.title'],
        aggregates: {},
      }),
    ).toEqual([{ 'parent.title': null }])
  })

  it('A26 does not show through relations to many', async () => {
    for (const path of ['members', 'children', 'members.nickname', 'children.title'])
      for (const body of [{ groupBy: [path], aggregates: { n } }, { aggregates: { n: { count: path } } }]) {
        const answer = await ask('ALICE', body)
        expect([answer.status, answer.json.code]).toEqual([400, 'invalid_query'])
      }
  })

  it('A40 makes no aggregate fail that would without it', async () => {
    await define(fixture.server, fixture.personas.ADMIN!, [
      {
        name: 'extremes',
        fields: [
          { name: 'open', type: 'boolean' },
          { name: 'shown', type: 'boolean' },
          { name: 'double', type: 'number' },
          { name: 'huge', type: 'decimal', precision: 400, scale: 0 },
          { name: 'twin', type: 'relation', collection: 'extremes' },
        ],
        rules: [
          { role: 'public', action: 'read', fields: ['open', 'shown', 'twin'], conditions: { open: true } },
          { role: 'public', action: 'read', conditions: { open: true, shown: true } },
        ],
      },
    ])
    const most = { double: 1.7e308, huge: `1${'0'.repeat(350)}` }
    const closed = [
      { open: true, shown: false, ...most },
      { open: true, shown: false, ...most },
      { open: false, shown: true, ...most },
      { open: false, shown: true, ...most },
    ]
    const created = await fixture.ask('ADMIN', 'POST', recordsOf('extremes'), { body: closed })
    expect(created.status, created.text).toBe(201)
    const twins = created.json.data.map(({ id }: { id: string }) => ({
      ...{ open: true, shown: true, double: 1, huge: '1', twin: id },
    }))
    expect((await fixture.ask('ADMIN', 'POST', recordsOf('extremes'), { body: twins })).status).toBe(201)
    const aggregates = {
      ...{ sum: { sum: 'double' }, mean: { avg: 'double' }, half: { percentile: 'huge', at: 0.5 } },
      ...{ far: { sum: 'twin.double' }, farther: { percentile: 'twin.huge', at: 0.5 } },
    }
    expect(await groups('ANON', { aggregates }, 'extremes')).toEqual([
      { sum: 4, mean: 1, half: '1', far: null, farther: null },
    ])
    const everything = await ask('ADMIN', { aggregates }, 'extremes')
    expect([everything.status, everything.json.code]).toEqual([400, 'invalid_query'])
    refuseFaults(everything, 'a sum beyond its type')
  })
})

describe('a text in an aggregate query', () => {
  const hostile = [
    'a"b',
    "a'b",
    'a","b":"',
    'x) as y, (select 1',
    '"; select pg_sleep(5) --',
    '$1',
    'a\\',
    '__proto__',
    'constructor.prototype',
    'x'.repeat(64),
    '',
    'A',
    '1a',
    'é',
  ]

  it('A62 is no name of a column, and no function', async () => {
    for (const text of hostile)
      for (const body of [
        { aggregates: { [text]: n } },
        { aggregates: { n: { [text]: 'amount' } } },
        { aggregates: { n: { count: text } } },
        { groupBy: [text], aggregates: { n } },
        { groupBy: [{ field: 'amount', as: text }], aggregates: { n } },
        { groupBy: [{ field: 'createdAt', bucket: text }], aggregates: { n } },
        { groupBy: [{ field: 'createdAt', bucket: 'day', timezone: text }], aggregates: { n } },
        { groupBy: ['status'], aggregates: { n }, sort: [text] },
        { aggregates: { n }, having: { [text]: 1 } },
        { aggregates: { n }, having: { n: { [text]: 1 } } },
        { aggregates: { n }, [text]: 1 },
      ]) {
        const answer = await ask('ADMIN', body)
        expect(answer.status, `${JSON.stringify(body)} ${answer.text}`).toBe(400)
        refuseFaults(answer, JSON.stringify(body))
      }
    expect(await groups('ADMIN', { aggregates: { constructor: n, toString: n } })).toEqual([
      { constructor: 10, toString: 10 },
    ])
  })

  it('A62 is no time zone unless it is one in IANA’s list', async () => {
    for (const timezone of [
      'CET',
      'EST',
      '+01:00',
      'UTC+1',
      'XXX5',
      '../../../etc/passwd',
      '/etc/localtime',
      'posix/Europe/Berlin',
      "UTC'; select pg_sleep(5) --",
      'Europe/',
      null,
      1,
      {},
    ]) {
      const answer = await ask('ADMIN', {
        groupBy: [{ field: 'createdAt', bucket: 'day', timezone }],
        aggregates: { n },
      })
      expect([timezone, answer.status]).toEqual([timezone, 400])
      refuseFaults(answer, String(timezone))
    }
  })

  it('A50 is no object, list or number where a name is wanted', async () => {
    for (const odd of [null, 1, true, [], ['title'], {}, { $ne: null }, { field: 'title' }])
      for (const body of [
        { aggregates: odd },
        { aggregates: { n: odd } },
        { aggregates: { n: { max: odd } } },
        { groupBy: odd === null ? 1 : odd, aggregates: odd },
        { groupBy: [[odd]], aggregates: { n } },
        { aggregates: { n }, sort: [odd] },
        { aggregates: { n }, limit: odd === 1 ? '1' : odd },
        odd,
      ]) {
        const answer = await ask('ALICE', body)
        expect(answer.status, `${JSON.stringify(body)} ${answer.text}`).toBe(400)
        refuseFaults(answer, JSON.stringify(body))
      }
  })
})
