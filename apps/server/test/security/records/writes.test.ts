import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const slots = '/api/v1/collections/slots/records'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'slots',
      fields: [
        { name: 'from', type: 'integer' },
        { name: 'to', type: 'integer', validate: { to: { $gte: { $field: 'from' } } } },
        { name: 'length', type: 'computed', expression: 'to - from', returns: 'integer' },
        { name: 'most', type: 'integer' },
        { name: 'meta', type: 'json' },
        { name: 'salary', type: 'integer', min: 0, max: 1000 },
        { name: 'labels', type: 'tags', maxItems: 2 },
      ],
      rules: [
        { role: 'user', action: 'read', fields: ['from', 'to', 'length', 'most', 'meta'] },
        { role: 'user', action: 'create' },
        {
          role: 'user',
          action: 'update',
          conditions: { length: { $lte: { $field: 'most' } }, 'meta.open': true },
        },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
})
afterAll(() => server?.stop())

const patch = (id: string, body: object): Promise<TestResponse> =>
  server.request('PATCH', `${slots}/${id}`, { token: alice.token, body })

async function create(body: object): Promise<string> {
  const answer = await server.request('POST', slots, { token: admin.token, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data.id
}

const good = { from: 1, to: 3, most: 5, meta: { open: true } }

describe('a condition on several fields', () => {
  it('A58 is not passed by sending some of them, nor by the order or the operator they come with', async () => {
    for (const change of [{ from: 4 }, { to: 0 }, { to: { $inc: -3 } }, { from: { $max: 9 } }, { from: 9, to: 8 }]) {
      const answer = await patch(await create(good), change)
      expect([answer.status, answer.json.errors[0].path], JSON.stringify(change)).toEqual([422, 'to'])
    }
    expect((await patch(await create(good), { from: 4, to: 5 })).status).toBe(200)
  })

  it('A58 in a rule is asked again whatever part of it changes, also through what is computed', async () => {
    for (const change of [{ most: 1 }, { to: 9 }, { to: { $inc: 5 } }, { from: -9 }, { most: { $unset: true } }])
      expect([change, (await patch(await create(good), change)).status]).toEqual([change, 403])
    expect((await patch(await create(good), { most: 2 })).status).toBe(200)
  })

  it('A58 in a rule about a place in JSON is asked again when the JSON changes', async () => {
    for (const meta of [{ open: false }, { open: 'true' }, {}, [], null])
      expect([meta, (await patch(await create(good), { meta })).status]).toEqual([meta, 403])
  })

  it('A58 is passed through no invalid state inside a batch', async () => {
    const id = await create(good)
    const steps = [{ to: 0 }, { from: 0 }].map((data) => ({ action: 'update', collection: 'slots', id, data }))
    const answer = await server.request('POST', '/api/v1/batch', { token: alice.token, body: { operations: steps } })
    expect([answer.status, answer.json.errors[0].path]).toEqual([422, 'operations.0.data.to'])
  })
})

describe('a field that may be written and not read', () => {
  it('A40 tells nothing by the operators that start from its value', async () => {
    const id = await create({ ...good, salary: 700, labels: ['a', 'b'] })
    const other = await create({ ...good, salary: 1, labels: [] })
    for (const change of [
      { salary: { $inc: 400 } },
      { salary: { $inc: -1 } },
      { salary: { $min: 5 } },
      { salary: { $max: 5 } },
      { labels: { $push: 'c' } },
      { labels: { $pull: 'a' } },
    ]) {
      const [one, two] = [await patch(id, change), await patch(other, change)]
      expect([one.status, one.json.code]).toEqual([403, 'field_not_writable'])
      expect(one.json.errors).toEqual(two.json.errors)
    }
    expect((await patch(id, { salary: { $unset: true } })).status).toBe(200)
    const { json } = await server.request('GET', `${slots}/${id}`, { token: admin.token })
    expect(json.data).toMatchObject({ salary: null, labels: ['a', 'b'] })
  })
})
