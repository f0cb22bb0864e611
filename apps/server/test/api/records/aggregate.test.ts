import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona

const path = '/api/v1/collections/orders/aggregate'
const idOf = (number: number): string => `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'regions',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'opened', type: 'date' },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
    {
      name: 'shops',
      fields: [
        { name: 'name', type: 'text', required: true, searchable: true },
        { name: 'region', type: 'relation', collection: 'regions' },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
    {
      name: 'orders',
      fields: [
        { name: 'status', type: 'select', options: ['open', 'paid', 'lost'] },
        { name: 'items', type: 'integer' },
        { name: 'weight', type: 'number' },
        { name: 'price', type: 'decimal', precision: 30, scale: 2 },
        { name: 'took', type: 'duration' },
        { name: 'due', type: 'date' },
        { name: 'placedAt', type: 'datetime' },
        { name: 'gift', type: 'boolean' },
        { name: 'labels', type: 'tags' },
        { name: 'extra', type: 'json' },
        {
          ...{ name: 'box', type: 'json' },
          schema: {
            type: 'object',
            properties: {
              kind: { type: 'string' },
              size: { type: 'object', properties: { cm: { type: 'number' } } },
              sealed: { type: 'boolean' },
              parts: { type: 'array', items: { type: 'string' } },
            },
            additionalProperties: false,
          },
        },
        { name: 'marks', type: 'json', schema: { type: 'object', additionalProperties: { type: 'string' } } },
        { name: 'note', type: 'text', searchable: true },
        { name: 'place', type: 'vector', dimensions: 2, metric: 'l2' },
        { name: 'at', type: 'geopoint' },
        { name: 'half', type: 'computed', expression: 'weight / 2', returns: 'number' },
        { name: 'shop', type: 'relation', collection: 'shops', inverse: 'orders' },
        { name: 'buyers', type: 'relation', collection: 'users', many: true },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
  ]))
  const write = async (collection: string, body: object): Promise<void> => {
    const answer = await server.request('POST', `/api/v1/collections/${collection}/records`, {
      token: admin.token,
      body,
    })
    expect(answer.status, answer.text).toBe(201)
  }
  await write('regions', [
    { id: idOf(1), name: 'North', opened: '2020-05-17' },
    { id: idOf(2), name: 'South', opened: '2021-05-17' },
  ])
  await write('shops', [
    { id: idOf(11), name: 'Kiel', region: idOf(1) },
    { id: idOf(12), name: 'Ulm', region: idOf(2) },
    { id: idOf(13), name: 'Web' },
  ])
  await write('orders', [
    {
      ...{ status: 'paid', items: 3, weight: 0.5, price: '10.10', took: 'PT1H', due: '2024-02-29', gift: true },
      ...{ placedAt: '2024-03-31T00:30:00Z', labels: ['a', 'b'], shop: idOf(11), extra: { a: 1 } },
      ...{
        note: 'Handle with care',
        place: [0, 1],
        box: { kind: 'wood', size: { cm: 12.5 }, sealed: true, parts: ['a'] },
      },
    },
    {
      ...{ status: 'paid', items: 5, weight: 1.5, price: '20.20', took: 'PT30M', due: '2024-03-01', gift: false },
      ...{ placedAt: '2024-03-31T22:30:00Z', labels: ['b'], shop: idOf(12), at: { lat: 1, lon: 2 } },
      ...{ note: 'Take care of it', place: [0, 3], box: { kind: 'wood', size: { cm: 30 } } },
    },
    {
      ...{ status: 'open', items: 4, price: '99999999999999999999.99', due: '2024-04-01' },
      ...{ placedAt: '2024-10-27T00:15:00Z', shop: idOf(11) },
    },
    {
      status: 'open',
      items: null,
      placedAt: '2024-10-27T01:15:00Z',
      shop: idOf(13),
      labels: [],
      place: [9, 9],
      box: { kind: 'tin', size: {} },
    },
    { items: 9007199254740991, placedAt: '2024-12-31T23:30:00Z' },
  ])
})

afterAll(() => server?.stop())

const ask = (body: unknown): Promise<TestResponse> => server.request('POST', path, { body })

async function groups(body: object): Promise<Record<string, unknown>[]> {
  const answer = await ask(body)
  expect(answer.status, answer.text).toBe(200)
  expect(Object.keys(answer.json)).toEqual(['data'])
  return answer.json.data
}

async function refusal(body: unknown): Promise<{ status: number; code: string; path: string | undefined }> {
  const { status, json } = await ask(body)
  return { status, code: json.code, path: json.errors?.[0]?.path }
}

describe('aggregates of all records', () => {
  it('are one group, each in the form of its type', async () => {
    const aggregates = {
      n: { count: '*' },
      counted: { count: 'items' },
      pinned: { count: 'at' },
      described: { count: 'extra' },
      labelled: { count: 'labels' },
      states: { countDistinct: 'status' },
      items: { sum: 'items' },
      halved: { max: 'half' },
      weight: { sum: 'weight' },
      price: { sum: 'price' },
      meanPrice: { avg: 'price' },
      took: { sum: 'took' },
      first: { min: 'placedAt' },
      last: { max: 'due' },
      status: { max: 'status' },
    }
    const answer = await ask({ aggregates, filter: { status: { $ne: null } } })
    expect(answer.json).toEqual({
      data: [
        {
          n: 4,
          counted: 3,
          pinned: 1,
          described: 1,
          labelled: 3,
          states: 2,
          items: 12,
          halved: 0.75,
          weight: 2,
          price: '100000000000000000030.29',
          meanPrice: '33333333333333333343.43',
          took: 'PT1H30M',
          first: '2024-03-31T00:30:00+00:00',
          last: '2024-04-01',
          status: 'paid',
        },
      ],
    })
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  })

  it('of nothing are 0 and null', async () => {
    const filter = { items: -1 }
    const aggregates = { n: { count: '*' }, sum: { sum: 'items' }, max: { max: 'price' } }
    expect(await groups({ filter, aggregates })).toEqual([{ n: 0, sum: null, max: null }])
    expect(await groups({ filter, aggregates, groupBy: ['status'] })).toEqual([])
  })

  it('are exact where the type is', async () => {
    const { text } = await ask({ aggregates: { sum: { sum: 'items' } } })
    expect(text).toBe('{"data":[{"sum":9007199254741003}]}')
  })

  it('average and interpolate', async () => {
    const filter = { status: 'paid' }
    const aggregates = {
      mean: { avg: 'items' },
      low: { percentile: 'items', at: 0 },
      half: { percentile: 'items', at: 0.5 },
      high: { percentile: 'weight', at: 0.75 },
      price: { percentile: 'price', at: 0.5 },
      took: { avg: 'took' },
    }
    expect(await groups({ filter, aggregates })).toEqual([
      { mean: 4, low: 3, half: 4, high: 1.25, price: '15.15', took: 'PT45M' },
    ])
  })

  it('add doubles up to the same whatever their order', async () => {
    const records = '/api/v1/collections/orders/records'
    const weights = [0.1, 0.2, 0.3, 1e15, -1e15, -0.3]
    const made = await server.request('POST', records, {
      token: admin.token,
      body: weights.map((weight) => ({ weight })),
    })
    expect(made.status, made.text).toBe(201)
    const ids: string[] = made.json.data.map(({ id }: { id: string }) => id)
    const aggregates = { sum: { sum: 'weight' }, mean: { avg: 'weight' } }
    expect(await groups({ filter: { id: { $in: ids } }, aggregates })).toEqual([{ sum: 0.3, mean: 0.05 }])
    expect(await groups({ filter: { id: { $in: ids.slice(0, 2) } }, aggregates })).toEqual([{ sum: 0.3, mean: 0.15 }])
    for (const id of ids) await server.request('DELETE', `${records}/${id}`, { token: admin.token })
  })

  it('say so when they leave the range of their type', async () => {
    const records = '/api/v1/collections/orders/records'
    const made = await server.request('POST', records, {
      token: admin.token,
      body: [{ weight: 1e308 }, { weight: 1e308 }],
    })
    expect(made.status, made.text).toBe(201)
    expect(await refusal({ aggregates: { sum: { sum: 'weight' } } })).toEqual({
      status: 400,
      code: 'invalid_query',
      path: 'aggregates',
    })
    for (const { id } of made.json.data) await server.request('DELETE', `${records}/${id}`, { token: admin.token })
  })
})

describe('groups', () => {
  const n = { count: '*' }

  it('are made by fields, in their order, null last', async () => {
    expect(await groups({ groupBy: ['status', 'gift'], aggregates: { n, items: { sum: 'items' } } })).toEqual([
      { status: 'open', gift: null, n: 2, items: 4 },
      { status: 'paid', gift: false, n: 1, items: 5 },
      { status: 'paid', gift: true, n: 1, items: 3 },
      { status: null, gift: null, n: 1, items: 9007199254740991 },
    ])
    expect(await groups({ groupBy: ['status'], aggregates: {} })).toEqual([
      { status: 'open' },
      { status: 'paid' },
      { status: null },
    ])
  })

  it('are made by relations and through them', async () => {
    expect(await groups({ groupBy: ['shop'], aggregates: { n } })).toEqual([
      { shop: idOf(11), n: 2 },
      { shop: idOf(12), n: 1 },
      { shop: idOf(13), n: 1 },
      { shop: null, n: 1 },
    ])
    const byRegion = { groupBy: ['shop.region.name'], aggregates: { n, shops: { countDistinct: 'shop.name' } } }
    expect(await groups(byRegion)).toEqual([
      { 'shop.region.name': 'North', n: 2, shops: 1 },
      { 'shop.region.name': 'South', n: 1, shops: 1 },
      { 'shop.region.name': null, n: 2, shops: 1 },
    ])
    expect(
      await groups({
        groupBy: [{ field: 'shop.name', as: 'shop' }],
        aggregates: { opened: { min: 'shop.region.opened' } },
        sort: ['-shop'],
        limit: 2,
      }),
    ).toEqual([
      { shop: null, opened: null },
      { shop: 'Web', opened: null },
    ])
  })

  it('of lists are made by item: a record counts for each', async () => {
    const filter = { status: { $ne: null } }
    expect(await groups({ filter, groupBy: ['labels'], aggregates: { n, items: { sum: 'items' } } })).toEqual([
      { labels: 'a', n: 1, items: 3 },
      { labels: 'b', n: 2, items: 8 },
      { labels: null, n: 2, items: 4 },
    ])
  })

  it('of times are periods that begin in the time zone', async () => {
    const by = (bucket: string, timezone?: string) =>
      groups({
        groupBy: [{ field: 'placedAt', bucket, ...(timezone && { timezone }), as: 'from' }],
        aggregates: { n },
      }).then((data) => data.map((group) => [group['from'], group['n']]))
    expect(await by('year')).toEqual([['2024-01-01T00:00:00+00:00', 5]])
    expect(await by('year', 'Europe/Berlin')).toEqual([
      ['2023-12-31T23:00:00+00:00', 4],
      ['2024-12-31T23:00:00+00:00', 1],
    ])
    // The 31st of March has 23 hours in Berlin, and the second order falls on the 1st of April there.
    expect(await by('day', 'Europe/Berlin')).toEqual([
      ['2024-03-30T23:00:00+00:00', 1],
      ['2024-03-31T22:00:00+00:00', 1],
      ['2024-10-26T22:00:00+00:00', 2],
      ['2024-12-31T23:00:00+00:00', 1],
    ])
    // Both are 2:15 on the clock there; they lie an hour apart all the same.
    expect((await by('hour', 'Europe/Berlin')).slice(2, 4)).toEqual([
      ['2024-10-27T00:00:00+00:00', 1],
      ['2024-10-27T01:00:00+00:00', 1],
    ])
    expect(await by('week')).toEqual([
      ['2024-03-25T00:00:00+00:00', 2],
      ['2024-10-21T00:00:00+00:00', 2],
      ['2024-12-30T00:00:00+00:00', 1],
    ])
  })

  it('of dates are periods of the calendar', async () => {
    expect(
      await groups({
        filter: { due: { $null: false } },
        groupBy: [
          { field: 'due', bucket: 'quarter', as: 'quarter' },
          { field: 'due', bucket: 'month' },
        ],
        aggregates: { n },
      }),
    ).toEqual([
      { quarter: '2024-01-01', due: '2024-02-01', n: 1 },
      { quarter: '2024-01-01', due: '2024-03-01', n: 1 },
      { quarter: '2024-04-01', due: '2024-04-01', n: 1 },
    ])
    expect(
      await groups({ groupBy: [{ field: 'shop.region.opened', bucket: 'year', as: 'year' }], aggregates: { n } }),
    ).toEqual([
      { year: '2020-01-01', n: 2 },
      { year: '2021-01-01', n: 1 },
      { year: null, n: 2 },
    ])
  })

  it('are made by places in JSON whose type the schema tells', async () => {
    const aggregates = {
      ...{ n, sum: { sum: 'box.size.cm' }, mean: { avg: 'box.size.cm' }, most: { max: 'box.kind' } },
      ...{ sealed: { count: 'box.sealed' }, lists: { count: 'box.parts' }, any: { count: 'extra.a' } },
    }
    expect(await groups({ groupBy: ['box.kind'], aggregates, having: { n: { $lt: 9 } } })).toEqual([
      { 'box.kind': 'tin', n: 1, sum: null, mean: null, most: 'tin', sealed: 0, lists: 0, any: 0 },
      { 'box.kind': 'wood', n: 2, sum: 42.5, mean: 21.25, most: 'wood', sealed: 1, lists: 1, any: 1 },
      { 'box.kind': null, n: 2, sum: null, mean: null, most: null, sealed: 0, lists: 0, any: 0 },
    ])
    expect(
      await groups({ groupBy: ['box.sealed', 'box.size.cm'], aggregates: {}, sort: ['-box.size.cm'], limit: 3 }),
    ).toEqual([
      { 'box.sealed': null, 'box.size.cm': null },
      { 'box.sealed': null, 'box.size.cm': 30 },
      { 'box.sealed': true, 'box.size.cm': 12.5 },
    ])
    expect(await groups({ aggregates: { sum: { sum: 'box.size.cm' } }, having: { sum: 42.5 } })).toEqual([
      { sum: 42.5 },
    ])
  })

  it('are ordered by aggregates and groups, and cut to the limit', async () => {
    const query = { groupBy: ['shop.name'], aggregates: { n, items: { sum: 'items' } } }
    expect(await groups({ ...query, sort: ['-n', '-shop.name'] })).toEqual([
      { 'shop.name': 'Kiel', n: 2, items: 7 },
      { 'shop.name': null, n: 1, items: 9007199254740991 },
      { 'shop.name': 'Web', n: 1, items: null },
      { 'shop.name': 'Ulm', n: 1, items: 5 },
    ])
    expect(await groups({ ...query, sort: ['items'], limit: 1 })).toEqual([{ 'shop.name': 'Ulm', n: 1, items: 5 }])
  })

  it('are left out where having is not true of their aggregates', async () => {
    const query = {
      groupBy: ['shop.name'],
      aggregates: { n, items: { sum: 'items' }, price: { max: 'price' }, due: { min: 'due' } },
    }
    const names = async (having: object) => (await groups({ ...query, having })).map((group) => group['shop.name'])
    expect(await names({ n: { $gte: 2 } })).toEqual(['Kiel'])
    expect(await names({ n: { $lt: 1.5 }, items: null })).toEqual(['Web'])
    expect(await names({ $not: { items: { $lte: 9007199254740990 } } })).toEqual(['Web', null])
    expect(await names({ $or: [{ price: '20.2' }, { due: { $lt: '2024-03-01' } }] })).toEqual(['Kiel', 'Ulm'])
    expect(await names({ items: { $in: [5, 7] }, n: { $between: [1, 1] } })).toEqual(['Ulm'])
    expect(await groups({ aggregates: { n }, having: { n: { $gt: 5 } } })).toEqual([])
  })
})

describe('the records that are aggregated', () => {
  const n = { count: '*' }

  it('are those that a filter finds, by every kind of operator', async () => {
    const count = async (filter: object) => (await groups({ filter, aggregates: { n } }))[0]!['n']
    expect(await count({ items: { $gte: 4 }, status: { $ne: null } })).toBe(2)
    expect(await count({ 'shop.region.name': 'North' })).toBe(2)
    expect(await count({ labels: { $has: 'b' } })).toBe(2)
    expect(await count({ at: { $near: { lat: 1, lon: 2, km: 5 } } })).toBe(1)
    expect(await count({ place: { $nearest: { to: [0, 0], within: 2 } } })).toBe(1)
    expect(await count({ place: { $nearest: { to: [0, 0], k: 2 } }, items: 5 })).toBe(1)
    expect(await count({ note: { $search: 'care' } })).toBe(2)
    expect(await count({ $search: 'handle' })).toBe(1)
  })

  it('are those that a search finds', async () => {
    const query = { groupBy: ['shop.name'], aggregates: { n, items: { sum: 'items' } } }
    expect(await groups({ ...query, search: 'care' })).toEqual([
      { 'shop.name': 'Kiel', n: 1, items: 3 },
      { 'shop.name': 'Ulm', n: 1, items: 5 },
    ])
    expect(await groups({ ...query, search: 'care -take' })).toEqual([{ 'shop.name': 'Kiel', n: 1, items: 3 }])
    expect(await groups({ ...query, search: 'care', filter: { items: 5 } })).toEqual([
      { 'shop.name': 'Ulm', n: 1, items: 5 },
    ])
    expect(await refusal({ aggregates: { n }, search: 3 })).toEqual({
      ...{ status: 400, code: 'invalid_value', path: 'search' },
    })
  })
})

describe('an aggregate query', () => {
  const n = { count: '*' }
  const many = (count: number, item: object) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`x${at}`, item]))

  it.each([
    ['no object', [], 'invalid_query', ''],
    ['nothing', {}, 'invalid_query', 'aggregates'],
    ['nothing to answer', { aggregates: {} }, 'invalid_query', 'aggregates'],
    ['an unknown key', { aggregates: { n }, order: ['n'] }, 'invalid_query', 'order'],
    ['an unknown field', { aggregates: { n: { sum: 'nope' } } }, 'unknown_field', 'aggregates.n.sum'],
    ['an unknown path', { aggregates: { n: { sum: 'shop.nope' } } }, 'unknown_field', 'aggregates.n.sum'],
    ['a path through a value', { aggregates: { n: { sum: 'items.x' } } }, 'unknown_field', 'aggregates.n.sum'],
    ['a list of records', { aggregates: { n: { count: 'buyers' } } }, 'invalid_query', 'aggregates.n.count'],
    ['a path to many', { groupBy: ['shop.orders.items'], aggregates: { n } }, 'invalid_query', 'groupBy.0'],
    ['an unknown function', { aggregates: { n: { median: 'items' } } }, 'invalid_query', 'aggregates.n'],
    ['two functions', { aggregates: { n: { sum: 'items', avg: 'items' } } }, 'invalid_query', 'aggregates.n'],
    ['no function', { aggregates: { n: 'count' } }, 'invalid_query', 'aggregates.n'],
    ['no field', { aggregates: { n: { sum: 3 } } }, 'invalid_query', 'aggregates.n.sum'],
    ['a star of sums', { aggregates: { n: { sum: '*' } } }, 'unknown_field', 'aggregates.n.sum'],
    ['a sum of texts', { aggregates: { n: { sum: 'status' } } }, 'invalid_query', 'aggregates.n.sum'],
    ['the greatest of truths', { aggregates: { n: { max: 'gift' } } }, 'invalid_query', 'aggregates.n.max'],
    ['distinct places', { aggregates: { n: { countDistinct: 'at' } } }, 'invalid_query', 'aggregates.n.countDistinct'],
    ['a percentile of nothing', { aggregates: { n: { percentile: 'items' } } }, 'invalid_query', 'aggregates.n.at'],
    ['one beyond', { aggregates: { n: { percentile: 'items', at: 95 } } }, 'invalid_query', 'aggregates.n.at'],
    ['a share of a sum', { aggregates: { n: { sum: 'items', at: 0.5 } } }, 'invalid_query', 'aggregates.n.at'],
    ['a bad name', { aggregates: { 'a b': n } }, 'invalid_query', 'aggregates.a b'],
    ['a name twice', { groupBy: ['status'], aggregates: { status: n } }, 'invalid_query', 'aggregates.status'],
    ['a group twice', { groupBy: ['status', 'status'], aggregates: { n } }, 'invalid_query', 'groupBy.1'],
    ['a group of JSON', { groupBy: ['extra'], aggregates: { n } }, 'invalid_query', 'groupBy.0'],
    ['a value inside JSON', { groupBy: ['extra.a'], aggregates: { n } }, 'invalid_query', 'groupBy.0'],
    ['a list in JSON', { groupBy: ['box.parts'], aggregates: { n } }, 'invalid_query', 'groupBy.0'],
    ['a place that cannot be', { groupBy: ['box.nope'], aggregates: { n } }, 'unknown_field', 'groupBy.0'],
    ['the sum of anything', { aggregates: { n: { sum: 'extra.a' } } }, 'invalid_query', 'aggregates.n.sum'],
    ['a group of places', { groupBy: ['at'], aggregates: { n } }, 'invalid_query', 'groupBy.0'],
    ['groups that are no list', { groupBy: 'status', aggregates: { n } }, 'invalid_query', 'groupBy'],
    ['a group that is none', { groupBy: [3], aggregates: { n } }, 'invalid_query', 'groupBy.0'],
    [
      'a bucket of texts',
      { groupBy: [{ field: 'status', bucket: 'day' }], aggregates: { n } },
      ...['invalid_query', 'groupBy.0.bucket'],
    ],
    [
      'an unknown bucket',
      { groupBy: [{ field: 'due', bucket: 'decade' }], aggregates: { n } },
      ...['invalid_query', 'groupBy.0.bucket'],
    ],
    [
      'hours of a date',
      { groupBy: [{ field: 'due', bucket: 'hour' }], aggregates: { n } },
      ...['invalid_query', 'groupBy.0.bucket'],
    ],
    [
      'an unknown zone',
      { groupBy: [{ field: 'placedAt', bucket: 'day', timezone: 'Europe/Atlantis' }], aggregates: { n } },
      ...['invalid_query', 'groupBy.0.timezone'],
    ],
    [
      'a zone of dates',
      { groupBy: [{ field: 'due', bucket: 'day', timezone: 'Europe/Berlin' }], aggregates: { n } },
      ...['invalid_query', 'groupBy.0.timezone'],
    ],
    ['a bad alias', { groupBy: [{ field: 'due', as: 'A"' }], aggregates: { n } }, 'invalid_query', 'groupBy.0.as'],
    ['having of a field', { aggregates: { n }, having: { items: 3 } }, 'unknown_field', 'having.items'],
    ['having of a text', { aggregates: { n }, having: { n: '3' } }, 'invalid_value', 'having.n'],
    [
      'having with a pattern',
      { aggregates: { n }, having: { n: { $like: 'x' } } },
      'unknown_operator',
      'having.n.$like',
    ],
    ['having a search', { aggregates: { note: n }, having: { $search: 'x' } }, 'invalid_query', 'having.$search'],
    [
      'having one of a name',
      { aggregates: { note: n }, having: { note: { $search: 'x' } } },
      'unknown_operator',
      'having.note.$search',
    ],
    [
      'having a place',
      { aggregates: { at: { count: 'at' } }, having: { at: { $near: { lat: 1, lon: 2, km: 5 } } } },
      'unknown_operator',
      'having.at.$near',
    ],
    ['having a path', { aggregates: { n }, having: { 'n.x': 1 } }, 'unknown_field', 'having.n.x'],
    ['an order of fields', { aggregates: { n }, sort: ['items'] }, 'invalid_query', 'sort'],
    ['an order twice', { aggregates: { n }, sort: ['n', '-n'] }, 'invalid_query', 'sort'],
    ['an order that is a number', { aggregates: { n }, sort: 1 }, 'invalid_query', 'sort'],
    ['no limit at all', { aggregates: { n }, limit: 0 }, 'invalid_query', 'limit'],
    ['too high a limit', { aggregates: { n }, limit: 10_001 }, 'invalid_query', 'limit'],
    ['a filter of nothing', { aggregates: { n }, filter: { nope: 1 } }, 'unknown_field', 'filter.nope'],
    ['too many aggregates', { aggregates: many(51, n) }, 'query_too_complex', 'aggregates'],
    ['too many to sort', { aggregates: many(11, { countDistinct: 'items' }) }, 'query_too_complex', 'aggregates'],
    ['too many groups', { groupBy: Array(9).fill('items'), aggregates: { n } }, 'query_too_complex', 'groupBy'],
  ] as [string, unknown, string, string][])('is refused with %s', async (_what, body, code, at) => {
    expect(await refusal(body)).toEqual({ status: 400, code, path: at })
  })

  it('gives long paths a name', async () => {
    const long = `marks.${'x'.repeat(300)}`
    for (const group of [long, { field: long }])
      expect(await refusal({ groupBy: [group], aggregates: {} })).toEqual({
        ...{ status: 400, code: 'invalid_query', path: 'groupBy.0' },
      })
    expect(await groups({ groupBy: [{ field: long, as: 'x' }], aggregates: {} })).toEqual([{ x: null }])
  })

  it('may have as many aggregates and groups as the limits say', async () => {
    const groupBy = ['status', 'items', 'weight', 'price', 'took', 'due', 'gift', 'shop.region.name']
    const data = await groups({ groupBy, aggregates: many(50, { max: 'items' }) })
    expect(Object.keys(data[0]!)).toHaveLength(58)
  })

  it('takes no parameters in the URL, and only POST', async () => {
    expect((await server.request('POST', `${path}?limit=3`, { body: { aggregates: { n } } })).status).toBe(400)
    expect((await server.request('GET', path)).status).toBe(405)
  })
})
