import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { type Doc, docsPath, type Fixture, idOf, type PersonaName, recordsOf, startFixture } from './fixture.js'
import { bytesOf, changeUnnoticed, forEachOf } from './oracles.js'
import { visibleFields } from './policy.js'
import { type Attempt, always, readingWays, writingWays } from './ways-out.js'

/**
 * What a persona is answered depends on nothing it may not see: the same requests are sent to a database in which every
 * closed value is another, then to one without the closed rows, then to one with many more of them.
 */
vi.setConfig({ testTimeout: 120_000 })

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.stop())

const sql = (text: string, values: unknown[] = []) => fixture.server.database.run({ text, values })

const list = (query: Record<string, string>): Attempt => ({
  what: JSON.stringify(query),
  method: 'GET',
  path: docsPath,
  options: { query },
})

/** Conditions whose truth, or whose failing, could depend on rows and values that are closed. */
const filters = (fixture: Fixture): object[] => {
  const { foreign } = fixture.docs as Record<string, Doc>
  return [
    { salary: { $gt: 720_004_500 } },
    { $not: { salary: { $gt: 720_004_500 } } },
    { salary: { $nin: [foreign!.salary] } },
    { bonus: { $between: [0, 2_000_000_000] } },
    { bonus: null },
    { $or: [{ salary: foreign!.salary }, { body: foreign!.body }] },
    { code: { $startsWith: 'canary-code-5' } },
    { $not: { code: { $contains: '-5-' } } },
    { meta: { $ne: { public: 'x' } } },
    { 'parent.title': { $startsWith: 'canary' } },
    { 'parent.parent.status': { $ne: 'draft' } },
    { 'owner.nickname': { $null: true } },
    { $not: { 'owner.nickname': { $startsWith: 'canary' } } },
    { 'org.name': { $like: '%b%' } },
    { children: { $some: { title: { $contains: 'canary' } } } },
    { children: { $none: { title: { $contains: 'canary' } } } },
    { children: { $every: { title: { $contains: 'canary' } } } },
    { children: { $every: { salary: { $gt: 0 } } } },
    { members: { $some: { nickname: { $contains: 'canary' } } } },
    { members: { $none: { nickname: { $contains: 'canary' } } } },
    { members: { $every: { nickname: { $contains: 'canary' } } } },
    { members: { $null: true } },
    { members: { $has: fixture.people.bob.id } },
    { 'org.docs.title': { $contains: 'canary' } },
    { org: { $ne: fixture.orgs.b } },
    { $search: 'canary body' },
    { $search: 'canary -other' },
    { $not: { $search: 'canary code' } },
    { $not: { body: { $search: 'canary' } } },
    { code: { $search: '"canary code 5"' } },
    { 'parent.title': { $search: 'canray' } },
    { children: { $none: { $search: 'canary 5' } } },
    { members: { $some: { $search: 'nickname' } } },
  ]
}

function attempts(fixture: Fixture): Attempt[] {
  const rows = Object.values(fixture.docs)
  const filtered = filters(fixture).flatMap((filter) =>
    ['exact', 'upTo:3', 'estimated'].map((count) => list({ filter: JSON.stringify(filter), count, sort: 'title' })),
  )
  const sorted = [
    'salary',
    '-salary',
    '-bonus,title',
    'code',
    'parent.title',
    '-parent.amount',
    'owner.nickname',
    'org.name',
  ].flatMap((sort) => [list({ sort, fields: 'id' }), list({ sort, limit: '1', count: 'exact' })])
  const searched = [
    'canary',
    'canary body',
    'canary 5',
    'canray cod',
    '"canary serial"',
    'canary -other',
    'body or code',
  ].flatMap((search) => [
    list({ search, highlight: 'true', count: 'exact' }),
    list({ search, fields: 'id', count: 'estimated' }),
    list({ search, sort: '$rank,title', limit: '2' }),
    list({ search, sort: '-$rank', highlight: 'title' }),
  ])
  const expanded = [
    'parent',
    'children',
    'children(sort:-salary,limit:1)',
    'owner,org,members',
    'org(expand(docs(sort:title)))',
    'parent(expand(children(expand(parent))))',
    'children(filter:{"salary":{"$gt":1}})',
  ].map((expand) => list({ expand }))
  const n = { count: '*' }
  const aggregated = [
    ...filters(fixture).map((filter) => ({ filter, aggregates: { n }, groupBy: ['status'] })),
    ...['salary', 'parent.amount', 'owner.nickname', 'org.name', 'code', 'parent', 'owner'].map((group) => ({
      groupBy: [group],
      aggregates: { n, distinct: { countDistinct: group } },
    })),
    { groupBy: ['labels'], aggregates: { n, bonus: { sum: 'bonus' }, least: { min: 'salary' } } },
    { aggregates: { n, salary: { percentile: 'salary', at: 0.9 }, parent: { avg: 'parent.salary' } } },
    { groupBy: ['parent.owner.nickname'], aggregates: { n }, having: { n: { $gt: 1 } } },
  ].map((body) => ({
    what: JSON.stringify(body),
    method: 'POST',
    path: docsPath.replace('/records', '/aggregate'),
    options: { body },
  }))
  const others = ['users', 'orgs', 'audit', 'reports'].map((collection) => ({
    what: collection,
    method: 'GET',
    path: `${recordsOf(collection)}?count=exact`,
  }))
  const byId = rows.flatMap(({ id }) => [
    { what: `get ${id}`, method: 'GET', path: `${docsPath}/${id}` },
    { what: `patch ${id}`, method: 'PATCH', path: `${docsPath}/${id}`, options: { body: { secret: 1, nope: 1 } } },
    {
      what: `delete ${id}`,
      method: 'DELETE',
      path: `${docsPath}/${id}`,
      options: { headers: { 'if-match': '"v99"' } },
    },
  ])
  return [
    list({}),
    ...filtered,
    ...sorted,
    ...searched,
    ...expanded,
    ...aggregated,
    ...others,
    ...byId,
    ...readingWays(fixture, 'salary', 720_005_000),
    ...filters(fixture).map((filter) => list({ asOf: always, filter: JSON.stringify(filter), count: 'exact' })),
    ...rows.map(({ id }) => ({ what: 'versions', method: 'GET', path: `${docsPath}/${id}/versions?fields=id` })),
  ]
}

/** Answers of all requests in order. Nothing is written: each changing request among them is one that is refused. */
async function answersTo(who: PersonaName, requests: readonly Attempt[]): Promise<string[]> {
  const answers = new Array<string>(requests.length)
  await forEachOf([...requests.entries()], async ([at, { method, path, options, what }]) => {
    answers[at] = `${what}\n${bytesOf(await askPatiently(() => fixture.ask(who, method, path, options)))}`
  })
  return answers
}

/** Pages of one record each, by the cursor, as one answer. */
async function pagesFor(who: PersonaName, sort: string): Promise<string> {
  const pages: string[] = []
  let cursor: string | null = null
  do {
    const query: Record<string, string> = { sort, limit: '1', fields: 'id', ...(cursor !== null && { cursor }) }
    const answer = await fixture.ask(who, 'GET', docsPath, { query })
    pages.push(bytesOf(answer))
    cursor = answer.json.meta.nextCursor
  } while (cursor !== null)
  return pages.join('\n')
}

const everythingTold = async (who: PersonaName): Promise<string[]> => [
  ...(await answersTo(who, attempts(fixture))),
  await pagesFor(who, who === 'ANON' ? 'amount' : '-salary,title'),
]

const columns = { text: ['title', 'body', 'code', 'serial'], number: ['amount', 'salary'] } as const

/** Another value in every closed cell; what a generated column reads counts as itself. */
async function changeClosedValues(who: PersonaName): Promise<void> {
  for (const doc of Object.values(fixture.docs)) {
    const open = visibleFields(fixture, who, doc)
    const changes = [
      `secret = 'other', notes = '{"inside": 5}', lair = '(1,2)', scent = '{1,2,3}'`,
      ...columns.text.filter((name) => !open.has(name)).map((name) => `"${name}" = 'other ' || id`),
      ...columns.number.filter((name) => !open.has(name)).map((name) => `"${name}" = -5 * coalesce("${name}", 1)`),
      ...(open.has('meta') ? [] : [`meta = '{"public": 5}'`]),
      ...(open.has('labels') ? [] : [`labels = null`]),
      ...(open.has('due') ? [] : [`due = '2020-02-02'`]),
      ...(open.has('place') ? [] : [`place = '(1,2)'`]),
      ...(open.has('taste') ? [] : [`taste = '{1,2,3}'`]),
    ]
    await sql(`update public.docs set ${changes.join(', ')} where id = $1`, [doc.id])
  }
  await sql(`update public.users set phone = 'other'`)
  await sql(`update public.orgs set vault = 'other'`)
  await sql(`update public.audit set entry = 'other'`)
}

/** Closed documents; those that an open one names stay, and so does what they are named by. */
const closedDocs = (who: PersonaName): Doc[] => {
  const rows = Object.values(fixture.docs)
  const named = new Set(rows.flatMap((doc) => (visibleFields(fixture, who, doc).has('parent') ? [doc.parent] : [])))
  return rows.filter((doc) => visibleFields(fixture, who, doc).size === 0 && !named.has(doc.id))
}

const removeClosedRows = async (who: PersonaName): Promise<void> => {
  await sql('delete from public.audit')
  await sql('delete from public.docs where id = any($1::uuid[])', [closedDocs(who).map(({ id }) => id)])
}

/** Drafts of nobody: closed to all but the editor and payroll. */
const addClosedRows = (): Promise<unknown> =>
  sql(`insert into public.docs (id, title, body, status, amount, salary, org)
       select gen_random_uuid(), 'canary-title-5-', 'x', 'draft', n, 720005000, '${fixture.orgs.b}'
       from generate_series(1, 3000) n`)

/** Eight ask at once, on a machine that may be busy: who is told to come again does so. */
async function askPatiently(ask: () => Promise<TestResponse>): Promise<TestResponse> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask()
    if (answer.status !== 503 || attempt === 5) return answer
  }
}

describe('an answer', () => {
  it.each(['ANON', 'CAROL', 'ALICE'] as const)('to %s depends on nothing that is closed', async (who) => {
    const before = await everythingTold(who)
    expect(await everythingTold(who)).toEqual(before)
    await changeUnnoticed(fixture.server, () => changeClosedValues(who))
    expect(await everythingTold(who)).toEqual(before)
    if (who === 'CAROL') return
    await addClosedRows()
    await sql('analyze public.docs')
    expect(await everythingTold(who)).toEqual(before)
    await sql('delete from public.docs where amount between 1 and 3000')
    await changeUnnoticed(fixture.server, () => removeClosedRows(who))
    expect(await everythingTold(who)).toEqual(before)
    await fixture.stop()
    fixture = await startFixture()
  })

  it('to a write depends on nothing that is closed', async () => {
    const { foreign, colleagueDraft, orphan } = fixture.docs as Record<string, Doc>
    const absent = idOf(0xfff)
    for (const closed of [foreign!.id, colleagueDraft!.id, orphan!.id]) {
      for (const [method, options] of [
        ['PATCH', { body: { title: 'x' } }],
        ['PATCH', { body: { title: 'x' }, headers: { 'if-match': '"v1"' } }],
        ['PATCH', { body: { title: 'x', members: [] } }],
        ['DELETE', {}],
        ['DELETE', { headers: { 'if-match': '"v2"' } }],
        ['GET', {}],
      ] as const) {
        const answers = [closed, absent].map((id) => fixture.ask('ALICE', method, `${docsPath}/${id}`, options))
        const [one, other] = (await Promise.all(answers)).map(bytesOf)
        expect(one, method).toBe(other)
      }
      for (const body of [
        { title: 'x', org: fixture.orgs.a, parent: closed },
        { title: 'x', org: fixture.orgs.a, members: [fixture.people.bob.id] },
      ]) {
        const twin = { ...body, ...('parent' in body ? { parent: absent } : { members: [absent] }) }
        const answers = [body, twin].map((each) => fixture.ask('ALICE', 'POST', docsPath, { body: each }))
        const [one, other] = (await Promise.all(answers)).map(bytesOf)
        expect(one).toContain('reference_violation')
        expect(one).toBe(other)
      }
    }
  })

  it('to a write in which something is wrong changes no row', async () => {
    const checksum = async (): Promise<unknown> =>
      (await sql(`select md5(string_agg(t::text, '|' order by id)) from public.docs t`)).rows[0]![0]
    const before = await checksum()
    for (const who of ['ANON', 'ALICE', 'PAY'] as const)
      for (const name of ['secret', 'nope', 'owner', 'version', 'createdBy', 'double', 'entries'])
        await forEachOf(writingWays(fixture, name, 'x'), async ({ method, path, options }) => {
          const { status, text } = await fixture.ask(who, method, path, options)
          // An import tells of each line by itself; a filter that is right may find nothing.
          if (status === 200) expect(text).toMatch(/{"done":true,"created":0,"updated":0,|^{"data":{"count":0}}$/)
          else expect(status).toBeGreaterThanOrEqual(400)
        })
    expect(await checksum()).toEqual(before)
  })
})
