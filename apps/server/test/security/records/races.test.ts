import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

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
