import type { RuleDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

/** Lists of records in their order, what becomes of those who point at a deleted record, and fields that are computed. */

let server: TestServer
let admin: Persona

const pathOf = (collection: string, id?: string): string =>
  `/api/v1/collections/${collection}/records${id === undefined ? '' : `/${id}`}`

const everyone: RuleDefinition = { role: 'user', action: ['read', 'create', 'update', 'delete'] }

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'songs',
      fields: [
        { name: 'title', type: 'text', required: true },
        { name: 'seconds', type: 'integer' },
        { name: 'open', type: 'boolean', default: true },
      ],
      rules: [
        { role: 'public', action: 'read', conditions: { open: true } },
        { role: 'user', action: ['create', 'delete'] },
      ],
    },
    {
      name: 'playlists',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'songs', type: 'relation', collection: 'songs', many: true, inverse: 'playlists' },
        { name: 'pair', type: 'relation', collection: 'songs', many: true, minItems: 2, maxItems: 2 },
      ],
      rules: [{ role: 'public', action: ['read', 'create', 'update'] }],
    },
    {
      name: 'folders',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'parent', type: 'relation', collection: 'folders', onDelete: 'cascade', inverse: 'children' },
        { name: 'shortcut', type: 'relation', collection: 'folders', onDelete: 'setNull', inverse: 'shortcuts' },
        { name: 'lock', type: 'relation', collection: 'folders', onDelete: 'restrict', inverse: 'locked' },
        { name: 'see', type: 'relation', collection: 'folders', many: true, inverse: 'seenFrom' },
      ],
      rules: [everyone],
    },
    { name: 'countries', fields: [{ name: 'name', type: 'text' }], rules: [everyone] },
    {
      name: 'cities',
      fields: [
        { name: 'name', type: 'text' },
        {
          ...{ name: 'country', type: 'relation', collection: 'countries', required: true },
          ...{ onDelete: 'cascade', inverse: 'cities' },
        },
      ],
      rules: [everyone],
    },
    {
      name: 'houses',
      fields: [
        { name: 'name', type: 'text' },
        { name: 'city', type: 'relation', collection: 'cities', onDelete: 'cascade', inverse: 'houses' },
        { name: 'near', type: 'relation', collection: 'cities', many: true, inverse: 'nearby' },
        { name: 'country', type: 'relation', collection: 'countries', inverse: 'houses' },
      ],
      rules: [everyone],
    },
    {
      name: 'deeds',
      fields: [{ name: 'house', type: 'relation', collection: 'houses', required: true, inverse: 'deeds' }],
      rules: [everyone],
    },
    {
      name: 'lines',
      fields: [
        { name: 'item', type: 'text' },
        { name: 'quantity', type: 'integer' },
        { name: 'price', type: 'decimal', precision: 10, scale: 2 },
        { name: 'total', type: 'computed', expression: 'price * quantity', returns: 'decimal', scale: 2 },
        {
          name: 'label',
          type: 'computed',
          expression: "item || ' x ' || text(quantity)",
          returns: 'text',
          index: true,
        },
        { name: 'bulk', type: 'computed', expression: 'quantity >= 10', returns: 'boolean' },
        { name: 'sibling', type: 'relation', collection: 'lines' },
      ],
      rules: [everyone],
    },
  ]))
  await signUp(server, 'alice@example.com')
})

afterAll(() => server?.stop())

const send = (method: string, path: string, body?: unknown, query?: Record<string, string>): Promise<TestResponse> =>
  server.request(method, path, { token: admin.token, body, ...(query && { query }) })

async function makeAll(collection: string, bodies: readonly object[]): Promise<string[]> {
  const answer = await send('POST', pathOf(collection), bodies)
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data.map(({ id }: { id: string }) => id)
}

const make = async (collection: string, body: object): Promise<string> => (await makeAll(collection, [body]))[0]!

async function get(collection: string, id: string, query?: Record<string, string>) {
  const answer = await send('GET', pathOf(collection, id), undefined, query)
  expect(answer.status, answer.text).toBe(200)
  return answer.json.data
}

const remove = (collection: string, id: string): Promise<TestResponse> => send('DELETE', pathOf(collection, id))

const isThere = async (collection: string, id: string): Promise<boolean> =>
  (await send('GET', pathOf(collection, id))).status === 200

/** In their order when one is asked for, else in that of the alphabet. */
async function namesOf(collection: string, query: Record<string, string>): Promise<string[]> {
  const answer = await send('GET', pathOf(collection), undefined, query)
  expect(answer.status, answer.text).toBe(200)
  const names: string[] = answer.json.data.map(({ name, title, item }: Record<string, string>) => name ?? title ?? item)
  return query['sort'] === undefined ? names.sort() : names
}

describe('a list of records', () => {
  let songs: string[]
  beforeAll(async () => {
    songs = await makeAll(
      'songs',
      Array.from({ length: 6 }, (_, at) => ({ title: `s${at}`, seconds: 100 - at })),
    )
  })

  const pick = (...places: number[]): string[] => places.map((at) => songs[at]!)

  /** By every way of reading. */
  async function expectOrder(id: string, ...places: number[]): Promise<void> {
    const wanted = pick(...places)
    const titles = places.map((at) => `s${at}`)
    const query = { expand: 'songs(fields:title)' }
    const record = await get('playlists', id, query)
    const listed = await send('GET', pathOf('playlists'), undefined, { ...query, 'filter[id]': id })
    const queried = await send('POST', '/api/v1/collections/playlists/query', { ...query, filter: { id } })
    for (const each of [record, listed.json.data[0], queried.json.data[0]]) {
      expect(each.songs).toEqual(wanted)
      expect(each.expand.songs.map(({ title }: { title: string }) => title)).toEqual(titles)
    }
  }

  it('keeps the order it was created with, also among many', async () => {
    const order = [3, 0, 5, 1]
    const created = await send('POST', pathOf('playlists'), { name: 'one', songs: pick(...order) })
    expect(created.json.data.songs).toEqual(pick(...order))
    await expectOrder(created.json.data.id, ...order)
    const many = await send('POST', pathOf('playlists'), [
      { name: 'a', songs: pick(5, 4) },
      { name: 'b', songs: [] },
      { name: 'c', songs: pick(0, 5, 2) },
    ])
    expect(many.json.data.map((each: { songs: string[] }) => each.songs)).toEqual([pick(5, 4), [], pick(0, 5, 2)])
    await expectOrder(many.json.data[2].id, 0, 5, 2)
  })

  it('keeps the order it is given by an update, whatever it was', async () => {
    const id = await make('playlists', { name: 'two', songs: pick(0, 1, 2, 3) })
    for (const order of [[3, 2, 1, 0], [1, 3], [4, 1, 5, 3, 0], [], [2]]) {
      const changed = await send('PATCH', pathOf('playlists', id), { songs: pick(...order) })
      expect([changed.status, changed.json.data.songs]).toEqual([200, pick(...order)])
      await expectOrder(id, ...order)
    }
    await send('PUT', pathOf('playlists', id), { name: 'two', songs: pick(5, 0) })
    await expectOrder(id, 5, 0)
    await send('PATCH', pathOf('playlists', id), { name: 'still two' })
    await expectOrder(id, 5, 0)
    const emptied = await send('PATCH', pathOf('playlists', id), { songs: null })
    expect([emptied.status, emptied.json.errors[0].path]).toEqual([422, 'songs'])
    await expectOrder(id, 5, 0)
  })

  it('can be sorted, cut and filtered where it is expanded', async () => {
    const id = await make('playlists', { name: 'three', songs: pick(2, 0, 4) })
    const titles = async (options: string): Promise<string[]> =>
      (await get('playlists', id, { expand: `songs(${options})` })).expand.songs.map(
        ({ title }: { title: string }) => title,
      )
    expect(await titles('limit:2')).toEqual(['s2', 's0'])
    expect(await titles('sort:seconds')).toEqual(['s4', 's2', 's0'])
    expect(await titles('filter:{"title":{"$ne":"s2"}}')).toEqual(['s0', 's4'])
    expect(await titles('sort:-title,limit:1')).toEqual(['s4'])
  })

  it('names a record once, and only one that is there', async () => {
    for (const [list, status] of [
      [pick(1, 1), 422],
      [['01890000-0000-7000-8000-0000000000ff'], 409],
      [['x'], 422],
      ['x', 422],
      [[null], 422],
    ] as const) {
      const answer = await send('POST', pathOf('playlists'), { name: 'bad', songs: list })
      expect([JSON.stringify(list), answer.status]).toEqual([JSON.stringify(list), status])
    }
    expect(await namesOf('playlists', { 'filter[name]': 'bad' })).toEqual([])
  })

  it('has as many records as its field wants', async () => {
    for (const [places, status] of [
      [[0], 422],
      [[0, 1, 2], 422],
      [[1, 0], 201],
    ] as const)
      expect((await send('POST', pathOf('playlists'), { name: 'pair', pair: pick(...places) })).status).toBe(status)
  })

  it('is seen from the other side', async () => {
    const id = await make('playlists', { name: 'four', songs: pick(5, 3) })
    const song = await get('songs', songs[3]!, { expand: 'playlists(sort:name)' })
    expect(song.expand.playlists.map((each: { id: string }) => each.id)).toContain(id)
    expect(await namesOf('songs', { filter: JSON.stringify({ 'playlists.name': 'four' }) })).toEqual(['s3', 's5'])
    expect(
      await namesOf('playlists', { filter: JSON.stringify({ songs: { $hasAll: pick(3, 5) }, name: 'four' }) }),
    ).toEqual(['four'])
  })

  it('loses a deleted record, and keeps the order of the others', async () => {
    const gone = await make('songs', { title: 'gone' })
    const id = await make('playlists', { name: 'five', songs: [songs[4]!, gone, songs[0]!], pair: [gone, songs[1]!] })
    expect((await remove('songs', gone)).status).toBe(204)
    await expectOrder(id, 4, 0)
    expect((await get('playlists', id)).pair).toEqual(pick(1))
    await send('PATCH', pathOf('playlists', id), { songs: pick(4, 0, 1) })
    await expectOrder(id, 4, 0, 1)
  })

  it('holds the ids of records that the reader may not read, but does not expand them', async () => {
    const closed = await make('songs', { title: 'closed', open: false })
    const id = await make('playlists', { name: 'six', songs: [songs[2]!, closed, songs[1]!] })
    const { json } = await server.request('GET', pathOf('playlists', id), { query: { expand: 'songs' } })
    expect(json.data.songs).toEqual([songs[2], closed, songs[1]])
    expect(json.data.expand.songs.map(({ title }: { title: string }) => title)).toEqual(['s2', 's1'])
    // Nor may they put one into a list of theirs.
    const body = { name: 'seven', songs: [closed] }
    expect((await server.request('POST', pathOf('playlists'), { body })).status).toBe(409)
  })
})

describe('a deleted record', () => {
  it('takes with it what cascades, through every level, and leaves the rest', async () => {
    const [land, other] = (await makeAll('countries', [{ name: 'land' }, { name: 'other' }])) as [string, string]
    const [a, b, c] = await makeAll('cities', [
      { name: 'a', country: land },
      { name: 'b', country: land },
      { name: 'c', country: other },
    ])
    const houses = await makeAll('houses', [
      { name: 'in a', city: a, near: [b, c] },
      { name: 'in b', city: b, country: other },
      { name: 'in c', city: c, near: [c, a], country: land },
      { name: 'nowhere', city: null, near: [b] },
    ])
    expect((await remove('countries', land)).status).toBe(204)
    expect(await Promise.all([a!, b!, c!].map((id) => isThere('cities', id)))).toEqual([false, false, true])
    expect(await Promise.all(houses.map((id) => isThere('houses', id)))).toEqual([false, false, true, true])
    expect(await get('houses', houses[2]!)).toMatchObject({ city: c, near: [c], country: null })
    expect(await get('houses', houses[3]!)).toMatchObject({ city: null, near: [] })
    expect(await namesOf('cities', { expand: 'houses', 'filter[country]': other })).toEqual(['c'])
  })

  it('stays when something that restricts hangs on it, at any level, and so does all else', async () => {
    const land = await make('countries', { name: 'held' })
    const [city, second] = await makeAll('cities', [
      { name: 'x', country: land },
      { name: 'y', country: land },
    ])
    const [house, empty] = await makeAll('houses', [{ city: city! }, { city: second! }])
    const deed = await make('deeds', { house: house! })
    for (const [collection, id] of [
      ['houses', house],
      ['cities', city],
      ['countries', land],
    ] as const) {
      const answer = await remove(collection, id!)
      expect([answer.status, answer.json.code]).toEqual([409, 'reference_violation'])
      expect(answer.text).not.toMatch(/deeds|constraint|public/)
    }
    for (const [collection, id] of [
      ['countries', land],
      ['cities', second],
      ['houses', empty],
      ['deeds', deed],
    ] as const)
      expect(await isThere(collection, id!)).toBe(true)
    await remove('deeds', deed!)
    expect((await remove('countries', land)).status).toBe(204)
    expect(await isThere('houses', house!)).toBe(false)
  })

  it('is null where it was pointed at by a relation that may be', async () => {
    const target = await make('folders', { name: 'target' })
    const [one, two] = await makeAll('folders', [
      { name: 'one', shortcut: target },
      { name: 'two', shortcut: target, see: [target] },
    ])
    expect((await get('folders', target, { expand: 'shortcuts' })).expand.shortcuts).toHaveLength(2)
    await remove('folders', target)
    for (const id of [one!, two!]) expect(await get('folders', id)).toMatchObject({ shortcut: null, see: [] })
    expect(await namesOf('folders', { 'filter[shortcut][$null]': 'true', 'filter[name][$in]': 'one,two' })).toEqual([
      'one',
      'two',
    ])
  })

  it('takes its tree with it, down to the last leaf', async () => {
    const root = await make('folders', { name: 'root' })
    const ids = [root]
    for (let depth = 0; depth < 12; depth++) ids.push(await make('folders', { name: `d${depth}`, parent: ids.at(-1)! }))
    const aside = await make('folders', { name: 'aside', shortcut: ids[7]!, see: [ids[5]!, ids[9]!, ids[0]!] })
    expect((await remove('folders', ids[6]!)).status).toBe(204)
    expect(await Promise.all(ids.map((id) => isThere('folders', id)))).toEqual(ids.map((_, at) => at < 6))
    expect(await get('folders', aside)).toMatchObject({ shortcut: null, see: [ids[5], ids[0]] })
    expect((await get('folders', ids[5]!, { expand: 'children' })).expand.children).toEqual([])
    await remove('folders', root)
    expect(await get('folders', aside)).toMatchObject({ see: [] })
  })

  it('may point at itself', async () => {
    for (const name of ['parent', 'shortcut', 'lock'] as const) {
      const id = await make('folders', { name: 'self' })
      const turned = await send('PATCH', pathOf('folders', id), { [name]: id, see: [id] })
      expect(turned.json.data).toMatchObject({ [name]: id, see: [id] })
      expect((await remove('folders', id)).status).toBe(204)
      expect(await isThere('folders', id)).toBe(false)
    }
  })

  it('may lie in a circle', async () => {
    const [one, two, three] = await makeAll('folders', [{ name: '1' }, { name: '2' }, { name: '3' }])
    const point = (id: string, body: object) => send('PATCH', pathOf('folders', id), body)
    await point(one!, { parent: two })
    await point(two!, { parent: three })
    await point(three!, { parent: one })
    expect((await remove('folders', two!)).status).toBe(204)
    expect(await Promise.all([one!, two!, three!].map((id) => isThere('folders', id)))).toEqual([false, false, false])
  })

  it('may go when what restricts it goes with it', async () => {
    const root = await make('folders', { name: 'root' })
    const child = await make('folders', { name: 'child', parent: root, lock: root })
    expect((await remove('folders', root)).status).toBe(204)
    expect(await isThere('folders', child)).toBe(false)
    const locked = await make('folders', { name: 'locked' })
    const lock = await make('folders', { name: 'lock', lock: locked })
    expect((await remove('folders', locked)).status).toBe(409)
    await remove('folders', lock)
    expect((await remove('folders', locked)).status).toBe(204)
  })

  it('is no longer counted, filtered or expanded on the other side', async () => {
    const root = await make('folders', { name: 'counted' })
    const [first] = await makeAll('folders', [
      { name: 'k1', parent: root },
      { name: 'k2', parent: root },
    ])
    await remove('folders', first!)
    const aggregate = await send('POST', '/api/v1/collections/folders/aggregate', {
      filter: { parent: root },
      groupBy: ['parent.name'],
      aggregates: { n: { count: '*' } },
    })
    expect(aggregate.json.data).toEqual([{ 'parent.name': 'counted', n: 1 }])
    expect(await namesOf('folders', { filter: JSON.stringify({ 'children.name': 'k1' }) })).toEqual([])
    expect(await namesOf('folders', { filter: JSON.stringify({ 'children.name': 'k2' }) })).toEqual(['counted'])
  })
})

describe('a change of what happens on delete', () => {
  it('counts from then on', async () => {
    const target = await make('countries', { name: 'changing' })
    const house = await make('houses', { name: 'stays', country: target })
    const definition = (await send('GET', '/api/v1/admin/collections/houses')).json.data
    const fields = definition.fields.map((field: { name: string }) =>
      field.name === 'country' ? { ...field, onDelete: 'restrict' } : field,
    )
    const changed = await send('PATCH', '/api/v1/admin/collections/houses', { fields })
    expect(changed.status, changed.text).toBe(200)
    expect((await remove('countries', target)).status).toBe(409)
    await remove('houses', house)
    expect((await remove('countries', target)).status).toBe(204)
  })
})

describe('a computed field', () => {
  const aggregate = async (body: object) => {
    const answer = await send('POST', '/api/v1/collections/lines/aggregate', body)
    expect(answer.status, answer.text).toBe(200)
    return answer.json.data
  }

  let first: string
  beforeAll(async () => {
    first = await make('lines', { item: 'nut', quantity: 12, price: '0.25' })
    await makeAll('lines', [
      { item: 'bolt', quantity: 3, price: '1.10', sibling: first },
      { item: 'saw', quantity: 1, price: '19.99', sibling: first },
      { item: 'lost', quantity: null, price: '5.00' },
    ])
  })

  it('follows the record, and is written by nobody', async () => {
    expect(await get('lines', first)).toMatchObject({ total: '3.00', label: 'nut x 12', bulk: true })
    const id = await make('lines', { item: 'temp', quantity: 2, price: '2.50' })
    const changed = await send('PATCH', pathOf('lines', id), { quantity: 10 })
    expect(changed.json.data).toMatchObject({ total: '25.00', label: 'temp x 10', bulk: true })
    for (const body of [{ total: '1.00' }, { label: null }, { bulk: false }])
      expect((await send('PATCH', pathOf('lines', id), body)).status).toBeGreaterThanOrEqual(400)
    await remove('lines', id)
  })

  it('filters and sorts, also through relations', async () => {
    const filter = (condition: object, more = {}) => namesOf('lines', { filter: JSON.stringify(condition), ...more })
    expect(await filter({ total: { $gt: '3.00' } })).toEqual(['bolt', 'saw'])
    expect(await filter({ total: null })).toEqual(['lost'])
    expect(await filter({ label: { $startsWith: 'nut' }, bulk: true })).toEqual(['nut'])
    expect(await filter({ 'sibling.total': '3' })).toEqual(['bolt', 'saw'])
    expect(await filter({}, { sort: '-total' })).toEqual(['lost', 'saw', 'bolt', 'nut'])
    expect(await filter({ 'sibling.bulk': true }, { sort: 'sibling.label,-label' })).toEqual(['saw', 'bolt'])
  })

  it('aggregates and groups', async () => {
    expect(
      await aggregate({
        aggregates: {
          ...{ n: { count: 'total' }, sum: { sum: 'total' }, most: { max: 'label' } },
          ...{ half: { percentile: 'total', at: 0.5 }, kinds: { countDistinct: 'bulk' } },
        },
      }),
    ).toEqual([{ n: 3, sum: '26.29', most: 'saw x 1', half: '3.3', kinds: 2 }])
    expect(
      await aggregate({ groupBy: ['bulk', 'sibling.label'], aggregates: { sum: { sum: 'total' } }, sort: ['-sum'] }),
    ).toEqual([
      { bulk: null, 'sibling.label': null, sum: null },
      { bulk: false, 'sibling.label': 'nut x 12', sum: '23.29' },
      { bulk: true, 'sibling.label': null, sum: '3.00' },
    ])
  })
})
