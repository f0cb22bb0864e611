import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DirectRoutes } from '../../../src/platform/http/index.js'
import { KeptAnswerSweep } from '../../../src/records/idempotency/kept-answer-sweep.js'
import { startServer, type TestResponse, type TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let otherNode: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const orders = '/api/v1/collections/orders/records'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'orders',
      history: true,
      trash: true,
      fields: [
        { name: 'what', type: 'text', required: true },
        { name: 'number', type: 'integer', unique: true },
        { name: 'blob', type: 'text' },
      ],
      rules: [{ role: 'public', action: ['create', 'read', 'update', 'delete'] }],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
  otherNode = await startServer({ DATABASE_URL: server.databaseUrl, PUBLIC_URL: server.config.publicUrl })
})
afterAll(async () => {
  await otherNode?.stop()
  await server?.stop()
})

interface Sending {
  readonly as?: Persona | undefined
  readonly to?: TestServer
  readonly headers?: Record<string, string>
}

const send = (method: string, path: string, key: string, body?: unknown, { as = alice, to, headers }: Sending = {}) =>
  (to ?? server).request(method, path, { token: as.token, body, headers: { 'idempotency-key': key, ...headers } })

const replayed = (answer: TestResponse) => answer.headers.get('idempotency-replayed') === 'true'

async function count(filter: object): Promise<number> {
  const query = { filter: JSON.stringify(filter), count: 'exact' }
  return (await server.request('GET', orders, { token: admin.token, query })).json.meta.total
}

async function create(body: object): Promise<{ id: string }> {
  const answer = await server.request('POST', orders, { token: alice.token, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data
}

async function expectReplay(first: TestResponse, repeat: TestResponse): Promise<void> {
  expect([first.status, replayed(first)]).toEqual([first.status, false])
  expect([repeat.status, repeat.text, replayed(repeat)]).toEqual([first.status, first.text, true])
  expect(repeat.headers.get('etag')).toBe(first.headers.get('etag'))
  expect(repeat.headers.get('content-type')).toBe(first.headers.get('content-type'))
}

describe('a repeat with the same key', () => {
  it('gets the first answer, byte for byte, and creates nothing', async () => {
    const key = randomUUID()
    const first = await send('POST', orders, key, { what: 'tea' })
    expect(first.status).toBe(201)
    await expectReplay(first, await send('POST', orders, key, { what: 'tea' }))
    await expectReplay(first, await send('POST', orders, key, { what: 'tea' }, { to: otherNode }))
    expect(await count({ what: 'tea' })).toBe(1)
  })

  it('updates, replaces and deletes once', async () => {
    const { id } = await create({ what: 'milk' })
    const path = `${orders}/${id}`
    const [patch, put, remove] = [randomUUID(), randomUUID(), randomUUID()]
    const headers = { 'if-match': '"v1"' }
    const patched = await send('PATCH', path, patch, { what: 'oat milk' }, { headers })
    expect(patched.json.data.version).toBe(2)
    await expectReplay(patched, await send('PATCH', path, patch, { what: 'oat milk' }, { headers }))
    const replaced = await send('PUT', path, put, { what: 'cream' })
    expect(replaced.json.data.version).toBe(3)
    await expectReplay(replaced, await send('PUT', path, put, { what: 'cream' }))
    const deleted = await send('DELETE', path, remove)
    expect(deleted.status).toBe(204)
    await expectReplay(deleted, await send('DELETE', path, remove))
    expect((await send('DELETE', path, randomUUID())).status).toBe(404)
  })

  it('tells even after the record has changed what the first was told', async () => {
    const key = randomUUID()
    const first = await send('POST', orders, key, { what: 'then' })
    await server.request('PATCH', `${orders}/${first.json.data.id}`, { token: alice.token, body: { what: 'now' } })
    await expectReplay(first, await send('POST', orders, key, { what: 'then' }))
  })

  it('creates many once, and takes Prefer into account', async () => {
    const key = randomUUID()
    const body = [{ what: 'many' }, { what: 'many', number: 7 }]
    const headers = { prefer: 'return=minimal' }
    const first = await send('POST', orders, key, body, { headers })
    expect([first.status, first.text]).toEqual([201, ''])
    await expectReplay(first, await send('POST', orders, key, body, { headers }))
    expect(await count({ what: 'many' })).toBe(2)
  })

  it('is without its body where that was larger than a megabyte', async () => {
    const key = randomUUID()
    const body = { what: 'large', blob: 'é'.repeat(600_000) }
    const first = await send('POST', orders, key, body)
    expect(first.json.data.blob).toHaveLength(600_000)
    const repeat = await send('POST', orders, key, body)
    expect([repeat.status, repeat.text, replayed(repeat)]).toEqual([201, '', true])
    expect(repeat.headers.get('etag')).toBe('"v1"')
    const path = `${orders}/${first.json.data.id}`
    const patched = await send('PATCH', path, `${key}2`, { what: 'larger' })
    expect(patched.status).toBe(200)
    expect((await send('PATCH', path, `${key}2`, { what: 'larger' })).status).toBe(204)
    expect(await count({ what: 'larger' })).toBe(1)
  })

  it('may be told to browsers of other origins', async () => {
    const origin = 'https://app.example.com'
    const { databaseUrl, config } = server
    const env = { DATABASE_URL: databaseUrl, PUBLIC_URL: config.publicUrl, CORS_ORIGINS: origin }
    const node = await startServer(env)
    const answer = await send('POST', orders, randomUUID(), { what: 'cors' }, { to: node, headers: { origin } })
    expect(answer.headers.get('access-control-expose-headers')).toContain('idempotency-replayed')
    await node.stop()
  })
})

describe('the same key with another request', () => {
  it.each([
    ['another body', 'POST', orders, { what: 'other' }, {}],
    ['another method', 'PUT', orders, { what: 'key' }, {}],
    ['another query', 'POST', `${orders}?fields=id`, { what: 'key' }, {}],
    ['another preference', 'POST', orders, { what: 'key' }, { prefer: 'return=minimal' }],
    ['another version', 'POST', orders, { what: 'key' }, { 'if-match': '"v1"' }],
  ])('is refused: %s', async (_, method, path, body, headers) => {
    const key = randomUUID()
    const first = await send('POST', orders, key, { what: 'key' })
    const target = method === 'PUT' ? `${path}/${first.json.data.id}` : path
    const before = await count({})
    const answer = await send(method, target, key, body, { headers })
    expect([answer.status, answer.json.code]).toEqual([422, 'idempotency_key_reused'])
    expect(answer.text).not.toContain(first.json.data.id)
    expect(await count({})).toBe(before)
  })
})

describe('a request that was refused', () => {
  it('is not kept: once its reason is gone the same key works', async () => {
    const { id } = await create({ what: 'first', number: 1 })
    const key = randomUUID()
    const refused = await send('POST', orders, key, { what: 'second', number: 1 })
    expect([refused.status, refused.json.code]).toEqual([409, 'unique_violation'])
    await server.request('DELETE', `${orders}/${id}`, { token: alice.token })
    const done = await send('POST', orders, key, { what: 'second', number: 1 })
    expect([done.status, replayed(done)]).toEqual([201, false])
    expect(await count({ number: 1 })).toBe(1)
  })

  it('may be corrected under the same key', async () => {
    const key = randomUUID()
    expect((await send('POST', orders, key, { what: 5 })).status).toBe(422)
    expect((await send('POST', orders, key, { what: 'five' })).status).toBe(201)
  })
})

describe('repeats at the same time', () => {
  it('make one record, and all get its answer, from one node and from two', async () => {
    for (const nodes of [[server], [server, otherNode]]) {
      const key = randomUUID()
      const body = { what: `at once ${nodes.length}`, id: randomUUID() }
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => send('POST', orders, key, body, { to: nodes[index % nodes.length]! })),
      )
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
      expect(answers[0]!.status).toBe(201)
      expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1)
      expect(await count({ what: body.what })).toBe(1)
    }
  })

  it('wait for the first no longer than seconds, and hold no connection meanwhile', async () => {
    const { id } = await create({ what: 'held' })
    const release = await holdRow(id)
    const key = randomUUID()
    const path = `${orders}/${id}`
    const first = send('PATCH', path, key, { what: 'patched' })
    await sleep(100)
    const repeats = Array.from({ length: 20 }, (_, index) =>
      send('PATCH', path, key, { what: 'patched' }, { to: index % 2 ? server : otherNode }),
    )
    // Records have three connections for what takes long, of which one is held and one waits: reads pass all the same.
    const reads = await Promise.all(Array.from({ length: 10 }, () => server.request('GET', orders)))
    expect(reads.every(({ status }) => status === 200)).toBe(true)
    for (const { status, json, headers } of await Promise.all(repeats)) {
      expect([status, json.code]).toEqual([409, 'idempotency_in_progress'])
      expect(headers.get('retry-after')).toBe('1')
    }
    await release()
    const done = await first
    expect(done.status).toBe(200)
    await expectReplay(done, await send('PATCH', path, key, { what: 'patched' }))
  })
})

/** Keeps a record locked, as a transaction that takes long does. */
async function holdRow(id: string): Promise<() => Promise<void>> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let held = () => {}
  const holding = new Promise<void>((resolve) => {
    held = resolve
  })
  const done = server.database.transaction(async (tx) => {
    await tx.run({ text: `set local idle_in_transaction_session_timeout = '30s'`, values: [] })
    await tx.run({ text: 'select from orders where id = $1 for update', values: [id] })
    held()
    await released
  })
  await holding
  return async () => {
    release()
    await done
  }
}

describe('the key', () => {
  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['not ASCII', 'clé'],
    ['with control characters', 'a\tb'],
  ])('is refused when %s', async (_, key) => {
    const answer = await send('POST', orders, key, { what: 'bad key' })
    expect(answer.status).toBe(400)
    expect(answer.json.errors).toMatchObject([{ path: 'Idempotency-Key', code: 'invalid_value' }])
  })

  it('may hold any printable ASCII', async () => {
    for (const key of [`'; drop table orders; --`, 'x'.repeat(255), '!~ $1 %s {}']) {
      const first = await send('POST', orders, key, { what: 'odd key' })
      expect(first.status).toBe(201)
      await expectReplay(first, await send('POST', orders, key, { what: 'odd key' }))
    }
  })

  it('belongs to who sent it: the same of another user is another key', async () => {
    const first = await send('POST', orders, 'mine', { what: 'shared' })
    const second = await send('POST', orders, 'mine', { what: 'shared' }, { as: bob })
    expect([second.status, replayed(second)]).toEqual([201, false])
    expect(second.json.data.id).not.toBe(first.json.data.id)
  })

  it('must be a UUID where nobody is signed in: there whoever has the key has the answer', async () => {
    const anonymous = (key: string) =>
      server.request('POST', orders, { body: { what: 'guest' }, headers: { 'idempotency-key': key } })
    const refused = await anonymous('1')
    expect([refused.status, refused.json.errors[0].path]).toEqual([400, 'Idempotency-Key'])
    const key = randomUUID()
    const first = await anonymous(key)
    expect(first.status).toBe(201)
    await expectReplay(first, await anonymous(key))
    expect(replayed(await send('POST', orders, key, { what: 'guest' }))).toBe(false)
  })

  it('is no matter to reads', async () => {
    for (const path of [orders, orders.replace('/records', '/query')]) {
      const method = path === orders ? 'GET' : 'POST'
      const body = method === 'GET' ? undefined : {}
      const answers = [await send(method, path, 'read', body), await send(method, path, 'read', body)]
      expect(answers.map((answer) => [answer.status, replayed(answer)])).toEqual([
        [200, false],
        [200, false],
      ])
    }
  })

  it('is good for another write after a day, whether its answer was dropped or not', async () => {
    const age = (hours: number) =>
      server.database.run({
        text: `update holdfast.kept_answers set kept_at = now() - $1 * interval '1 hour'`,
        values: [hours],
      })
    const key = randomUUID()
    await send('POST', orders, key, { what: 'yesterday' })
    await age(23)
    expect(replayed(await send('POST', orders, key, { what: 'yesterday' }))).toBe(true)
    await age(25)
    expect(replayed(await send('POST', orders, key, { what: 'today' }))).toBe(false)
    expect(replayed(await send('POST', orders, key, { what: 'today' }))).toBe(true)
    await age(25)
    await server.app.get(KeptAnswerSweep).sweep()
    const { rows } = await server.database.run({ text: 'select count(*) from holdfast.kept_answers', values: [] })
    expect(rows).toEqual([[0]])
  })
})

type Write = readonly [method: string, path: string, body?: unknown, as?: Persona]

/** A request for every route that writes. A route that is not here fails the test below. */
const writesOf = (id: string, deleted: string): Readonly<Record<string, readonly Write[]>> => {
  const list = '/api/v1/collections/{collection}/records'
  const trash = '/api/v1/collections/{collection}/trash'
  const trashOfOrders = orders.replace('/records', '/trash')
  const filter = `filter=${encodeURIComponent(JSON.stringify({ id }))}`
  return {
    [`POST ${list}`]: [
      ['POST', orders, { what: 'x' }],
      ['POST', orders, [{ what: 'x' }, { what: 'x', number: 9 }]],
    ],
    [`PUT ${list}`]: [['PUT', `${orders}?by=number`, { what: 'x', number: 10 }]],
    [`PATCH ${list}`]: [['PATCH', `${orders}?${filter}`, { what: 'x' }]],
    [`DELETE ${list}`]: [['DELETE', `${orders}?${filter}`]],
    [`PATCH ${list}/{id}`]: [['PATCH', `${orders}/${id}`, { what: 'x' }]],
    [`PUT ${list}/{id}`]: [
      ['PUT', `${orders}/${id}`, { what: 'x' }],
      ['PUT', `${orders}/${randomUUID()}`, { what: 'x' }],
    ],
    [`DELETE ${list}/{id}`]: [['DELETE', `${orders}/${id}`]],
    [`POST ${list}/{id}/versions/{version}/restore`]: [['POST', `${orders}/${id}/versions/1/restore`]],
    [`POST ${trash}/{id}/restore`]: [['POST', `${trashOfOrders}/${deleted}/restore`]],
    [`DELETE ${trash}/{id}`]: [['DELETE', `${trashOfOrders}/${deleted}`, undefined, admin]],
    [`DELETE ${trash}`]: [['DELETE', trashOfOrders, undefined, admin]],
    'POST /api/v1/batch': [
      ['POST', '/api/v1/batch', { operations: [{ action: 'create', collection: 'orders', data: { what: 'x' } }] }],
    ],
  }
}

/** Reads that are sent with a body. */
const reads = /\/(query|aggregate|explain|export)$/

describe('a write and its kept answer', () => {
  it('are committed together, on every route: without the one there is not the other', async () => {
    const { id } = await create({ what: 'as it was' })
    expect((await server.request('PATCH', `${orders}/${id}`, { token: alice.token, body: { number: 5 } })).status).toBe(
      200,
    )
    const { id: deleted } = await create({ what: 'deleted' })
    expect((await server.request('DELETE', `${orders}/${deleted}`, { token: alice.token })).status).toBe(204)
    await server.database.run({
      text: `create function holdfast.refuse() returns trigger language plpgsql as
             $$ begin raise exception 'broken' using errcode = '53100'; end $$`,
      values: [],
    })
    await server.database.run({
      text: 'create trigger broken before insert on holdfast.kept_answers for each row execute function holdfast.refuse()',
      values: [],
    })
    const before = await count({})
    const writes = writesOf(id, deleted)
    for (const route of server.app.get(DirectRoutes).all) {
      if (route.method === 'GET' || route.body === 'stream' || reads.test(route.path)) continue
      const name = `${route.method} ${route.path}`
      expect(writes).toHaveProperty([name])
      for (const [method, path, body, as] of writes[name]!)
        expect([name, (await send(method, path, randomUUID(), body, { as })).status]).toEqual([name, 503])
    }
    expect(await count({})).toBe(before)
    expect(await count({ number: 5 })).toBe(1)
    expect(await count({ what: 'as it was' })).toBe(1)
    await server.database.run({ text: 'drop trigger broken on holdfast.kept_answers', values: [] })
    expect(
      (await send('POST', `${orders.replace('/records', '/trash')}/${deleted}/restore`, randomUUID())).status,
    ).toBe(200)
    expect((await send('DELETE', `${orders}/${id}`, randomUUID())).status).toBe(204)
  })
})
