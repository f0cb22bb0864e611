import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const cities = [
  ['berlin', 52.520008, 13.404954],
  ['potsdam', 52.39886, 13.06566],
  ['paris', 48.856613, 2.352222],
  ['lisbon', 38.722252, -9.139337],
  ['suva', -18.124809, 178.450079],
  ['apia', -13.850696, -171.751355],
  ['wellington', -41.28664, 174.77557],
  ['northpole', 90, 0],
  ['alert', 82.5018, -62.3481],
  ['nagurskoye', 80.8, 47.7],
  ['southpole', -90, 45],
  ['null island', 0, 0],
  ['taveuni', -16.83, 180],
] as const

const places = '/api/v1/collections/places'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'places',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'at', type: 'geopoint', index: true },
        { name: 'owner', type: 'relation', collection: 'users' },
      ],
      rules: [
        { role: 'public', action: 'read', fields: ['name'] },
        { role: 'user', action: 'read', conditions: { owner: '$user.id' }, fields: ['at'] },
        { role: 'berliner', action: 'read', conditions: { at: { $near: { lat: 52.5, lon: 13.4, km: 40 } } } },
      ],
    },
    {
      name: 'visits',
      fields: [
        { name: 'note', type: 'text' },
        { name: 'place', type: 'relation', collection: 'places' },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  const body = [
    ...cities.map(([name, lat, lon]) => ({ name, at: { lat, lon }, owner: name === 'paris' ? alice.id : null })),
    { name: 'nowhere' },
  ]
  const made = await server.request('POST', `${places}/records`, { token: admin.token, body })
  if (made.status !== 201) throw new Error(made.text)
  const visit = { note: 'tower', place: made.json.data[2].id }
  await server.request('POST', '/api/v1/collections/visits/records', { token: admin.token, body: visit })
})
afterAll(() => server?.stop())

const query = (body: object, token: string | undefined = admin.token): Promise<TestResponse> =>
  server.request('POST', `${places}/query`, { body, ...(token !== undefined && { token }) })

async function names(at: object, rest: object = {}, token: string | undefined = admin.token): Promise<string[]> {
  const { status, json, text } = await query({ filter: { at }, ...rest }, token)
  if (status !== 200) throw new Error(text)
  return json.data.map(({ name }: { name: string }) => name)
}

describe('$near', () => {
  it('finds what lies within so many kilometres, the nearest first', async () => {
    expect(await names({ $near: { lat: 52.5, lon: 13.4, km: 50 } })).toEqual(['berlin', 'potsdam'])
    expect(await names({ $near: { lat: 52.5, lon: 13.4, km: 900 } })).toEqual(['berlin', 'potsdam', 'paris'])
    expect(await names({ $near: { lat: 52.4, lon: 13.07, km: 10 } })).toEqual(['potsdam'])
    expect(await names({ $near: { lat: 48.856613, lon: 2.352222, km: 0 } })).toEqual(['paris'])
  })

  it('gives every record that has a place when no distance is given', async () => {
    const found = await names({ $near: { lat: 48.85, lon: 2.35 } })
    expect(found).toHaveLength(cities.length)
    expect(found.slice(0, 4)).toEqual(['paris', 'potsdam', 'berlin', 'lisbon'])
  })

  it('sorts by $distance either way, pages included, and otherwise as it is told', async () => {
    const near = { $near: { lat: 10, lon: 0 } }
    const all = await names(near)
    expect(await names(near, { sort: ['-$distance'] })).toEqual([...all].reverse())
    const paged: string[] = []
    for (let cursor: string | undefined; ; ) {
      const { json } = await query({ filter: { at: near }, limit: 4, ...(cursor && { cursor }) })
      paged.push(...json.data.map(({ name }: { name: string }) => name))
      cursor = json.meta.nextCursor ?? undefined
      if (cursor === undefined) break
    }
    expect(paged).toEqual(all)
    expect(await names({ $near: { lat: 52.5, lon: 13.4, km: 50 } }, { sort: ['-name'] })).toEqual(['potsdam', 'berlin'])
  })

  it('looks over the date line and over the poles', async () => {
    expect(await names({ $near: { lat: -16.8, lon: -179.9, km: 300 } })).toEqual(['taveuni', 'suva'])
    expect(await names({ $near: { lat: -16.8, lon: 180, km: 5 } })).toEqual(['taveuni'])
    expect(await names({ $near: { lat: -16.8, lon: -180, km: 5 } })).toEqual(['taveuni'])
    expect(await names({ $near: { lat: 89, lon: 120, km: 1200 } })).toEqual(['northpole', 'alert', 'nagurskoye'])
    expect(await names({ $near: { lat: -90, lon: 0, km: 1 } })).toEqual(['southpole'])
    expect(await names({ $near: { lat: 90, lon: 0, km: 20_015.2 } })).toHaveLength(cities.length)
  })

  it('reads its numbers from a URL', async () => {
    const { json } = await server.request(
      'GET',
      `${places}/records?filter[at][$near][lat]=52.5&filter[at][$near][lon]=13.4&filter[at][$near][km]=20`,
      { token: admin.token },
    )
    expect(json.data.map(({ name }: { name: string }) => name)).toEqual(['berlin'])
  })

  it('works through relations, in rules, and beside other conditions', async () => {
    const filter = { 'place.at': { $near: { lat: 48.8, lon: 2.3, km: 20 } } }
    const path = '/api/v1/collections/visits/query'
    const { json } = await server.request('POST', path, { token: admin.token, body: { filter } })
    expect(json.data).toMatchObject([{ note: 'tower' }])
    expect(await names({ $near: { lat: 52.5, lon: 13.4, km: 50 }, $null: false }, { limit: 1 })).toEqual(['berlin'])
    const berliner = await signUp(server, 'berliner@example.com', admin, ['berliner'])
    const shown = await query({ filter: { name: { $ne: 'x' } }, sort: ['name'] }, berliner.token)
    const withPlace = shown.json.data.filter((record: object) => 'at' in record)
    expect(withPlace.map(({ name }: { name: string }) => name)).toEqual(['berlin', 'potsdam'])
    const { json: negated } = await query({ filter: { $not: { at: { $near: { lat: 52.5, lon: 13.4, km: 50 } } } } })
    expect(negated.data).toHaveLength(cities.length - 1)
  })
})

describe('$within', () => {
  it('a box', async () => {
    expect(await names({ $within: { box: { south: 48, west: 2, north: 53, east: 13.1 } } }, sorted)).toEqual([
      'paris',
      'potsdam',
    ])
    expect(await names({ $within: { box: { south: -20, west: 170, north: -10, east: -170 } } }, sorted)).toEqual([
      'apia',
      'suva',
      'taveuni',
    ])
    const eastern = { south: -20, west: -180, north: -10, east: -170 }
    expect(await names({ $within: { box: eastern } }, sorted)).toEqual(['apia', 'taveuni'])
    expect(await names({ $within: { box: { south: 0, west: 0, north: 0, east: 0 } } })).toEqual(['null island'])
  })

  it('a polygon, in the plane of longitude and latitude', async () => {
    const triangle = [
      { lat: 55, lon: 0 },
      { lat: 55, lon: 10 },
      { lat: 45, lon: 0 },
    ]
    expect(await names({ $within: { polygon: triangle } }, sorted)).toEqual(['paris'])
    const notched = [
      { lat: 60, lon: -20 },
      { lat: 60, lon: 20 },
      { lat: 30, lon: 20 },
      { lat: 50.5, lon: 2.4 },
      { lat: 30, lon: -20 },
    ]
    expect(await names({ $within: { polygon: notched } }, sorted)).toEqual(['berlin', 'potsdam'])
    expect(await names({ $within: { polygon: [...notched].reverse() } }, sorted)).toHaveLength(2)
  })

  it('a circle, without sorting by distance', async () => {
    const circle = { lat: 52.5, lon: 13.4, km: 50 }
    expect(await names({ $within: { circle } }, sorted)).toEqual(['berlin', 'potsdam'])
    const { json } = await query({ filter: { at: { $within: { circle } } }, sort: ['$distance'] })
    expect(json).toMatchObject({ code: 'invalid_query' })
  })

  const sorted = { sort: ['name'] }
})

it('measures as another formula does, from poles and antipodes too', async () => {
  for (const [lat, lon] of [
    [52.5, 13.4],
    [90, 0],
    [-52.520008, -166.595046],
    [0, 180],
    [16.83, 0.0000001],
  ] as const) {
    for (const [name, toLat, toLon] of cities) {
      const km = haversine(lat, lon, toLat, toLon)
      const near = await names({ $near: { lat, lon, km: km * (1 + 1e-6) + 1e-3 } })
      expect(near, `${lat} ${lon}`).toContain(name)
      if (km > 1) expect(await names({ $near: { lat, lon, km: km * (1 - 1e-6) } }), `${lat} ${lon}`).not.toContain(name)
    }
  }
})

/** By the chord between the two places, which is another way than the server's. */
function haversine(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const vector = (lat: number, lon: number): number[] => {
    const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180]
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
  }
  const [a, b] = [vector(lat1, lon1), vector(lat2, lon2)]
  const between = (sign: number) => Math.hypot(...a.map((part, index) => part - sign * b[index]!))
  return 2 * 6371.0088 * Math.atan2(between(1), between(-1))
}

describe('an operand is refused with the place of what is wrong', () => {
  const at = 'filter.at'
  it.each([
    [{ $near: 5 }, `${at}.$near`],
    [{ $near: { lat: 1 } }, `${at}.$near.lon`],
    [{ $near: { lat: '1', lon: 1 } }, `${at}.$near.lat`],
    [{ $near: { lat: 91, lon: 1 } }, `${at}.$near.lat`],
    [{ $near: { lat: 1, lon: -180.1 } }, `${at}.$near.lon`],
    [{ $near: { lat: 1, lon: 1, km: -1 } }, `${at}.$near.km`],
    [{ $near: { lat: 1, lon: 1, km: null } }, `${at}.$near.km`],
    [{ $near: { lat: 1, lon: 1, miles: 1 } }, `${at}.$near.miles`],
    [{ $near: [1, 2] }, `${at}.$near`],
    [{ $within: {} }, `${at}.$within`],
    [{ $within: { square: 1 } }, `${at}.$within`],
    [{ $within: { box: { south: 2, north: 1, west: 0, east: 1 } } }, `${at}.$within.box`],
    [{ $within: { box: { south: 2, north: 3, west: 0 } } }, `${at}.$within.box.east`],
    [{ $within: { circle: { lat: 1, lon: 1 } } }, `${at}.$within.circle.km`],
    [{ $within: { polygon: [{ lat: 1, lon: 1 }] } }, `${at}.$within.polygon`],
    [{ $within: { polygon: [1, 2, 3] } }, `${at}.$within.polygon.0`],
    [
      { $within: { polygon: Array.from({ length: 101 }, (_, index) => ({ lat: index / 2, lon: 0 })) } },
      `${at}.$within.polygon`,
    ],
    [
      { $within: { box: { south: 2, north: 3, west: 0, east: 1 }, circle: { lat: 1, lon: 1, km: 1 } } },
      `${at}.$within`,
    ],
  ])('%j', async (operand, path) => {
    const { status, json } = await query({ filter: { at: operand } })
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'invalid_value', path])
  })

  it('on a field that is no place', async () => {
    const { json } = await query({ filter: { name: { $near: { lat: 1, lon: 1 } } } })
    expect(json).toMatchObject({ code: 'unknown_operator', errors: [{ path: 'filter.name.$near' }] })
  })
})

describe('a place that stands open in some rows', () => {
  it('is found and measured there only', async () => {
    const everywhere = { $near: { lat: 52.5, lon: 13.4 } }
    expect(await names(everywhere, {}, alice.token)).toEqual(['paris'])
    const { json } = await query(
      { filter: { $or: [{ at: everywhere }, { name: { $ne: 'x' } }] }, sort: ['$distance'] },
      alice.token,
    )
    expect(json).toMatchObject({ code: 'invalid_query' })
  })

  it('does not exist for those who may not read it anywhere', async () => {
    const body = { filter: { at: { $near: { lat: 1, lon: 1 } } } }
    const { status, json } = await server.request('POST', `${places}/query`, { body })
    expect([status, json.code]).toEqual([400, 'unknown_field'])
  })
})

it('does not stumble over numbers next to zero', async () => {
  const body = { name: 'tiny', at: { lat: 5e-324, lon: -1e-310 } }
  expect((await server.request('POST', `${places}/records`, { token: admin.token, body })).status).toBe(201)
  const tiny = { lat: 0, lon: 1e-320 }
  for (const at of [
    { $near: { ...tiny, km: 1 } },
    { $within: { polygon: [tiny, { lat: 5e-324, lon: 1 }, { lat: -1, lon: -1 }] } },
    { $within: { circle: { ...tiny, km: 5e-324 } } },
  ])
    expect((await query({ filter: { at } })).status).toBe(200)
})
