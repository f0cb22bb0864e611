import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const things = '/api/v1/collections/things/records'
const facts = {
  airports: { count: 1, names: ['BER'] },
  rivers: ['Spree', 'Havel'],
  rated: [{ by: 'ada', stars: 3 }],
  since: '1237-10-28',
  none: null,
  text: 'x',
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'things',
      fields: [
        { name: 'title', type: 'text', unique: true },
        { name: 'facts', type: 'json' },
        {
          name: 'strict',
          type: 'json',
          schema: {
            type: 'object',
            properties: { level: { type: 'integer', maximum: 3 }, tags: { type: 'array', items: { type: 'string' } } },
            required: ['level'],
            additionalProperties: false,
          },
        },
        { name: 'fixed', type: 'json', immutable: true },
        { name: 'closed', type: 'json' },
        { name: 'secret', type: 'json' },
        { name: 'checked', type: 'json', validate: { $not: { 'checked.low': { $gt: 10 } } } },
        { name: 'owner', type: 'relation', collection: 'users' },
        { name: 'parent', type: 'relation', collection: 'things', inverse: 'parts' },
      ],
      rules: [
        { role: 'user', action: 'update', fields: ['title', 'facts', 'strict'] },
        { role: 'user', action: 'read', fields: ['title', 'owner', 'closed'] },
        { role: 'user', action: 'read', fields: ['facts'], conditions: { owner: '$user.id' } },
      ],
    },
    {
      name: 'ruled',
      fields: [{ name: 'facts', type: 'json' }],
      rules: [
        { role: 'user', action: 'read' },
        { role: 'user', action: 'update', conditions: { 'facts.level': { $lt: 3 } } },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
})

afterAll(() => server?.stop())

async function create(body: object = {}): Promise<string> {
  const answer = await server.request('POST', things, { token: admin.token, body: { facts, ...body } })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data.id
}

const patch = (id: string, body: unknown, who: Persona = admin): Promise<TestResponse> =>
  server.request('PATCH', `${things}/${id}`, { token: who.token, body })

/** What the facts become by a change. */
async function changed(body: object): Promise<unknown> {
  const answer = await patch(await create(), body)
  expect(answer.status, answer.text).toBe(200)
  return answer.json.data.facts
}

/** The path and code of what is wrong with a change, which changes nothing. */
async function refused(body: object, status = 422): Promise<unknown> {
  const id = await create()
  const answer = await patch(id, body)
  expect(answer.status, answer.text).toBe(status)
  const kept = await server.request('GET', `${things}/${id}`, { token: admin.token })
  expect(kept.json.data).toMatchObject({ facts, version: 1 })
  return answer.json.errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)
}

describe('a part of a json value', () => {
  it('is set, and what is missing on the way is made', async () => {
    expect(await changed({ 'facts.text': 'y' })).toEqual({ ...facts, text: 'y' })
    expect(await changed({ 'facts.text': null })).toEqual({ ...facts, text: null })
    expect(await changed({ 'facts.a.b.c': [1, { d: 2 }] })).toEqual({ ...facts, a: { b: { c: [1, { d: 2 }] } } })
    expect(await changed({ 'facts.none.a': true })).toEqual({ ...facts, none: { a: true } })
    expect(await changed({ 'facts.airports.names': { any: 'object' } })).toMatchObject({
      airports: { count: 1, names: { any: 'object' } },
    })
  })

  it('may lie in a list: an item that is there, or the next', async () => {
    expect(await changed({ 'facts.rivers.0': 'Rhine' })).toMatchObject({ rivers: ['Rhine', 'Havel'] })
    expect(await changed({ 'facts.rivers.-1': 'Rhine' })).toMatchObject({ rivers: ['Spree', 'Rhine'] })
    expect(await changed({ 'facts.rivers.2': 'Rhine' })).toMatchObject({ rivers: ['Spree', 'Havel', 'Rhine'] })
    expect(await changed({ 'facts.rated.0.stars': { $inc: 1 } })).toMatchObject({ rated: [{ by: 'ada', stars: 4 }] })
    expect(await changed({ 'facts.rated.1.stars': 5 })).toMatchObject({ rated: [facts.rated[0], { stars: 5 }] })
    expect(await refused({ 'facts.rivers.3': 'Rhine' })).toEqual(['facts.rivers.3 no_such_place'])
    expect(await refused({ 'facts.rivers.-3': 'Rhine' })).toEqual(['facts.rivers.-3 no_such_place'])
    expect(await refused({ 'facts.rivers.first': 'Rhine' })).toEqual(['facts.rivers.first no_such_place'])
  })

  it('begins where there was no value', async () => {
    const id = await create({ facts: null })
    expect((await patch(id, { 'facts.seen': { $inc: 2 } })).json.data.facts).toEqual({ seen: 2 })
    await patch(id, { facts: null })
    expect((await patch(id, { 'facts.a': { $unset: true } })).json.data.facts).toBeNull()
  })

  it('is not found through a value that has no parts', async () => {
    expect(await refused({ 'facts.text.a': 1 })).toEqual(['facts.text.a no_such_place'])
    expect(await refused({ 'facts.airports.count.a.b': { $push: 1 } })).toEqual([
      'facts.airports.count.a.b no_such_place',
    ])
    const id = await create({ facts: 7 })
    expect((await patch(id, { 'facts.a': 1 })).json.errors).toMatchObject([{ path: 'facts.a', code: 'no_such_place' }])
  })

  it('changes together with others, each once', async () => {
    const change = {
      'facts.airports.count': { $inc: 1 },
      'facts.airports.city': 'Berlin',
      'facts.text': { $unset: true },
    }
    const { text: _text, ...rest } = facts
    expect(await changed({ title: 'together', ...change })).toEqual({
      ...rest,
      airports: { ...facts.airports, count: 2, city: 'Berlin' },
    })
    expect(await refused({ 'facts.a': 1, 'facts.a.b': 2 }, 400)).toEqual(['facts.a.b conflict'])
    expect(await refused({ 'facts.a.b': 1, 'facts.a': 2 }, 400)).toEqual(['facts.a conflict'])
    expect(await refused({ 'facts.a': 1, facts: {} }, 400)).toEqual(['facts conflict'])
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`facts.k${n}`, n]))
    expect(await refused(many, 400)).toEqual(['facts.k100 too_many'])
  })
})

describe('operators on a part', () => {
  it('add, keep the smaller or larger, take away', async () => {
    expect(await changed({ 'facts.airports.count': { $inc: 0.5 } })).toMatchObject({ airports: { count: 1.5 } })
    expect(await changed({ 'facts.airports.gates': { $inc: -3 } })).toMatchObject({ airports: { gates: -3 } })
    expect(await changed({ 'facts.none': { $inc: 1 } })).toMatchObject({ none: 1 })
    expect(await changed({ 'facts.airports.count': { $max: 9 } })).toMatchObject({ airports: { count: 9 } })
    expect(await changed({ 'facts.airports.count': { $min: 9 } })).toMatchObject({ airports: { count: 1 } })
    expect(await changed({ 'facts.since': { $min: '1200-01-01' } })).toMatchObject({ since: '1200-01-01' })
    expect(await changed({ 'facts.since': { $max: '1200-01-01' } })).toMatchObject({ since: '1237-10-28' })
    const { none: _none, ...rest } = facts
    expect(await changed({ 'facts.none': { $unset: true } })).toEqual(rest)
    expect(await changed({ 'facts.rivers.0': { $unset: true } })).toMatchObject({ rivers: ['Havel'] })
    expect(await changed({ 'facts.no.such': { $unset: true } })).toEqual(facts)
  })

  it('put items into lists and take them out', async () => {
    expect(await changed({ 'facts.rivers': { $push: ['Havel', 'Rhine', 'Rhine'] } })).toMatchObject({
      rivers: ['Spree', 'Havel', 'Rhine'],
    })
    expect(await changed({ 'facts.rated': { $push: { stars: 1 } } })).toMatchObject({
      rated: [facts.rated[0], { stars: 1 }],
    })
    expect(await changed({ 'facts.rated': { $push: { stars: 3, by: 'ada' } } })).toEqual(facts)
    expect(await changed({ 'facts.new.list': { $push: [[1], null, 1, 1] } })).toMatchObject({
      new: { list: [[1], null, 1] },
    })
    expect(await changed({ 'facts.none': { $push: 1 } })).toMatchObject({ none: [1] })
    expect(await changed({ 'facts.rivers': { $pull: 'Spree' } })).toMatchObject({ rivers: ['Havel'] })
    expect(await changed({ 'facts.rivers': { $pull: ['Spree', 'Havel', 'x'] } })).toMatchObject({ rivers: [] })
    expect(await changed({ 'facts.none': { $pull: 1 } })).toEqual(facts)
    expect(await changed({ 'facts.no.such': { $pull: 1 } })).toEqual(facts)
  })

  it('fit what is there', async () => {
    for (const operator of ['$inc', '$min', '$max'])
      expect(await refused({ 'facts.rivers': { [operator]: 1 } })).toEqual(['facts.rivers wrong_type'])
    expect(await refused({ 'facts.airports.count': { $max: 'a' } })).toEqual(['facts.airports.count wrong_type'])
    expect(await refused({ 'facts.text': { $push: 'a' } })).toEqual(['facts.text wrong_type'])
    expect(await refused({ 'facts.text': { $pull: 'a' } })).toEqual(['facts.text wrong_type'])
    const far = Number.MAX_SAFE_INTEGER
    expect(await refused({ 'facts.airports.count': { $inc: far } })).toEqual(['facts.airports.count out_of_range'])
  })

  it('take operands that fit, one at a time', async () => {
    expect(await refused({ 'facts.a': { $inc: '1' }, 'facts.b': { $min: true }, 'facts.c': { $unset: 1 } })).toEqual([
      'facts.a.$inc wrong_type',
      'facts.b.$min wrong_type',
      'facts.c.$unset wrong_type',
    ])
    expect(await refused({ 'facts.a': { $inc: 1, $max: 2 } }, 400)).toEqual(['facts.a too_many'])
    expect(await refused({ 'facts.a': { $rename: 'b' } }, 400)).toEqual(['facts.a.$rename unknown_operator'])
    expect(await refused({ 'facts.a': { $set: 'b' } }, 400)).toEqual(['facts.a.$set unknown_operator'])
  })

  it('are not lost when many use them at once', async () => {
    const id = await create()
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        patch(id, { 'facts.airports.count': { $inc: 1 }, 'facts.airports.names': { $push: `n${n}` } }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const { facts: after } = (await server.request('GET', `${things}/${id}`, { token: admin.token })).json.data
    expect(after.airports.count).toBe(31)
    expect(new Set(after.airports.names)).toEqual(new Set(['BER', ...answers.map((_, n) => `n${n}`)]))
  })
})

describe('a change of a part', () => {
  it('names a place that values can have', async () => {
    const deep = `facts${'.a'.repeat(9)}`
    const names = ['facts.', 'facts..a', 'facts.__proto__', 'facts.a.__proto__.b', deep]
    for (const name of names)
      expect(await refused({ [name]: 1 }, 400), name).toEqual([expect.stringMatching(/ no_such_place$/)])
    let nested: unknown = 1
    for (let depth = 0; depth < 31; depth += 1) nested = [nested]
    expect(await refused({ 'facts.a.b': nested })).toEqual([expect.stringMatching(/ too_deep$/)])
    expect(await changed({ [`facts.it's "new": \\ %`]: "'; drop table x --" })).toEqual({
      ...facts,
      [`it's "new": \\ %`]: "'; drop table x --",
    })
    expect(await refused({ [`facts.text.it's: 1`]: 1 })).toEqual([`facts.text.it's: 1 no_such_place`])
  })

  it('is of json fields only, and of what is there', async () => {
    expect(await refused({ 'title.a': 1 }, 400)).toEqual(['title.a unknown_field'])
    expect((await patch(await create(), { 'title.a': 1 })).json.hint).toBe('Only fields of type json have parts.')
    expect(await refused({ 'owner.email': 1 }, 400)).toEqual(['owner.email unknown_field'])
    expect(await refused({ 'fixed.a': 1 })).toEqual(['fixed.a immutable'])
    const made = await server.request('POST', things, { token: admin.token, body: { 'facts.a': 1 } })
    expect(made.json).toMatchObject({ status: 400, errors: [{ path: 'facts.a', code: 'no_such_place' }] })
  })

  it('leads to what the schema and the collection ask of the whole', async () => {
    const id = await create({ strict: { level: 1 }, checked: { low: 5 } })
    const level = async (change: object) => (await patch(id, change)).json.data?.strict
    expect(await level({ 'strict.level': { $inc: 1 }, 'strict.tags': { $push: 'a' } })).toEqual({
      level: 2,
      tags: ['a'],
    })
    expect(await level({ 'strict.tags': { $unset: true }, 'facts.text': 'y' })).toEqual({ level: 2 })
    for (const [change, path] of [
      [{ 'strict.level': { $inc: 5 } }, 'strict.level'],
      [{ 'strict.level': { $unset: true } }, 'strict'],
      [{ 'strict.tags': { $push: 5 } }, 'strict.tags.0'],
      [{ 'strict.other': 1 }, 'strict'],
    ] as const)
      expect((await patch(id, change)).json, JSON.stringify(change)).toMatchObject({
        status: 422,
        errors: [{ path, code: 'schema' }],
      })
    expect((await patch(id, { 'checked.low': { $inc: 5 } })).status).toBe(200)
    expect((await patch(id, { 'checked.low': { $inc: 1 } })).json.errors).toMatchObject([{ path: 'checked' }])
    const kept = (await server.request('GET', `${things}/${id}`, { token: admin.token })).json.data
    expect(kept).toMatchObject({ strict: { level: 2 }, checked: { low: 10 }, version: 4 })
  })

  it('makes a value no longer than it may be', async () => {
    const id = await create({ facts: { long: 'x'.repeat(600_000) } })
    const answer = await patch(id, { 'facts.more': 'x'.repeat(600_000) })
    expect(answer.json).toMatchObject({ status: 422, errors: [{ path: 'facts.more', code: 'too_long' }] })
    expect((await patch(id, { 'facts.more': 'x' })).status).toBe(200)
  })

  it('needs a field that the caller may read, in this record', async () => {
    const mine = await create({ owner: alice.id })
    const other = await create({ owner: admin.id })
    expect((await patch(mine, { 'facts.text': 'mine' }, alice)).json.data.facts.text).toBe('mine')
    expect((await patch(other, { 'facts.text': 'mine' }, alice)).status).toBe(404)
    expect((await patch(other, { facts: { text: 'mine' } }, alice)).status).toBe(200)
    const strict = await patch(mine, { 'strict.level': 1 }, alice)
    expect(strict.json).toMatchObject({ status: 403, code: 'field_not_writable', errors: [{ path: 'strict.level' }] })
  })

  it('needs a field that the caller may write', async () => {
    const mine = await create({ owner: alice.id, closed: { a: 1 }, secret: { a: 1 } })
    const closed = await patch(mine, { 'closed.a': 2 }, alice)
    expect(closed.json).toMatchObject({ status: 403, code: 'field_not_writable', errors: [{ path: 'closed.a' }] })
    const told = async (name: string) => {
      const { type: _type, requestId: _id, ...problem } = (await patch(mine, { [name]: 2 }, alice)).json
      return JSON.stringify(problem).replaceAll(name, 'name')
    }
    expect(await told('secret.a')).toBe(await told('nobody.a'))
    expect(await told('secret.a')).toContain('unknown_field')
  })

  it('is judged by the rules before and after', async () => {
    const ruled = '/api/v1/collections/ruled/records'
    const made = await server.request('POST', ruled, { token: admin.token, body: { facts: { level: 1 } } })
    const raise = () =>
      server.request('PATCH', `${ruled}/${made.json.data.id}`, {
        token: alice.token,
        body: { 'facts.level': { $inc: 1 } },
      })
    expect((await raise()).json.data.facts).toEqual({ level: 2 })
    expect((await raise()).status).toBe(403)
  })

  it('fits every way to change a record', async () => {
    const titles = ['one', 'two']
    const ids = await Promise.all(titles.map((title) => create({ title, strict: { level: 1 } })))
    const change = { 'facts.airports.count': { $inc: 1 }, 'strict.level': { $inc: 1 } }
    const send = async (method: string, path: string, body: unknown) => {
      const answer = await server.request(method, `/api/v1${path}`, { token: admin.token, body })
      expect(answer.status, answer.text).toBeLessThan(300)
    }
    const records = '/collections/things/records'
    await send('PATCH', `${records}?filter=${JSON.stringify({ title: { $in: titles } })}`, change)
    await send('PUT', `${records}/${ids[0]}`, change)
    await send('POST', '/batch', {
      operations: [
        { action: 'update', collection: 'things', id: ids[1], data: { 'facts.airports.count': { $inc: 5 } } },
      ],
    })
    await send('PATCH', `${records}/${ids[1]}`, { parent: ids[0] })
    await send('PATCH', `${records}/${ids[0]}`, { parts: [{ id: ids[1], 'facts.text': 'child' }] })
    const facts = async (id: string) =>
      (await server.request('GET', `${things}/${id}`, { token: admin.token })).json.data
    expect(await facts(ids[0]!)).toMatchObject({ facts: { airports: { count: 3 } }, strict: { level: 3 } })
    expect(await facts(ids[1]!)).toMatchObject({
      facts: { airports: { count: 7 }, text: 'child' },
      strict: { level: 2 },
    })
    const tooFar = await server.request('PATCH', `${things}?filter={"title":{"$in":["one","two"]}}`, {
      token: admin.token,
      body: { 'strict.level': { $inc: 1 } },
    })
    expect(tooFar.json).toMatchObject({ status: 422, errors: [{ path: 'strict.level', code: 'schema' }] })
    expect(await facts(ids[1]!)).toMatchObject({ strict: { level: 2 } })
  })
})
