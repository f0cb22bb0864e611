import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { define, type Persona, password, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const events = '/api/v1/collections/events/records'
const nodes = '/api/v1/collections/nodes/records'

const eventsDefinition = {
  name: 'events',
  fields: [
    { name: 'title', type: 'text', validate: { $or: [{ status: 'draft' }, { title: { $null: false } }] } },
    { name: 'status', type: 'select', options: ['draft', 'open'], default: 'draft', required: true },
    { name: 'startsAt', type: 'datetime' },
    {
      name: 'endsAt',
      type: 'datetime',
      validate: { $or: [{ endsAt: { $null: true } }, { endsAt: { $gt: { $field: 'startsAt' } } }] },
    },
    { name: 'seats', type: 'integer', default: 0 },
    { name: 'taken', type: 'integer', default: 0, validate: { taken: { $lte: { $field: 'seats' } } } },
    {
      name: 'guests',
      type: 'relation',
      collection: 'users',
      many: true,
      validate: { $or: [{ status: 'draft' }, { guests: { $null: false } }] },
    },
    { name: 'code', type: 'text', unique: true },
    {
      name: 'room',
      type: 'relation',
      collection: 'rooms',
      inverse: 'events',
      validate: { $or: [{ room: { $null: true } }, { 'room.open': { $ne: false } }] },
    },
    { name: 'audited', type: 'text', hidden: true, validate: { audited: { $ne: 'bad' }, title: { $ne: 'cursed' } } },
    {
      name: 'free',
      type: 'computed',
      expression: 'seats - taken',
      returns: 'integer',
      validate: { $not: { free: { $gte: 1000 } } },
    },
    { name: 'owner', type: 'relation', collection: 'users' },
    { name: 'locked', type: 'boolean' },
    { name: 'postedAt', type: 'datetime', validate: { $not: { postedAt: { $gt: '$now' } } } },
  ],
  rules: [
    { role: 'user', action: 'read' },
    {
      role: 'user',
      action: ['create', 'update', 'delete'],
      conditions: { $or: [{ owner: '$user.id' }, { owner: { $null: true } }], locked: { $ne: true } },
    },
  ],
} as const

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'rooms',
      fields: [{ name: 'open', type: 'boolean' }],
      rules: [{ role: 'user', action: ['read', 'create', 'update'] }],
    },
    eventsDefinition as never,
    {
      name: 'nodes',
      fields: [
        { name: 'level', type: 'integer', required: true },
        {
          name: 'parent',
          type: 'relation',
          collection: 'nodes',
          inverse: 'children',
          validate: { $or: [{ parent: { $null: true } }, { 'parent.level': { $gte: 1 } }] },
        },
      ],
      rules: [{ role: 'user', action: ['read', 'create', 'update'] }],
    },
    {
      name: 'users',
      fields: [
        { name: 'email', type: 'email', required: true, unique: true },
        { name: 'nickname', type: 'text', validate: { nickname: { $ne: 'root' } } },
      ],
      rules: [
        { role: 'user', action: ['read', 'update'], conditions: { id: '$user.id' } },
        { role: 'user', action: 'update', fields: ['email'], deny: true },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
})

afterAll(() => server?.stop())

const send = (method: string, path: string, body?: unknown, who: Persona = alice): Promise<TestResponse> =>
  server.request(method, path, { token: who.token, body })

const problemsOf = ({ status, json }: TestResponse): unknown => [
  status,
  json.code,
  ...(json.errors ?? []).map(({ path, code }: { path: string; code: string }) => `${path} ${code}`),
]
const invalid = (...problems: string[]): unknown => [422, 'validation_failed', ...problems]

async function create(body: object, path = events): Promise<string> {
  const answer = await send('POST', path, body)
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data.id
}

const day = (number: number): string => `2030-01-0${number}T00:00:00.000Z`
const backwards = { startsAt: day(2), endsAt: day(1) }

describe('a record that does not satisfy its validations', () => {
  it('is told every field that fails, together', async () => {
    const answer = await send('POST', events, { ...backwards, status: 'open', taken: 1 })
    expect(problemsOf(answer)).toEqual(invalid('title invalid', 'endsAt invalid', 'taken invalid', 'guests invalid'))
    expect(answer.json.detail).toBe('4 fields are invalid')
  })

  it('is not created, alone or among many', async () => {
    const { json: before } = await send('GET', `${events}?count=exact`)
    expect(problemsOf(await send('POST', events, backwards))).toEqual(invalid('endsAt invalid'))
    const many = [{ title: 'a' }, { title: 'b', code: 'b' }, { ...backwards }, { title: 'c' }]
    expect(problemsOf(await send('POST', events, many))).toEqual(invalid('2.endsAt invalid'))
    const { json: after } = await send('GET', `${events}?count=exact`)
    expect(after).toEqual(before)
  })

  it('is judged as a whole when a part changes', async () => {
    const id = await create({ startsAt: day(1), endsAt: day(3), seats: 2, taken: 2 })
    const one = `${events}/${id}`
    expect(problemsOf(await send('PATCH', one, { startsAt: day(4) }))).toEqual(invalid('endsAt invalid'))
    expect(problemsOf(await send('PATCH', one, { startsAt: { $max: day(3) } }))).toEqual(invalid('endsAt invalid'))
    expect(problemsOf(await send('PATCH', one, { taken: { $inc: 1 } }))).toEqual(invalid('taken invalid'))
    expect(problemsOf(await send('PATCH', one, { seats: { $unset: true } }))).toEqual(invalid('taken invalid'))
    expect((await send('PATCH', one, { startsAt: day(4), endsAt: day(5) })).status).toBe(200)
    expect((await send('PATCH', one, { startsAt: null, endsAt: null })).status).toBe(200)
  })

  it('is refused by every other way to write, to admins too', async () => {
    const id = await create({ startsAt: day(1), endsAt: day(3), code: 'ways' })
    const bad = invalid('endsAt invalid')
    const late = { startsAt: day(5) }
    for (const who of [alice, admin]) {
      expect(problemsOf(await send('PUT', `${events}/${id}`, late, who))).toEqual(bad)
      expect(problemsOf(await send('PUT', `${events}/01890000-0000-7000-8000-00000000beef`, backwards, who))).toEqual(
        bad,
      )
      expect(problemsOf(await send('PUT', `${events}?by=code`, { code: 'ways', ...late }, who))).toEqual(bad)
      expect(problemsOf(await send('PUT', `${events}?by=code`, { code: 'new', ...backwards }, who))).toEqual(bad)
      const operations = [
        { action: 'update', collection: 'events', id, data: { title: 'x' } },
        { action: 'update', collection: 'events', id, data: late },
      ]
      expect(problemsOf(await send('POST', '/api/v1/batch', { operations }, who))).toEqual(
        invalid('operations.1.data.endsAt invalid'),
      )
      expect(problemsOf(await send('POST', events, backwards, who))).toEqual(bad)
    }
    expect((await send('GET', `${events}/${id}`)).json.data.version).toBe(1)
  })

  it('is left out of an import, which tells its line', async () => {
    const lines = [{ title: 'imported' }, backwards, { title: 'imported too', code: 'imported' }]
    const answer = await server.request('POST', '/api/v1/collections/events/import', {
      token: alice.token,
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    })
    const told = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(told).toMatchObject([
      { line: 1, status: 'created' },
      { line: 2, status: 'failed', code: 'validation_failed', errors: [{ path: 'endsAt', code: 'invalid' }] },
      { line: 3, status: 'created' },
      { done: true, created: 2, failed: 1 },
    ])
  })

  it('is named by its place in an upsert of many', async () => {
    const many = [{ code: 'one' }, { code: 'two', ...backwards }]
    expect(problemsOf(await send('PUT', `${events}?by=code`, many))).toEqual(invalid('1.endsAt invalid'))
  })

  it('is changed by no filter', async () => {
    await create({ title: 'by filter', startsAt: day(1), endsAt: day(3) })
    await create({ title: 'by filter', startsAt: day(1), endsAt: day(9) })
    const path = `${events}?filter[title]=by filter`
    expect(problemsOf(await send('PATCH', path, { startsAt: day(5) }))).toEqual(invalid('endsAt invalid'))
    expect((await send('GET', `${path}&filter[version]=1&count=exact`)).json.meta.total).toBe(2)
  })

  it('is named by its place in a nested body', async () => {
    const rooms = '/api/v1/collections/rooms/records'
    const answer = await send('POST', rooms, { open: true, events: [{ title: 'a' }, backwards] })
    expect(problemsOf(answer)).toEqual(invalid('events.1.endsAt invalid'))
    expect((await send('POST', rooms, { open: true, events: [{ title: 'a' }] })).status).toBe(201)
    expect(problemsOf(await send('POST', rooms, { open: false, events: [{ title: 'a' }] }))).toEqual(
      invalid('events.0.room invalid'),
    )
  })

  it('is nobody who signs up, and nobody who renames', async () => {
    const body = { email: 'root@example.com', password, nickname: 'root' }
    const answer = await server.request('POST', '/api/v1/auth/signup', { body })
    expect(problemsOf(answer)).toEqual(invalid('nickname invalid'))
    const me = `/api/v1/collections/users/records/${alice.id}`
    expect(problemsOf(await send('PATCH', me, { nickname: 'root' }))).toEqual(invalid('nickname invalid'))
    expect((await send('PATCH', me, { nickname: 'ali' })).status).toBe(200)
  })

  it('is refused by its lists as they will be', async () => {
    const open = { title: 'party', status: 'open', guests: [alice.id] }
    const id = await create(open)
    expect(problemsOf(await send('PATCH', `${events}/${id}`, { guests: [] }))).toEqual(invalid('guests invalid'))
    expect(problemsOf(await send('PATCH', `${events}/${id}`, { guests: { $pull: alice.id } }))).toEqual(
      invalid('guests invalid'),
    )
    expect(problemsOf(await send('POST', events, [open, { ...open, guests: [] }]))).toEqual(invalid('1.guests invalid'))
    expect((await send('PATCH', `${events}/${id}`, { guests: [], status: 'draft' })).status).toBe(200)
  })

  it('is refused by other records as they are', async () => {
    const rooms = '/api/v1/collections/rooms/records'
    const closed = await create({ open: false }, rooms)
    expect(problemsOf(await send('POST', events, { room: closed }))).toEqual(invalid('room invalid'))
    await send('PATCH', `${rooms}/${closed}`, { open: true })
    expect((await send('POST', events, { room: closed })).status).toBe(201)
  })

  it('is refused by records of its own collection, those of the same request included', async () => {
    const ids = ['a', 'b'].map((name) => `01890000-0000-7000-8000-00000000000${name}`)
    const many = [
      { id: ids[0], level: 1 },
      { id: ids[1], level: 2, parent: ids[0] },
    ]
    expect((await send('POST', nodes, many)).status).toBe(201)
    const low = await create({ level: 0 }, nodes)
    expect(problemsOf(await send('PATCH', `${nodes}/${ids[1]}`, { parent: low }))).toEqual(invalid('parent invalid'))
    expect(problemsOf(await send('PATCH', `${nodes}/${low}`, { parent: low }))).toEqual(invalid('parent invalid'))
    expect((await send('PATCH', `${nodes}/${low}`, { parent: low, level: 1 })).status).toBe(200)
  })

  it('is judged by the time of the write, and by what is computed', async () => {
    expect(problemsOf(await send('POST', events, { postedAt: '2999-01-01T00:00:00Z' }))).toEqual(
      invalid('postedAt invalid'),
    )
    expect((await send('POST', events, { postedAt: '2020-01-01T00:00:00Z' })).status).toBe(201)
    expect(problemsOf(await send('POST', events, { seats: 1000 }))).toEqual(invalid('free invalid'))
  })

  it('is not told of a field that is hidden', async () => {
    const answer = await send('POST', events, { title: 'cursed' })
    expect(answer.json).toMatchObject({
      status: 422,
      errors: [{ path: '', code: 'invalid', message: 'The record is not valid' }],
    })
    expect(answer.text).not.toContain('audited')
    expect(problemsOf(await send('POST', events, { title: 'cursed' }, admin))).toEqual(invalid('audited invalid'))
  })

  it('is first told that it may not be written', async () => {
    expect((await send('POST', events, { ...backwards, locked: true })).status).toBe(403)
    const id = await create({ owner: alice.id })
    expect((await send('PATCH', `${events}/${id}`, { ...backwards, locked: true })).status).toBe(403)
    const foreign = await send('POST', events, { owner: admin.id, title: 'x' }, admin)
    expect((await send('PATCH', `${events}/${foreign.json.data.id}`, backwards)).status).toBe(404)
  })
})

describe('a validation', () => {
  const field = (validate: unknown, name = 'endsAt') => ({
    name: 'checked',
    fields: [
      { name: 'startsAt', type: 'datetime' },
      { name: 'endsAt', type: 'datetime' },
      { name: 'views', type: 'integer' },
      { name: 'data', type: 'json' },
    ].map((each) => (each.name === name ? { ...each, validate } : each)),
  })
  const plan = (definition: object) => send('POST', '/api/v1/admin/schema/plan', { collections: [definition] }, admin)

  it.each([
    [{}, 'collections.0.fields.1.validate'],
    ['x', 'collections.0.fields.1.validate'],
    [{ nothing: 1 }, 'collections.0.fields.1.validate.nothing'],
    [{ views: { $like: 'x' } }, 'collections.0.fields.1.validate.views.$like'],
    [{ views: { $gt: 'x' } }, 'collections.0.fields.1.validate.views.$gt'],
    [{ views: { $gt: { $field: 'endsAt' } } }, 'collections.0.fields.1.validate.views.$gt'],
    [{ views: { $gt: { $field: 'nothing' } } }, 'collections.0.fields.1.validate.views.$gt'],
    [{ views: { $gt: { $field: 5 } } }, 'collections.0.fields.1.validate.views.$gt'],
    [{ views: { $in: { $field: 'views' } } }, 'collections.0.fields.1.validate.views.$in'],
    [{ createdBy: '$user.id' }, 'collections.0.fields.1.validate'],
    [{ endsAt: { $gt: '$now(5)' } }, 'collections.0.fields.1.validate.endsAt.$gt'],
  ])('is checked when it is defined: %j', async (validate, path) => {
    const answer = await plan(field(validate))
    expect([answer.status, answer.json.code, answer.json.errors[0].path], answer.text).toEqual([
      422,
      'invalid_definition',
      path,
    ])
  })

  it('may compare with a JSON object that looks like a field', async () => {
    await define(server, admin, [field({ data: { $ne: { $field: 'x' } } }, 'data') as never])
    const path = '/api/v1/collections/checked/records'
    expect(problemsOf(await send('POST', path, { data: { $field: 'x' } }, admin))).toEqual(invalid('data invalid'))
    expect((await send('POST', path, { data: { $field: 'y' } }, admin)).status).toBe(201)
  })

  it('leaves the records that are there alone until they change', async () => {
    await define(server, admin, [field(undefined) as never])
    const path = '/api/v1/collections/checked/records'
    const { json } = await send('POST', path, { views: 5 }, admin)
    const strict = field({ views: { $lt: 5 } }, 'views')
    const planned = await plan(strict)
    expect(planned.json.data.steps[0].description).toContain('records that are there are checked when they change')
    await define(server, admin, [strict as never])
    expect((await send('GET', `${path}/${json.data.id}`, undefined, admin)).json.data.views).toBe(5)
    expect(problemsOf(await send('PATCH', `${path}/${json.data.id}`, { data: 1 }, admin))).toEqual(
      invalid('views invalid'),
    )
    expect((await send('PATCH', `${path}/${json.data.id}`, { views: 4 }, admin)).status).toBe(200)
  })

  it('has no say in filters: they compare with values', async () => {
    const filter = JSON.stringify({ endsAt: { $gt: { $field: 'startsAt' } } })
    const answer = await server.request('GET', events, { token: admin.token, query: { filter } })
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, 'filter.endsAt.$gt'])
  })
})
