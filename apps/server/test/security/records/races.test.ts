import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const recordsOf = (collection: string) => `/api/v1/collections/${collection}/records`

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'wards', fields: [{ name: 'name', type: 'text' }], rules: [{ role: 'user', action: 'read' }] },
    {
      name: 'doctors',
      fields: [
        { name: 'ward', type: 'relation', collection: 'wards', inverse: 'doctors' },
        { name: 'onCall', type: 'boolean' },
      ],
      rules: [
        { role: 'user', action: 'read' },
        // Whoever goes, somebody of the ward must stay.
        { role: 'user', action: 'update', fields: ['onCall'], conditions: { 'ward.doctors.onCall': true } },
      ],
    },
    {
      name: 'purchases',
      fields: [
        { name: 'item', type: 'text' },
        { name: 'confirmed', type: 'boolean', default: false },
        { name: 'paid', type: 'boolean', default: false },
      ],
      rules: [
        { role: 'user', action: 'read', conditions: { createdBy: '$user.id' } },
        { role: 'user', action: 'create', fields: ['item'] },
        { role: 'user', action: 'update', fields: ['confirmed'], conditions: { createdBy: '$user.id', paid: false } },
        { role: 'user', action: 'update', fields: ['paid'], conditions: { createdBy: '$user.id', confirmed: true } },
      ],
    },
    {
      name: 'counters',
      fields: [{ name: 'n', type: 'integer' }],
      rules: [{ role: 'user', action: ['read', 'update', 'create'] }],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
})
afterAll(() => server?.stop())

const batch = (operations: unknown[], isolation?: string) =>
  server.request('POST', '/api/v1/batch', { token: alice.token, body: { operations, isolation } })

const update = (collection: string, id: string, data: object) => ({ action: 'update', collection, id, data })

async function createAsAdmin(collection: string, body: object): Promise<string> {
  const answer = await server.request('POST', recordsOf(collection), { token: admin.token, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data.id
}

const get = async (collection: string, id: string) =>
  (await server.request('GET', `${recordsOf(collection)}/${id}`, { token: admin.token })).json.data

describe('A224 serializable batches', () => {
  it('never let both doctors of a ward go, however they race', async () => {
    const round = async (): Promise<void> => {
      const ward = await createAsAdmin('wards', { name: 'w' })
      const ids = await Promise.all([1, 2].map(() => createAsAdmin('doctors', { ward, onCall: true })))
      const leave = (id: string) => batch([update('doctors', id, { onCall: false })], 'serializable')
      const answers = await Promise.all(ids.map(leave))
      const stay = await Promise.all(ids.map((id) => get('doctors', id)))
      expect(stay.filter(({ onCall }) => onCall)).toHaveLength(1)
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    }
    for (let rounds = 0; rounds < 10; rounds++) await Promise.all([round(), round()])
  })
})

describe('A225 the second half of a two-step change', () => {
  const buy = async (): Promise<string> => {
    const body = { item: 'tea' }
    return (await server.request('POST', recordsOf('purchases'), { token: alice.token, body })).json.data.id
  }
  const patch = async (id: string, body: object) =>
    (await server.request('PATCH', `${recordsOf('purchases')}/${id}`, { token: alice.token, body })).status

  it('cannot come first, nor together with it, nor be taken back', async () => {
    const id = await buy()
    expect(await patch(id, { paid: true })).toBe(404)
    expect(await patch(id, { paid: true, confirmed: true })).toBe(404)
    const both = [update('purchases', id, { paid: true }), update('purchases', id, { confirmed: true })]
    expect((await batch(both)).status).toBe(404)
    expect(await get('purchases', id)).toMatchObject({ paid: false, confirmed: false })
    expect((await batch(both.reverse())).status).toBe(200)
    expect(await patch(id, { confirmed: false })).toBe(404)
  })

  it('cannot slip in beside the first', async () => {
    for (let rounds = 0; rounds < 10; rounds++) {
      const id = await buy()
      await patch(id, { confirmed: true })
      const [paid, unconfirmed] = await Promise.all([patch(id, { paid: true }), patch(id, { confirmed: false })])
      expect([paid, unconfirmed].sort()).not.toEqual([200, 200])
      const { paid: isPaid, confirmed } = await get('purchases', id)
      expect(isPaid && !confirmed).toBe(false)
    }
  })
})

describe('transactions that get in each other’s way', () => {
  it('are tried again: batches that lock the same records in opposite order all get through', async () => {
    const ids = await Promise.all([1, 2].map(() => createAsAdmin('counters', { n: 0 })))
    const changes = ids.map((id) => update('counters', id, { n: 1 }))
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => batch(index % 2 ? changes : [...changes].reverse())),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    for (const id of ids) expect(await get('counters', id)).toMatchObject({ version: 9 })
  })

  it.each([
    ['40001', 5],
    ['40P01', 5],
  ])('are tried again for single writes, batches and keyed ones, up to five times (%s)', async (state, most) => {
    for (const failures of [most, most + 1])
      for (const [path, body] of [
        [recordsOf('counters'), { n: 1 }],
        ['/api/v1/batch', { operations: [{ action: 'create', collection: 'counters', data: { n: 1 } }] }],
      ] as const)
        for (const headers of [{}, { 'idempotency-key': randomUUID() }] as Record<string, string>[]) {
          const restore = await failFirst(failures, state)
          const answer = await server.request('POST', path, { token: alice.token, body, headers })
          await restore()
          if (failures <= most) expect([path, answer.status < 300]).toEqual([path, true])
          else {
            expect([path, answer.status, answer.json.code]).toEqual([path, 409, 'transaction_conflict'])
            expect(answer.headers.get('retry-after')).toBe('1')
          }
        }
  })
})

/** Makes the next inserts of counters fail as conflicts do. A sequence counts them: it is not rolled back. */
async function failFirst(times: number, state: string): Promise<() => Promise<void>> {
  const run = async (...statements: string[]) => {
    for (const text of statements) await server.database.run({ text, values: [] })
  }
  await run(
    'create sequence public.tries',
    `create function public.fail_first() returns trigger language plpgsql as $$
     begin
       if nextval('public.tries') <= ${times} then raise exception 'conflict' using errcode = '${state}'; end if;
       return new;
     end $$`,
    'create trigger fail_first before insert on public.counters for each row execute function public.fail_first()',
  )
  return () =>
    run('drop trigger fail_first on public.counters', 'drop function public.fail_first()', 'drop sequence public.tries')
}

describe('counters and limits', () => {
  const coupons = recordsOf('coupons')
  const patch = (id: string, body: object, headers: Record<string, string> = {}) =>
    server.request('PATCH', `${coupons}/${id}`, { token: alice.token, body, headers })
  const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => work(index)))
  const statusesOf = (answers: readonly { status: number }[]): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
    return counts
  }
  const read = async (id: string) => (await server.request('GET', `${coupons}/${id}`, { token: admin.token })).json.data

  beforeAll(async () => {
    await define(server, admin, [
      {
        name: 'coupons',
        fields: [
          { name: 'uses', type: 'integer', default: 0, max: 60 },
          { name: 'maxUses', type: 'integer' },
          {
            name: 'seats',
            type: 'integer',
            default: 0,
            validate: { $or: [{ maxUses: { $null: true } }, { seats: { $lte: { $field: 'maxUses' } } }] },
          },
          { name: 'money', type: 'decimal', precision: 20, scale: 4 },
          { name: 'users', type: 'tags', maxItems: 25 },
          { name: 'people', type: 'relation', collection: 'users', many: true, maxItems: 2 },
        ],
        rules: [{ role: 'user', action: ['read', 'update', 'create'] }],
      },
    ])
  })

  it('A220 come out exact when 100 requests count at once', async () => {
    const id = await createAsAdmin('coupons', { money: '0.0001' })
    const answers = await times(100, (index) =>
      patch(id, { seats: { $inc: index % 2 ? 2 : -1 }, money: { $inc: '0.1' } }),
    )
    expect(statusesOf(answers)).toEqual({ 200: 100 })
    expect(await read(id)).toMatchObject({ seats: 50, money: '10.0001', version: 101 })
  })

  it('A220 are not exceeded by one, whether the field or another one says where they are', async () => {
    const id = await createAsAdmin('coupons', { maxUses: 40 })
    const uses = await times(100, () => patch(id, { uses: { $inc: 1 } }))
    expect(statusesOf(uses)).toEqual({ 200: 60, 422: 40 })
    const seats = await times(100, () => patch(id, { seats: { $inc: 1 } }))
    expect(statusesOf(seats)).toEqual({ 200: 40, 422: 60 })
    expect(await read(id)).toMatchObject({ uses: 60, seats: 40, version: 101 })
  })

  it('A220 hold for lists, too', async () => {
    const id = await createAsAdmin('coupons', {})
    const pushes = await times(60, (index) => patch(id, { users: { $push: `user ${index}` } }))
    expect(statusesOf(pushes)).toEqual({ 200: 25, 422: 35 })
    expect((await read(id)).users).toHaveLength(25)
    const people = await times(6, (index) => signUp(server, `seat${index}@example.com`))
    const seats = await times(6, (index) =>
      server.request('PATCH', `${coupons}/${id}`, {
        token: admin.token,
        body: { people: { $push: people[index]!.id } },
      }),
    )
    expect(statusesOf(seats)).toEqual({ 200: 2, 422: 4 })
    expect((await read(id)).people).toHaveLength(2)
  })

  it('A220 hold when many change all records at once', async () => {
    await server.request('DELETE', coupons, { token: admin.token, query: { filter: '{"id":{"$null":false}}' } })
    const ids = await times(5, () => createAsAdmin('coupons', {}))
    const answers = await times(70, () =>
      server.request('PATCH', coupons, {
        token: alice.token,
        query: { filter: '{"uses":{"$gte":0}}' },
        body: { uses: { $inc: 1 } },
      }),
    )
    const counts = statusesOf(answers)
    expect(counts['200']).toBe(60)
    for (const id of ids) expect(await read(id)).toMatchObject({ uses: 60, version: 61 })
  })

  it('A221 lose no update: of those who saw the same version, one wins', async () => {
    const id = await createAsAdmin('coupons', {})
    const answers = await times(20, (index) => patch(id, { maxUses: index }, { 'if-match': '"v1"' }))
    expect(statusesOf(answers)).toEqual({ 200: 1, 412: 19 })
    const [winner] = answers.filter(({ status }) => status === 200)
    expect(await read(id)).toMatchObject({ maxUses: winner!.json.data.maxUses, version: 2 })
    for (const { status, json } of answers) if (status === 412) expect(json.current.version).toBe(2)
  })
})
