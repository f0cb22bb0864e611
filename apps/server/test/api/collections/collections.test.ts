import type { CollectionDefinition, Json, SchemaPlan } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SchemaCache } from '../../../src/collections/index.js'
import { startServer, type TestResponse, type TestServer } from '../../support/index.js'
import { adminEmail, type Persona, signIn, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([]))
})
afterAll(() => server.stop())

const send = (method: string, path: string, body?: unknown, query?: Record<string, string>): Promise<TestResponse> =>
  server.request(method, `/api/v1${path}`, { token: admin.token, body, query })
const define = (body: unknown): Promise<TestResponse> => send('POST', '/admin/collections', body)
const change = (name: string, body: unknown, query?: Record<string, string>): Promise<TestResponse> =>
  send('PATCH', `/admin/collections/${name}`, body, query)
const consent = { acceptDataLoss: 'true' }

async function add(collection: string, data: object): Promise<string> {
  const { status, json, text } = await send('POST', `/collections/${collection}/records`, data)
  if (status !== 201) throw new Error(text)
  return json.data.id as string
}

async function read(collection: string, id: string): Promise<Record<string, Json>> {
  return (await send('GET', `/collections/${collection}/records/${id}`)).json.data as Record<string, Json>
}

const rows = async (sql: string): Promise<unknown[][]> => (await server.database.run({ text: sql, values: [] })).rows

/** Nothing a client may not see: SQL, stack, names of constraints. */
function expectProblem({ status, json, text }: TestResponse, wanted: { status: number; code: string }): void {
  expect([status, json.code, text]).toEqual([wanted.status, wanted.code, expect.anything()])
  expect(text).not.toMatch(/select ["(a-z]+ from|alter table|pg_|::[a-z]|"[uifcx]_[0-9a-f]{32}|\.ts:/)
}

describe('a collection', () => {
  it('is defined, listed, read, changed and dropped', async () => {
    const created = await define({ name: 'notes', fields: [{ name: 'text', type: 'text', required: true }] })
    expect(created.status).toBe(201)
    const { data } = created.json as { data: CollectionDefinition }
    expect(data.fields[0]).toEqual({ id: expect.any(String), name: 'text', type: 'text', required: true })
    expect((await send('GET', '/admin/collections/notes')).json.data).toEqual(data)
    const all = (await send('GET', '/admin/collections')).json.data as CollectionDefinition[]
    expect(all.map(({ name }) => name)).toEqual(['notes', 'users'])
    const changed = await change('notes', { description: 'Short ones' })
    expect(changed.json.data).toEqual({ ...data, description: 'Short ones' })
    expect((await change('notes', { description: null })).json.data).toEqual(data)
    expect((await send('DELETE', '/admin/collections/notes')).status).toBe(200)
    expectProblem(await send('GET', '/admin/collections/notes'), { status: 404, code: 'collection_not_found' })
  })

  it('is for admins only', async () => {
    const user = await signUp(server, 'plain@example.com')
    for (const [method, path] of [
      ['GET', '/admin/collections'],
      ['POST', '/admin/collections'],
      ['PATCH', '/admin/collections/users'],
      ['DELETE', '/admin/collections/users'],
      ['POST', '/admin/schema/plan'],
      ['POST', '/admin/schema/apply'],
    ] as const) {
      const body = method === 'GET' ? undefined : {}
      expect((await server.request(method, `/api/v1${path}`, { body })).status).toBe(401)
      expect((await server.request(method, `/api/v1${path}`, { body, token: user.token })).status).toBe(403)
    }
  })

  it('is not defined twice', async () => {
    await define({ name: 'twice', fields: [] })
    expectProblem(await define({ name: 'twice', fields: [] }), { status: 409, code: 'conflict' })
    expectProblem(await define({ name: 'tWice', fields: [] }), { status: 422, code: 'invalid_definition' })
  })

  it('that is wrong leaves nothing behind and says where', async () => {
    const answer = await define({
      name: 'wrong',
      fields: [
        { name: 'a', type: 'text', maxLenght: 1 },
        { name: 'select', type: 'text' },
      ],
    })
    expectProblem(answer, { status: 422, code: 'invalid_definition' })
    expect(answer.json.errors.map(({ path }: { path: string }) => path)).toEqual([
      'fields.0.maxLenght',
      'fields.1.name',
    ])
    expect(await rows(`select to_regclass('public.wrong')`)).toEqual([[null]])
  })

  it.each([
    '__proto__',
    'constructor',
    'x"; drop table "users',
    'pg_class',
    'users\u0000',
    '%00',
    '../admin',
    'x'.repeat(100),
  ])('is not found under the hostile name %j', async (name) => {
    const { status, text } = await send('GET', `/admin/collections/${encodeURIComponent(name)}`)
    expect([400, 404, 422]).toContain(status)
    expect(text).not.toMatch(/stack|select /)
    const defined = await define({ name, fields: [] })
    expect([400, 422]).toContain(defined.status)
  })

  it('whose body is no definition is refused', async () => {
    for (const body of [
      '[]',
      '5',
      'null',
      '"x"',
      '{}',
      '{"name":{"$ne":null},"fields":[]}',
      '{"name":"a","fields":{"length":1,"0":{}}}',
    ])
      expect((await define(body)).status).toBeGreaterThanOrEqual(400)
    for (const body of ['[]', '5', '{"fields":"x"}', '{"nope":1}'])
      expect([400, 422]).toContain((await change('users', body)).status)
    for (const body of ['[]', '{"collections":5}', '{"drop":[5]}', '{"nope":1}', '{"hash":5}'])
      expect([400, 422]).toContain((await send('POST', '/admin/schema/apply', body)).status)
  })
})

describe('a change', () => {
  it('keeps the data of a field and of a collection that are renamed', async () => {
    const { json } = await define({
      name: 'books',
      fields: [
        { name: 'title', type: 'text', unique: true },
        { name: 'sequel', type: 'relation', collection: 'books', inverse: 'prequels' },
        { name: 'label', type: 'computed', expression: `upper(title)`, returns: 'text' },
      ],
      rules: [{ role: 'public', action: 'read', conditions: { title: { $ne: 'x' } } }],
    })
    const first = await add('books', { title: 'one' })
    const second = await add('books', { title: 'two', sequel: first })
    const [title, sequel, label] = json.data.fields
    const stale = await change('books', { fields: [{ ...title, name: 'heading' }, sequel, label] })
    expectProblem(stale, { status: 422, code: 'invalid_definition' })
    const fields = [{ ...title, name: 'heading' }, sequel, { ...label, expression: 'upper(heading)' }]
    const rules = [{ role: 'public', action: 'read', conditions: { heading: { $ne: 'x' } } }]
    const renamed = await change('books', { name: 'works', fields, rules })
    expect([renamed.status, renamed.json.data?.name]).toEqual([200, 'works'])
    expect(await read('works', second)).toMatchObject({ heading: 'two', sequel: first, label: 'TWO' })
    expectProblem(await send('GET', '/collections/books/records'), { status: 404, code: 'collection_not_found' })
    expect((await send('POST', '/collections/works/records', { heading: 'one' })).status).toBe(409)
    const swapped = [
      { ...fields[0], name: 'label' },
      { ...sequel, collection: 'works' },
      { ...fields[2], name: 'heading', expression: 'lower(label)' },
    ]
    expect((await change('works', { fields: swapped, rules: [] })).status).toBe(200)
    expect(await read('works', second)).toMatchObject({ label: 'two', heading: 'two' })
  })

  it('that loses data is refused until it is accepted', async () => {
    const { json } = await define({
      name: 'lossy',
      fields: [
        { name: 'kind', type: 'select', options: ['a', 'b'] },
        { name: 'size', type: 'text' },
        { name: 'gone', type: 'text' },
      ],
    })
    const id = await add('lossy', { kind: 'b', size: 'big', gone: 'soon' })
    await add('lossy', { kind: 'a', size: '12' })
    const [kind, size] = json.data.fields
    const fields = [
      { ...kind, options: ['a'] },
      { ...size, type: 'integer' },
    ]
    const refused = await change('lossy', { fields })
    expectProblem(refused, { status: 409, code: 'lossy_change' })
    expect(
      refused.json.errors.map(({ path, message }: { path: string; message: string }) => `${path}: ${message}`),
    ).toEqual([
      'lossy.gone: Drop field lossy.gone: 1 record has a value',
      'lossy.kind: Remove the option b from lossy.kind: 1 record loses its value',
      'lossy.size: Change lossy.size from text to integer: 1 record loses its value',
    ])
    expect(await read('lossy', id)).toMatchObject({ kind: 'b', size: 'big', gone: 'soon' })
    expect((await change('lossy', { fields }, consent)).status).toBe(200)
    const kept = (await rows(`select kind, size from public.lossy order by kind nulls last`)) as unknown
    expect(kept).toEqual([
      ['a', 12],
      [null, null],
    ])
    expectProblem(await send('DELETE', '/admin/collections/lossy'), { status: 409, code: 'lossy_change' })
    expectProblem(await send('DELETE', '/admin/collections/lossy', undefined, { acceptDataLoss: 'yes' }), {
      status: 400,
      code: 'invalid_query',
    })
    expect((await send('DELETE', '/admin/collections/lossy', undefined, consent)).status).toBe(200)
  })

  it('that records are in the way of is refused with the field, and changes nothing', async () => {
    const { json } = await define({ name: 'strict', fields: [{ name: 'code', type: 'text' }] })
    await add('strict', { code: 'x' })
    await add('strict', { code: 'x' })
    await add('strict', {})
    const [code] = json.data.fields
    for (const [fields, message] of [
      [[{ ...code, unique: true }], '1 value occurs more than once'],
      [[{ ...code, required: true }], '1 record has no value: give the required field a default'],
      [
        [code, { name: 'more', type: 'integer', required: true }],
        '3 records have no value for it: give the required field a default',
      ],
    ] as const) {
      const answer = await change('strict', { fields })
      expectProblem(answer, { status: 409, code: 'schema_change_failed' })
      expect(answer.json.errors[0].message).toBe(message)
      expect((await send('GET', '/admin/collections/strict')).json.data).toEqual(json.data)
    }
    const filled = [
      { ...code, required: true, default: 'none' },
      { name: 'more', type: 'integer', required: true, default: 7 },
    ]
    expect((await change('strict', { fields: filled })).status).toBe(200)
    expect(await rows('select code, more from public.strict order by code')).toEqual([
      ['none', 7],
      ['x', 7],
      ['x', 7],
    ])
  })

  it('that PostgreSQL refuses midway leaves definition and table as they were', async () => {
    const { json } = await define({ name: 'halfway', fields: [{ name: 'a', type: 'text' }] })
    await server.database.run({ text: 'create view public.outside as select a from public.halfway', values: [] })
    const fields = [{ name: 'b', type: 'text', unique: true }]
    const answer = await change('halfway', { description: 'x', fields })
    expectProblem(answer, { status: 409, code: 'schema_change_failed' })
    expect(answer.json.errors[0].message).toBe('something made outside of the server depends on it, such as a view')
    expect((await send('GET', '/admin/collections/halfway')).json.data).toEqual(json.data)
    await add('halfway', { a: 'still here' })
    await server.database.run({ text: 'drop view public.outside', values: [] })
    expect((await change('halfway', { description: 'x', fields }, consent)).status).toBe(200)
  })

  it('of a table that somebody changed in the database says so', async () => {
    await define({ name: 'meddled', fields: [{ name: 'a', type: 'text' }] })
    await server.database.run({ text: 'alter table public.meddled rename column a to z', values: [] })
    for (const fields of [[], [{ name: 'a', type: 'text', unique: true }]]) {
      const answer = await change('meddled', { fields }, consent)
      expectProblem(answer, { status: 409, code: 'schema_change_failed' })
      expect(answer.json.errors[0].message).toBe('the table was changed outside of the server')
    }
    await server.database.run({ text: 'drop table public.meddled', values: [] })
    expectProblem(await send('DELETE', '/admin/collections/meddled', undefined, consent), {
      status: 409,
      code: 'schema_change_failed',
    })
  })

  it('waits for a busy table only so long, and then says to try again', async () => {
    const { json } = await define({ name: 'busy', fields: [{ name: 'a', type: 'text' }] })
    await server.database.transaction(async (transaction) => {
      await transaction.run({ text: 'lock table public.busy in access share mode', values: [] })
      const keepAlive = setInterval(() => void transaction.run({ text: 'select 1', values: [] }), 500)
      const answer = await change('busy', { fields: [] })
      clearInterval(keepAlive)
      expectProblem(answer, { status: 503, code: 'unavailable' })
      expect(answer.headers.get('retry-after')).toBe('1')
    })
    expect((await send('GET', '/admin/collections/busy')).json.data).toEqual(json.data)
    expect((await change('busy', { fields: [] })).status).toBe(200)
  })

  it('of every kind keeps what can be kept', async () => {
    const { json } = await define({
      name: 'kinds',
      fields: [
        { name: 'a', type: 'integer', index: true },
        { name: 'b', type: 'text' },
        { name: 'c', type: 'datetime' },
        { name: 'd', type: 'select', options: ['x', 'y'] },
        { name: 'e', type: 'relation', collection: 'kinds' },
        { name: 'f', type: 'decimal' },
        { name: 'g', type: 'boolean' },
      ],
    })
    const other = await add('kinds', {})
    const values = { a: 5, b: '2024-02-29', c: '2024-02-29T00:00:00Z', d: 'x', e: other, f: '1.5', g: true }
    const id = await add('kinds', values)
    const types = { a: 'decimal', b: 'date', c: 'date', d: 'tags', f: 'number', g: 'text' } as Record<string, string>
    const fields = (json.data.fields as { name: string }[]).map((field) => {
      const { options, ...rest } = field as { name: string; options?: unknown }
      return field.name === 'e' ? { ...field, many: true } : { ...rest, type: types[field.name] }
    })
    const answer = await change('kinds', { fields })
    expect([answer.status, answer.text]).toEqual([200, expect.anything()])
    expect(await read('kinds', id)).toMatchObject({
      a: '5.000000',
      b: '2024-02-29',
      c: '2024-02-29',
      d: ['x'],
      e: [other],
      f: 1.5,
      g: 'true',
    })
  })
})

describe('plan and apply', () => {
  const plan = (body: unknown): Promise<TestResponse> => send('POST', '/admin/schema/plan', body)
  const apply = (body: unknown): Promise<TestResponse> => send('POST', '/admin/schema/apply', body)

  it('show steps, SQL, locks, row counts and losses before anything happens', async () => {
    const collections = [{ name: 'planned', fields: [{ name: 'a', type: 'text' }] }]
    const first = (await plan({ collections })).json.data as SchemaPlan
    expect(first).toMatchObject({
      lossy: false,
      steps: [{ kind: 'createTable', collection: 'planned', lossy: false, lock: 'NONE', rows: 0 }],
    })
    expect(await rows(`select to_regclass('public.planned')`)).toEqual([[null]])
    expect((await apply({ collections, hash: first.hash })).json.data).toMatchObject({ hash: first.hash })
    await add('planned', { a: 'x' })
    const second = (await plan({ drop: ['planned'] })).json.data as SchemaPlan
    expect(second).toMatchObject({
      lossy: true,
      steps: [{ kind: 'dropTable', lossy: true, lock: 'ACCESS EXCLUSIVE', rows: 1 }],
    })
    expectProblem(await apply({ drop: ['planned'], hash: second.hash }), { status: 409, code: 'lossy_change' })
    expect((await apply({ drop: ['planned'], hash: second.hash, acceptDataLoss: true })).status).toBe(200)
  })

  it('refuse a hash of another plan, of another schema, and none', async () => {
    const collections = [{ name: 'hashed', fields: [] }]
    const { hash } = (await plan({ collections })).json.data as SchemaPlan
    expectProblem(await apply({ collections }), { status: 409, code: 'plan_outdated' })
    expectProblem(await apply({ collections: [{ name: 'other', fields: [] }], hash }), {
      status: 409,
      code: 'plan_outdated',
    })
    await define({ name: 'between', fields: [] })
    expectProblem(await apply({ collections, hash }), { status: 409, code: 'plan_outdated' })
  })

  it('make collections that point at each other, and drop them together', async () => {
    const collections = [
      { name: 'hens', fields: [{ name: 'egg', type: 'relation', collection: 'eggs', inverse: 'hens' }] },
      { name: 'eggs', fields: [{ name: 'hen', type: 'relation', collection: 'hens', inverse: 'eggs' }] },
    ]
    const { hash } = (await plan({ collections })).json.data as SchemaPlan
    expect((await apply({ collections, hash })).status).toBe(200)
    expectProblem(await send('DELETE', '/admin/collections/hens'), { status: 422, code: 'invalid_definition' })
    const drop = ['hens', 'eggs']
    const next = (await plan({ drop })).json.data as SchemaPlan
    expect((await apply({ drop, hash: next.hash })).status).toBe(200)
    expect(await rows(`select count(*) from pg_class where relname in ('hens', 'eggs')`)).toEqual([[0]])
  })

  it('tell all that is wrong with all collections', async () => {
    const answer = await plan({
      collections: [
        { name: 'ok', fields: [] },
        { name: 'Bad', fields: [{ name: 'a' }] },
      ],
      drop: ['nope'],
    })
    expectProblem(answer, { status: 422, code: 'invalid_definition' })
    expect(answer.json.errors.map(({ path }: { path: string }) => path)).toEqual([
      'drop.0',
      'collections.1.fields.0.type',
      'collections.1.name',
    ])
  })
})

describe('several nodes', () => {
  it('serve a change soon, and the one that made it at once', async () => {
    const other = await startServer({ DATABASE_URL: server.databaseUrl })
    try {
      await define({ name: 'shared', fields: [{ name: 'a', type: 'text' }] })
      expect(server.app.get(SchemaCache).get('shared').name).toBe('shared')
      const started = performance.now()
      while (!other.app.get(SchemaCache).current.collections.has('shared') && performance.now() - started < 10_000)
        await new Promise((resolve) => setTimeout(resolve, 5))
      expect(performance.now() - started).toBeLessThan(3000)
      const persona = await signIn(other, adminEmail)
      const path = '/api/v1/collections/shared/records'
      expect((await other.request('POST', path, { token: persona.token, body: { a: 'x' } })).status).toBe(201)
    } finally {
      await other.stop()
    }
  })

  it('change the schema one after the other', async () => {
    const names = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6']
    const answers = await Promise.all(
      names.map((name) => define({ name, fields: [{ name: 'a', type: 'text', index: true }] })),
    )
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201))
    const same = await Promise.all(names.map(() => define({ name: 'once', fields: [] })))
    expect(same.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
  })

  it('that start together on a new database make users once', async () => {
    const stopped = await startServer()
    const { databaseUrl } = stopped
    await stopped.database.run({ text: 'delete from holdfast.collections', values: [] })
    for (const name of ['user_roles', 'credentials', 'sessions'])
      await stopped.database.run({
        text: `alter table holdfast.${name} drop constraint if exists ${name}_user_id_fkey`,
        values: [],
      })
    await stopped.database.run({ text: 'drop table public.users cascade', values: [] })
    const nodes = await Promise.all([0, 1].map(() => startServer({ DATABASE_URL: databaseUrl })))
    for (const node of nodes) expect(node.app.get(SchemaCache).get('users').fields.has('email')).toBe(true)
    for (const node of nodes) await node.stop()
    await stopped.stop()
  })
})

describe('users', () => {
  it('take fields, and keep what sign-in needs', async () => {
    const { json } = await send('GET', '/admin/collections/users')
    const fields = [...json.data.fields, { name: 'nickname', type: 'text', index: true }]
    expect((await change('users', { fields })).status).toBe(200)
    const user = await signUp(server, 'nick@example.com')
    const path = `/api/v1/collections/users/records/${user.id}`
    expect((await server.request('PATCH', path, { token: user.token, body: { nickname: 'Nick' } })).status).toBe(200)
    expect((await server.request('PATCH', path, { token: user.token, body: { email: 'x@example.com' } })).status).toBe(
      403,
    )
    expect((await server.request('GET', path, { token: user.token })).json.data).toMatchObject({ nickname: 'Nick' })
    expectProblem(await send('DELETE', '/admin/collections/users', undefined, consent), {
      status: 422,
      code: 'invalid_definition',
    })
    expectProblem(await change('users', { name: 'people' }), { status: 422, code: 'invalid_definition' })
    expectProblem(await change('users', { fields: [] }, consent), { status: 422, code: 'invalid_definition' })
  })
})
