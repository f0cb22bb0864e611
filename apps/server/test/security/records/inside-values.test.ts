import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

/** What lies inside a value, or is measured from it, stands as open as the value does. */

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const spots = '/api/v1/collections/spots'
const schema = { type: 'object' as const, properties: { rank: { type: 'integer' }, name: { type: 'string' } } }

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'spots',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'place', type: 'geopoint' },
        { name: 'meta', type: 'json', schema },
        { name: 'owner', type: 'relation', collection: 'users' },
      ],
      rules: [
        { role: 'public', action: 'read', fields: ['name'] },
        { role: 'user', action: 'read', conditions: { owner: '$user.id' }, fields: ['place', 'meta'] },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
  const body = Array.from({ length: 9 }, (_, index) => ({
    name: `n${index}`,
    place: { lat: (index * 7) % 9, lon: 0 },
    meta: { rank: (index * 5) % 9, name: `secret${index}` },
    owner: index % 3 === 0 ? alice.id : bob.id,
  }))
  const made = await server.request('POST', `${spots}/records`, { token: admin.token, body })
  if (made.status !== 201) throw new Error(made.text)
})
afterAll(() => server?.stop())

const ask = (body: object, persona?: Persona): Promise<TestResponse> =>
  server.request('POST', `${spots}/query`, { body, ...(persona && { token: persona.token }) })

const near = { $near: { lat: 0, lon: 0 } }

it('A01 is, where it is hidden, just like what does not exist', async () => {
  const filters = (name: string): object[] => [
    { [`${name}.rank`]: 1 },
    { [`${name}.rank`]: { $gt: 1 } },
    { [`${name}.rank`]: { $nope: 1 } },
    { [`${name}.nope`]: 'x' },
    { $or: [{ $not: { [`${name}.name`]: { $startsWith: 's' } } }] },
    { [name]: near },
    { [name]: { $within: { box: 1 } } },
  ]
  const hidden = [...filters('meta'), ...filters('place')]
  const absent = [...filters('qqmeta'), ...filters('qqplace')]
  for (const [index, filter] of hidden.entries()) {
    const [answer, reference] = [await ask({ filter }), await ask({ filter: absent[index] })]
    const name = index < 7 ? 'meta' : 'place'
    const plain = (text: string, own: string) => text.replaceAll(own, '#').replace(/"requestId":"[^"]+"/, '')
    expect(answer.status).toBe(400)
    expect(plain(answer.text, name)).toBe(plain(reference.text, `qq${name}`))
  }
})

it('A02 A20 tells of no row in which the field is closed, by filter, order, total or page', async () => {
  const names = async (body: object, persona: Persona): Promise<string[]> => {
    const { status, json, text } = await ask({ count: 'estimated', ...body }, persona)
    if (status !== 200) throw new Error(text)
    expect(json.meta.total).toBe(json.data.length)
    return json.data.map(({ name }: { name: string }) => name)
  }
  const own = ['n0', 'n3', 'n6']
  for (const filter of [
    { 'meta.rank': { $gte: 0 } },
    { 'meta.rank': { $null: false } },
    { 'meta.name': { $like: 'secret%' } },
    { place: near },
    { place: { $within: { box: { south: -90, west: -180, north: 90, east: 180 } } } },
  ])
    expect((await names({ filter }, alice)).toSorted(), JSON.stringify(filter)).toEqual(own)
  const byRank = await names({ sort: ['meta.rank', 'name'] }, alice)
  expect(byRank).toEqual(['n0', 'n6', 'n3', 'n1', 'n2', 'n4', 'n5', 'n7', 'n8'])
  expect(await names({ filter: { place: near } }, alice)).toEqual(['n0', 'n3', 'n6'])
  const { json } = await ask({ filter: { $or: [{ place: near }, { name: 'n1' }] }, sort: ['$distance'] }, alice)
  expect(json.code).toBe('invalid_query')
})

it('A40 makes no row fail, whatever stands there', async () => {
  const body = [{ name: 'x', meta: { rank: null } }, { name: 'x' }]
  await server.request('POST', `${spots}/records`, { token: admin.token, body })
  for (const filter of [
    { 'meta.rank': { $gt: 1e300 } },
    { 'meta.rank': { $between: [-1e-300, 5e-324] } },
    { 'meta.name': { $ilike: '%\\\\%' } },
    { 'meta.rank': { $nin: [0.1, 2 ** 53 - 1] } },
  ])
    expect((await ask({ filter }, alice)).status, JSON.stringify(filter)).toBe(200)
})
