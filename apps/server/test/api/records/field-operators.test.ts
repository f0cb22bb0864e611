import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const things = '/api/v1/collections/things/records'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'things',
      fields: [
        { name: 'title', type: 'text', required: true },
        { name: 'views', type: 'integer', default: 0, min: 0, max: 100 },
        { name: 'free', type: 'integer' },
        { name: 'ratio', type: 'number' },
        { name: 'share', type: 'number', max: 0.5 },
        { name: 'price', type: 'decimal', precision: 6, scale: 2, min: '-1000' },
        { name: 'day', type: 'date', max: '2030-12-31' },
        { name: 'seen', type: 'datetime' },
        { name: 'labels', type: 'tags', maxItems: 4 },
        { name: 'sizes', type: 'multiselect', options: ['s', 'm', 'l'], minItems: 1 },
        { name: 'friends', type: 'relation', collection: 'users', many: true, maxItems: 3 },
        { name: 'extra', type: 'json' },
        { name: 'at', type: 'geopoint' },
        { name: 'owner', type: 'relation', collection: 'users' },
        { name: 'double', type: 'computed', expression: 'views * 2', returns: 'integer' },
        { name: 'quota', type: 'integer', max: 10 },
        { name: 'state', type: 'text' },
        { name: 'code', type: 'text', unique: true },
        { name: 'parent', type: 'relation', collection: 'things', inverse: 'parts' },
        { name: 'origin', type: 'text', immutable: true },
      ],
      rules: [
        { role: 'user', action: ['create', 'delete'] },
        { role: 'user', action: 'read', fields: ['title', 'views', 'labels', 'friends', 'state', 'owner'] },
        { role: 'user', action: 'read', fields: ['price'], conditions: { owner: '$user.id' } },
        { role: 'user', action: 'update', conditions: { views: { $lte: 50 } } },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
})

afterAll(() => server?.stop())

async function create(body: object = {}): Promise<string> {
  const answer = await server.request('POST', things, { token: admin.token, body: { title: 'x', ...body } })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data.id
}

const patch = (id: string, body: unknown, who: Persona = admin): Promise<TestResponse> =>
  server.request('PATCH', `${things}/${id}`, { token: who.token, body })

/** What one operator makes of a record's field. */
async function outcome(before: object, change: Record<string, unknown>): Promise<unknown> {
  const answer = await patch(await create(before), change)
  expect(answer.status, answer.text).toBe(200)
  return answer.json.data[Object.keys(change)[0]!]
}

async function expectInvalid(before: object, change: object, ...wanted: [path: string, code: string][]): Promise<void> {
  const id = await create(before)
  const untouched = await server.request('GET', `${things}/${id}`, { token: admin.token })
  const answer = await patch(id, change)
  expect([answer.status, answer.json.code], answer.text).toEqual([422, 'validation_failed'])
  expect(answer.json.errors.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual(wanted)
  const after = await server.request('GET', `${things}/${id}`, { token: admin.token })
  expect(after.text).toBe(untouched.text)
}

describe('$inc', () => {
  it.each([
    [{ views: 3 }, { views: { $inc: 4 } }, 7],
    [{ views: 3 }, { views: { $inc: -3 } }, 0],
    [{}, { views: { $inc: 2 } }, 2],
    [{ free: null }, { free: { $inc: -5 } }, -5],
    [{ free: 9007199254740990 }, { free: { $inc: 1 } }, 9007199254740991],
    [{ ratio: 0.1 }, { ratio: { $inc: 0.2 } }, 0.30000000000000004],
    [{ ratio: -1e308 }, { ratio: { $inc: 1e308 } }, 0],
    [{ price: '0.10' }, { price: { $inc: '0.20' } }, '0.30'],
    [{ price: '9999.98' }, { price: { $inc: '0.01' } }, '9999.99'],
    [{}, { price: { $inc: 2 } }, '2.00'],
  ])('adds exactly: %j %j', async (before, change, wanted) => {
    expect(await outcome(before, change)).toBe(wanted)
  })

  it('counts a change of the record once, and shows what is computed from it', async () => {
    const answer = await patch(await create({ views: 1 }), { views: { $inc: 1 }, title: 'y' })
    expect(answer.json.data).toMatchObject({ views: 2, double: 4, title: 'y', version: 2 })
    expect(answer.headers.get('etag')).toBe('"v2"')
  })

  it('refuses a sum beyond the bounds of the field or the type, and changes nothing', async () => {
    await expectInvalid({ views: 99 }, { views: { $inc: 2 } }, ['views', 'too_large'])
    await expectInvalid({ views: 1 }, { views: { $inc: -2 } }, ['views', 'too_small'])
    await expectInvalid({ free: 9007199254740991 }, { free: { $inc: 1 } }, ['free', 'out_of_range'])
    await expectInvalid({ free: -9007199254740991 }, { free: { $inc: -9007199254740991 } }, ['free', 'out_of_range'])
    await expectInvalid({ ratio: 1e308 }, { ratio: { $inc: 1.7e308 } }, ['ratio', 'out_of_range'])
    await expectInvalid({ share: 0.4 }, { share: { $inc: 0.2 } }, ['share', 'too_large'])
    await expectInvalid({ price: '9999.99' }, { price: { $inc: '0.01' } }, ['price', 'out_of_range'])
    await expectInvalid({ price: '-999.99' }, { price: { $inc: '-0.02' } }, ['price', 'too_small'])
  })

  it('tells all values that are wrong together', async () => {
    const before = { views: 99, labels: ['a', 'b', 'c', 'd'], friends: [alice.id] }
    const change = { views: { $inc: 2 }, labels: { $push: 'e' }, free: { $inc: 1 } }
    await expectInvalid(before, change, ['views', 'too_large'], ['labels', 'too_many'])
  })

  it('is not lost when many do it at once', async () => {
    const id = await create({ views: 0 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => patch(id, { views: { $inc: 1 } })))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    const { json } = await server.request('GET', `${things}/${id}`, { token: admin.token })
    expect(json.data).toMatchObject({ views: 20, version: 21 })
  })
})

describe('$min and $max', () => {
  it.each([
    [{ views: 5 }, { views: { $max: 9 } }, 9],
    [{ views: 5 }, { views: { $max: 3 } }, 5],
    [{ views: 5 }, { views: { $min: 3 } }, 3],
    [{ free: null }, { free: { $min: 3 } }, 3],
    [{}, { price: { $max: '1.50' } }, '1.50'],
    [{ price: '10' }, { price: { $min: '9.5' } }, '9.50'],
    [{ day: '2024-02-29' }, { day: { $max: '2024-03-01' } }, '2024-03-01'],
    [{ day: '2024-02-29' }, { day: { $min: '2024-03-01' } }, '2024-02-29'],
    [{ seen: '2024-01-01T00:00:00.000Z' }, { seen: { $max: '2024-01-01T02:00:00+01:00' } }, '2024-01-01T01:00:00.000Z'],
  ])('keep the smaller or the larger: %j %j', async (before, change, wanted) => {
    const value = await outcome(before, change)
    expect('seen' in change ? new Date(value as string).toISOString() : value).toBe(wanted)
  })

  it('keep to the bounds of the field', async () => {
    await expectInvalid({}, { views: { $max: 101 } }, ['views.$max', 'too_large'])
    await expectInvalid({}, { day: { $max: '2031-01-01' } }, ['day.$max', 'too_large'])
  })
})

describe('$push and $pull', () => {
  it.each([
    [{ labels: ['a'] }, { labels: { $push: 'b' } }, ['a', 'b']],
    [{ labels: ['b', 'a'] }, { labels: { $push: ['c', 'b', 'd'] } }, ['b', 'a', 'c', 'd']],
    [{}, { labels: { $push: ['x', 'y'] } }, ['x', 'y']],
    [{ labels: ['a'] }, { labels: { $push: [] } }, ['a']],
    [{ labels: ['a', 'b', 'c'] }, { labels: { $pull: 'b' } }, ['a', 'c']],
    [{ labels: ['a', 'b', 'c'] }, { labels: { $pull: ['c', 'a', 'x'] } }, ['b']],
    [{}, { labels: { $pull: 'b' } }, null],
    [{ sizes: ['l'] }, { sizes: { $push: 's' } }, ['l', 's']],
    [{ sizes: ['l', 's'] }, { sizes: { $pull: ['l'] } }, ['s']],
  ])('keep each item once, in order: %j %j', async (before, change, wanted) => {
    expect(await outcome(before, change)).toEqual(wanted)
  })

  it('change lists of records', async () => {
    const id = await create({ friends: [bob.id] })
    const pushed = await patch(id, { friends: { $push: [alice.id, bob.id] } })
    expect(pushed.json.data).toMatchObject({ friends: [bob.id, alice.id], version: 2 })
    expect((await patch(id, { friends: { $pull: bob.id } })).json.data.friends).toEqual([alice.id])
    expect((await patch(id, { friends: { $push: bob.id }, views: { $inc: 1 } })).json.data).toMatchObject({
      friends: [alice.id, bob.id],
      views: 1,
    })
  })

  it('refuse a list that would become too long or too short', async () => {
    await expectInvalid({ labels: ['a', 'b', 'c', 'd'] }, { labels: { $push: 'e' } }, ['labels', 'too_many'])
    await expectInvalid({ sizes: ['s'] }, { sizes: { $pull: 's' } }, ['sizes', 'too_few'])
    const friends = [alice.id, bob.id, admin.id]
    const carol = await signUp(server, 'carol@example.com')
    await expectInvalid({ friends }, { friends: { $push: carol.id } }, ['friends', 'too_many'])
  })

  it('check each item as a list is checked', async () => {
    await expectInvalid({}, { labels: { $push: ['ok', 5] } }, ['labels.$push.1', 'wrong_type'])
    await expectInvalid({}, { sizes: { $push: 'xl' } }, ['sizes.$push.0', 'not_an_option'])
    const answer = await patch(await create(), { friends: { $push: '01890000-0000-7000-8000-00000000dead' } })
    expect([answer.status, answer.json.errors[0].path]).toEqual([409, 'friends'])
  })

  it('lose no item when many push at once', async () => {
    const users = await Promise.all(['u1', 'u2', 'u3'].map((name) => signUp(server, `${name}@example.com`)))
    const id = await create()
    await Promise.all(users.map((user) => patch(id, { friends: { $push: user.id }, labels: { $push: user.id } })))
    const { json } = await server.request('GET', `${things}/${id}`, { token: admin.token })
    const wanted = users.map((user) => user.id).sort()
    expect([[...json.data.friends].sort(), [...json.data.labels].sort()]).toEqual([wanted, wanted])
  })
})

describe('$unset', () => {
  it('leaves a field of any type without a value', async () => {
    const before = { free: 5, at: { lat: 1, lon: 2 }, labels: ['a'], friends: [alice.id], day: '2024-01-01' }
    const change = Object.fromEntries(Object.keys(before).map((name) => [name, { $unset: true }]))
    const { json } = await patch(await create(before), change)
    expect(json.data).toMatchObject({ free: null, at: null, labels: null, friends: [], day: null })
  })

  it('is refused where a value is required', async () => {
    await expectInvalid({}, { title: { $unset: true } }, ['title', 'required'])
    await expectInvalid({}, { free: { $unset: 1 } }, ['free.$unset', 'wrong_type'])
  })
})

describe('a field operator', () => {
  it.each([
    [{ views: { $mul: 2 } }, 400, 'unknown_operator', 'views.$mul'],
    [{ title: { $inc: 1 } }, 400, 'unknown_operator', 'title.$inc'],
    [{ views: { $push: 1 } }, 400, 'unknown_operator', 'views.$push'],
    [{ views: { $inc: 1, $max: 5 } }, 400, 'invalid_body', 'views'],
    [{ views: { $inc: 1, by: 5 } }, 400, 'invalid_body', 'views'],
    [{ views: { $inc: '1' } }, 422, 'validation_failed', 'views.$inc'],
    [{ views: { $inc: null } }, 422, 'validation_failed', 'views.$inc'],
    [{ price: { $inc: '0.001' } }, 422, 'validation_failed', 'price.$inc'],
    [{ double: { $inc: 1 } }, 400, 'invalid_body', 'double'],
    [{ version: { $inc: 1 } }, 400, 'invalid_body', 'version'],
    [{ origin: { $unset: true } }, 422, 'validation_failed', 'origin'],
    [{ nothing: { $inc: 1 } }, 400, 'unknown_field', 'nothing'],
    [{ views: {} }, 422, 'validation_failed', 'views'],
  ])('is refused by name where it does not fit: %j', async (body, status, code, path) => {
    const answer = await patch(await create(), body)
    expect([answer.status, answer.json.code, answer.json.errors[0].path], answer.text).toEqual([status, code, path])
  })

  it('is told what would fit', async () => {
    const answer = await patch(await create(), { labels: { $add: 'x' } })
    expect(answer.json.hint).toBe('Use one of $push $pull $unset.')
  })

  it('changes what is there: a create takes values', async () => {
    for (const body of [{ title: 'x', views: { $inc: 1 } }, [{ title: 'x' }, { title: 'x', labels: { $push: 'a' } }]]) {
      const answer = await server.request('POST', things, { token: admin.token, body })
      expect([answer.status, answer.json.code]).toEqual([400, 'unknown_operator'])
      expect(answer.json.hint).toMatch(/^Give \w+ a value/)
    }
  })

  it('is data in a json field', async () => {
    for (const extra of [{ $inc: 1 }, { $unset: true }, { $set: { a: 1 } }])
      expect(await outcome({}, { extra })).toEqual(extra)
  })

  it('is judged by the rules with the value it leads to', async () => {
    const id = await create({ views: 49 })
    expect((await patch(id, { views: { $inc: 1 } }, alice)).status).toBe(200)
    expect((await patch(id, { views: { $inc: 1 } }, alice)).status).toBe(403)
    expect((await patch(id, { views: { $inc: 60 } }, alice)).status).toBe(403)
  })

  it('stands behind If-Match like every change', async () => {
    const id = await create()
    const headers = { 'if-match': '"v1"' }
    const first = await server.request('PATCH', `${things}/${id}`, {
      token: admin.token,
      headers,
      body: { views: { $inc: 1 } },
    })
    const second = await server.request('PATCH', `${things}/${id}`, {
      token: admin.token,
      headers,
      body: { views: { $inc: 1 } },
    })
    expect([first.status, second.status, second.json.current.views]).toEqual([200, 412, 1])
  })

  it('needs a field that the caller may read, in this record', async () => {
    const own = await create({ owner: alice.id, price: '1', quota: 5 })
    const foreign = await create({ owner: bob.id, price: '1', quota: 5 })
    const closed = await patch(own, { quota: { $inc: 1 } }, alice)
    expect([closed.status, closed.json.code, closed.json.errors[0].path]).toEqual([
      403,
      'field_not_writable',
      'quota.$inc',
    ])
    expect((await patch(own, { quota: 6 }, alice)).status).toBe(200)
    expect((await patch(own, { price: { $inc: '1' } }, alice)).json.data.price).toBe('2.00')
    // Whether the sum is too large would tell the price: in and out of range are answered alike.
    const answers = [
      await patch(foreign, { price: { $inc: '1' } }, alice),
      await patch(foreign, { price: { $inc: '9999' } }, alice),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
  })

  it('changes the record that an upsert finds, and makes none', async () => {
    const code = 'operators'
    const put = (body: object) =>
      server.request('PUT', `${things}?by=code`, { token: admin.token, body: { title: 'x', code, ...body } })
    expect((await put({ views: { $inc: 1 } })).status).toBe(400)
    expect((await put({ views: 5, labels: ['a'], friends: [bob.id] })).status).toBe(201)
    const change = { views: { $inc: 2 }, labels: { $push: 'b' }, friends: { $push: alice.id } }
    const { json } = await put(change)
    expect(json.data).toMatchObject({ views: 7, labels: ['a', 'b'], friends: [bob.id, alice.id] })
    expect((await put({ views: { $inc: 1 }, friends: { $pull: alice.id } })).json.data.friends).toEqual([bob.id])
    expect((await put({ views: { $inc: 100 } })).json.errors[0]).toMatchObject({ path: 'views', code: 'too_large' })
    const byId = `${things}/${json.data.id}`
    const again = await server.request('PUT', byId, { token: admin.token, body: { views: { $max: 50 } } })
    expect([again.status, again.json.data.views]).toEqual([200, 50])
  })

  it('changes children of a record, and lists of many at once', async () => {
    const id = await create({ code: 'parent' })
    const child = await create({ views: 1, parent: id })
    const answer = await patch(id, { parts: [{ id: child, views: { $inc: 1 } }] })
    expect(answer.status, answer.text).toBe(200)
    const refused = await patch(id, {
      parts: [
        { id: child, views: { $inc: 100 } },
        { title: 'y', views: { $inc: 1 } },
      ],
    })
    expect([refused.status, refused.json.errors[0].path]).toEqual([400, 'parts.1.views'])
    const tooLarge = await patch(id, { parts: [{ id: child, views: { $inc: 100 } }] })
    expect([tooLarge.status, tooLarge.json.errors[0].path]).toEqual([422, 'parts.0.views'])
    const { json } = await server.request('GET', `${things}/${child}`, { token: admin.token })
    expect(json.data.views).toBe(2)
  })
})
