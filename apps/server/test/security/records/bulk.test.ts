import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { type Persona, signUp } from '../../support/personas.js'
import { docsPath, type Fixture, type PersonaName, startFixture } from './fixture.js'
import { CanaryOracle } from './oracles.js'

/** What a caller does to all records a filter finds. */

let fixture: Fixture
let canaries: CanaryOracle
let before: string

beforeAll(async () => {
  fixture = await startFixture()
  canaries = new CanaryOracle(fixture)
})
afterAll(() => fixture?.stop())
beforeEach(async () => {
  before = await everything()
})

const everything = async (): Promise<string> =>
  JSON.stringify((await fixture.ask('ADMIN', 'GET', docsPath, { query: { sort: 'id', limit: '1000' } })).json.data)

const send = (who: PersonaName, method: 'PATCH' | 'DELETE', filter: unknown, body?: object): Promise<TestResponse> =>
  fixture.ask(who, method, docsPath, { query: { filter: JSON.stringify(filter) }, body })

/** Both ways, with their answers; the first caller to change anything fails the test. */
async function expectNothingChanged(who: PersonaName, filter: unknown, body: object = { title: 'changed' }) {
  const answers = [await send(who, 'PATCH', filter, body), await send(who, 'DELETE', filter)]
  expect(await everything(), `${who} ${JSON.stringify(filter)}`).toBe(before)
  for (const answer of answers) canaries.check(who, answer, JSON.stringify(filter))
  return answers.map(({ status, json }) => [status, json.data?.count ?? json.code])
}

const doc = (label: string) => fixture.docs[label]!
const nothing = [
  [200, 0],
  [200, 0],
]

describe('records that a filter finds', () => {
  it('A12 are found by what the caller may read in each of them', async () => {
    for (const label of ['foreign', 'foreignPublished'])
      for (const name of ['salary', 'bonus', 'serial', 'code', 'amount', 'body', 'title'] as const)
        expect([label, name, await expectNothingChanged('ALICE', { [name]: doc(label)[name] })]).toEqual([
          label,
          name,
          nothing,
        ])
  })

  it('A12 are not found by a field that is closed in them, though they may be changed', async () => {
    const { id, salary, bonus } = doc('foreign')
    for (const filter of [{ salary }, { bonus }, { salary: { $ne: salary + 1 } }, { salary: { $null: false } }])
      expect((await expectNothingChanged('CAROL', { id, ...filter }))[0]).toEqual([200, 0])
    expect((await send('CAROL', 'PATCH', { id }, { title: doc('foreign').title })).json.data.count).toBe(1)
  })

  it('A12 are not found by what is closed to the caller, and the names of it mean nothing', async () => {
    for (const filter of [
      { secret: 'x' },
      { $not: { secret: 'x' } },
      { 'parent.secret': 'x' },
      { entries: { $some: {} } },
    ]) {
      const answers = await expectNothingChanged('ALICE', filter)
      expect(answers.map(([status]) => status)).toEqual([400, 400])
    }
  })

  it('A24 are the caller’s to change: others are neither changed nor counted', async () => {
    const all = { id: { $null: false } }
    const { json } = await fixture.ask('ALICE', 'GET', docsPath, {
      query: { filter: JSON.stringify({ owner: fixture.people.alice.id, org: fixture.orgs.a }), count: 'exact' },
    })
    const others = async () =>
      (JSON.parse(await everything()) as { id: string; owner: string; org: string; version: number }[])
        .filter(({ owner, org }) => owner !== fixture.people.alice.id || org !== fixture.orgs.a)
        .map(({ id, version }) => [id, version])
    const foreign = await others()
    const answer = await send('ALICE', 'PATCH', all, { labels: ['mine'] })
    expect([answer.status, answer.json.data.count]).toEqual([200, json.meta.total])
    expect(json.meta.total).toBeGreaterThan(0)
    expect(await others()).toEqual(foreign)
  })

  it.each(['ANON', 'PAY'] as const)('A56 are not changed by %s, who may change nothing', async (who) => {
    const answers = await expectNothingChanged(who, { id: { $null: false } })
    expect(answers.every(([status]) => status === 401 || status === 403 || status === 200)).toBe(true)
    for (const [status, count] of answers) if (status === 200) expect(count).toBe(0)
  })

  it('A20 are changed in fields that one rule opens in them', async () => {
    // Editors may change titles everywhere, and what owners may change in their own records only.
    const found = { id: doc('foreign').id }
    expect((await expectNothingChanged('CAROL', found, { title: 'x', body: 'x' }))[0]).toEqual([200, 0])
    expect((await expectNothingChanged('CAROL', found, { salary: 1 }))[0]).toEqual([403, 'field_not_writable'])
  })

  it('A26 are not told by their members', async () => {
    const members = [fixture.people.bob.id, fixture.people.dora.id, fixture.people.carol.id]
    for (const id of members)
      for (const filter of [{ members: { $has: id } }, { members: { $some: { id } } }, { 'members.id': id }])
        for (const [status, count] of await expectNothingChanged('BOB', {
          $and: [filter, { owner: fixture.people.alice.id }],
        }))
          expect([status, count]).toEqual([200, 0])
  })

  it('A32 are not moved out of the rules, all or none', async () => {
    const mine = { owner: fixture.people.alice.id }
    for (const body of [{ org: fixture.orgs.c }, { org: null }, { owner: null }]) {
      const answer = await send('ALICE', 'PATCH', mine, body)
      expect([answer.status, answer.json.code]).toEqual([403, 'forbidden'])
    }
    expect((await send('ALICE', 'PATCH', mine, { owner: fixture.people.bob.id })).status).toBe(409)
    expect(await everything()).toBe(before)
  })
})

describe('a request that names no records', () => {
  it('A30 changes none', async () => {
    for (const search of [
      '',
      'filter',
      'filter=',
      'filter={}',
      'filter=[]',
      'filter=null',
      'filter="x"',
      'filter=undefined',
      'filter={"id":null}',
      'filter={"id":{"$in":[]}}',
      'filter={"$or":[]}',
      'filter={"$or":[{}]}',
      'filter={"$and":[{},{}]}',
      'filter={"$not":{}}',
      'filter[id]=',
      'filter[id]=undefined',
      'filter[]=',
      'filter[$or][0]=',
      'filter={"title":"x"}&filter={}',
      'id=undefined',
    ])
      for (const who of ['ALICE', 'ADMIN'] as const)
        for (const method of ['PATCH', 'DELETE']) {
          const options = method === 'PATCH' ? { body: { title: 'changed' } } : {}
          const answer = await fixture.ask(who, method, `${docsPath}?${search}`, options)
          expect(
            answer.status === 400 || answer.json.data?.count === 0,
            `${who} ${method} ${search} ${answer.text}`,
          ).toBe(true)
        }
    expect(await everything()).toBe(before)
  })

  it('A29 changes none where a variable of the rule has no value', async () => {
    const nobody: Persona = await signUp(fixture.server, `nobody-${Date.now()}@example.com`)
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { title: 'changed' } : undefined
      const query = { filter: '{"id":{"$null":false}}' }
      const answer = await fixture.server.request(method, docsPath, { token: nobody.token, query, body })
      expect([answer.status, answer.json.data.count]).toEqual([200, 0])
    }
    expect(await everything()).toBe(before)
  })
})
