import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startReceiver } from '../../security/outbound/receiver.js'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { things } from '../openapi/things.js'
import { hookEnv, payloads } from './hooks.js'

let server: TestServer
let admin: Persona
let user: Persona

beforeAll(async () => {
  const searchable = things.map((definition) => ({
    ...definition,
    fields: definition.fields.map((field) => (field.name === 'body' ? { ...field, searchable: true } : field)),
  }))
  ;({ server, admin } = await startServerWith(searchable as typeof things, hookEnv))
  user = await signUp(server, 'owner@example.com')
})
afterAll(() => server?.stop())

const values = {
  ...{ title: 'All of it', code: 'AB123', loose: 'xx', body: '<p>findable words</p>', contact: 'a@example.com' },
  ...{ link: 'https://example.com/', slug: 'all', count: 3, ratio: 0.25, price: '1.50', done: true, day: '2026-01-31' },
  ...{ at: '2026-01-31T12:00:00.000Z', takes: 'P1DT2H', key: '01910000-0000-7000-8000-000000000001' },
  ...{ extra: { depth: 2 }, tree: { a: [1, null] }, status: 'published', colours: ['red', 'blue'], labels: ['x', 'y'] },
  ...{ place: { lat: 52.5, lon: 13.4 }, origin: 'here', salary: 10, secret: 'hush' },
}

/** One condition on each field; the first is one that only the database can judge. */
const filter = {
  'owner.email': 'owner@example.com',
  ...{ title: 'All of it', code: { $like: 'AB%' }, loose: { $ilike: 'X%' }, contact: { $endsWith: 'example.com' } },
  ...{ link: { $contains: 'example' }, slug: 'all', count: { $gte: 3 }, ratio: { $lt: 0.3 }, price: { $gt: '1.4' } },
  ...{ done: true, day: { $gte: '2026-01-01' }, at: { $between: ['2026-01-31T00:00:00Z', '2026-02-01T00:00:00Z'] } },
  ...{ takes: { $gt: 'P1D' }, key: { $in: ['01910000-0000-7000-8000-000000000001'] }, 'extra.depth': 2 },
  ...{
    status: 'published',
    colours: { $hasAll: ['red'] },
    labels: { $has: 'y' },
    double: 6,
    salary: 10,
    secret: 'hush',
  },
  place: { $near: { lat: 52.5, lon: 13.4, km: 1 } },
  ...{ tree: { $null: false }, origin: 'here', createdAt: { $null: false }, version: 1, createdBy: { $null: false } },
  $search: 'findable',
}

it('a filter on every type of field is judged on the record as the change left it', async () => {
  const receiver = await startReceiver()
  const send = async (method: string, path: string, body?: object, token = admin.token) => {
    const answer = await server.request(method, `/api/v1${path}`, { token, body })
    expect(answer.status, answer.text).toBeLessThan(300)
    return answer.json?.data
  }
  const { 'owner.email': judgedBySql, ...others } = filter
  for (const [name, condition] of Object.entries(others)) {
    const about = { 'owner.email': judgedBySql, [name]: condition }
    const url = `http://127.0.0.1:${receiver.port}/${name}`
    await send('POST', '/admin/webhooks', { url, collection: 'things', events: ['create', 'update'], filter: about })
  }
  const thing = await send('POST', '/collections/things/records', { ...values, owner: user.id })
  const expected = Object.keys(others).map((name) => `/${name}`)
  await vi.waitFor(() => expect(receiver.received.map(({ path }) => path).sort()).toEqual(expected.sort()), 30_000)
  const { secret: _hidden, parts: _parts, expand: _expand, ...visible } = thing
  expect(payloads(receiver.received)[0].data.record).toEqual(visible)
  // Of an update the state before is one that is meant; what comes after it is about neither.
  await send('PATCH', `/collections/things/records/${thing.id}`, { title: 'Else', version: undefined })
  await vi.waitFor(() => expect(receiver.received.length).toBe(expected.length * 2), 30_000)
  await send('PATCH', `/collections/things/records/${thing.id}`, { origin: undefined, done: false })
  await vi.waitFor(() => expect(receiver.received.length).toBe(expected.length * 3 - 2), 30_000)
  receiver.close()
})
