import { limits } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const notes = '/api/v1/collections/notes/records'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'notes',
      fields: [
        { name: 'text', type: 'text', required: true },
        { name: 'count', type: 'integer' },
        { name: 'share', type: 'number' },
        { name: 'done', type: 'boolean' },
        { name: 'price', type: 'decimal' },
        { name: 'day', type: 'date' },
        { name: 'labels', type: 'tags' },
        { name: 'kinds', type: 'multiselect', options: ['a b', 'c,d', '{e}'] },
        { name: 'at', type: 'geopoint' },
        { name: 'extra', type: 'json' },
        { name: 'next', type: 'relation', collection: 'notes' },
        { name: 'others', type: 'relation', collection: 'notes', many: true },
        { name: 'owner', type: 'relation', collection: 'users' },
      ],
      rules: [
        { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
        { role: 'user', action: 'create', preset: { owner: '$user.id' }, conditions: { text: { $ne: 'spam' } } },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
})

afterAll(() => server?.stop())

const minimal = { prefer: 'return=minimal' }
const post = (body: unknown, headers: Record<string, string> = {}, who = alice) =>
  server.request('POST', notes, { token: who.token, body, headers })

const total = async (filter: object): Promise<number> => {
  const query = { filter: JSON.stringify(filter), count: 'exact', limit: '1' }
  return (await server.request('GET', notes, { token: admin.token, query })).json.meta.total
}

describe('many records in one request', () => {
  const awkward = [
    '',
    'NULL',
    'null',
    '"',
    '\\',
    '\\"',
    '{a,b}',
    '{}',
    "'",
    ' x ',
    'a\nb\tc\r',
    '€😀',
    '$1',
    '\\N',
    '\\.',
  ]

  // First of all, as PostgreSQL counts the files of earlier requests a moment later.
  it('are logged without a file of PostgreSQL, however large they are', async () => {
    const stats = async (): Promise<number[]> => {
      const text = 'select tup_inserted::int, temp_files::int from pg_stat_database where datname = current_database()'
      return (await server.database.run({ text, values: [] })).rows[0] as unknown as number[]
    }
    const [inserted, files] = (await stats()) as [number, number]
    const body = JSON.stringify(Array.from({ length: limits.bulkRecords }, () => ({ text: 'long '.repeat(160) })))
    expect((await post(body, { ...minimal, 'content-type': 'application/json' })).status).toBe(201)
    // PostgreSQL counts both at the same time, a moment later.
    await expect
      .poll(async () => (await stats())[0]! - inserted, { timeout: 10_000 })
      .toBeGreaterThan(limits.bulkRecords)
    expect((await stats())[1]).toBe(files)
  })

  it('keep every value as it is', async () => {
    const bodies = awkward.map((text, n) => ({
      text: `x${text}`,
      count: n % 2 ? null : 0 - n,
      share: n === 0 ? 1e300 : n / 7,
      done: n % 3 === 0 ? null : n % 3 === 1,
      price: `${n}.500000`,
      day: '2024-02-29',
      labels: awkward.filter((label) => label.trim() === label && label !== '').slice(0, n),
      kinds: ['c,d', '{e}', 'a b'].slice(0, n % 4),
      at: n % 2 ? null : { lat: n, lon: 0 - n },
      extra: { [text]: [text, null, n] },
    }))
    const answer = await post(bodies)
    expect(answer.status, answer.text).toBe(201)
    expect(answer.json.data).toMatchObject(bodies)
    expect((await post(bodies, minimal)).text).toBe('')
    const query = { filter: JSON.stringify({ text: { $startsWith: 'x' } }), limit: '100', sort: 'createdAt' }
    const stored = (await server.request('GET', notes, { token: alice.token, query })).json.data
    for (const body of bodies)
      expect(stored.filter(({ text }: { text: string }) => text === body.text)).toMatchObject([body, body])
  })

  it('are ten thousand at most, in the order given', async () => {
    const bodies = Array.from({ length: limits.bulkRecords }, (_, count) => ({ text: 'many', count }))
    const answer = await post(bodies)
    expect(answer.json.data.map(({ count }: { count: number }) => count)).toEqual(bodies.map(({ count }) => count))
    expect((await post([...bodies, { text: 'many' }])).status).toBe(400)
    expect(await total({ text: 'many' })).toBe(limits.bulkRecords)
  })

  it.each([
    ['a rule', { text: 'spam' }, 403],
    ['a record that is not there', { text: 'all', next: '01890000-0000-7000-8000-0000000000ff' }, 409],
    ['a list with a record that is not there', { text: 'all', others: ['01890000-0000-7000-8000-0000000000ff'] }, 409],
  ])('are none for one that breaks on %s, whether an answer is wanted or not', async (_what, wrong, status) => {
    const { text: _text, ...named } = wrong
    const alike = Object.fromEntries(Object.keys(named).map((name) => [name, name === 'others' ? [] : null]))
    for (const headers of [{}, minimal]) {
      for (const bodies of [
        [{ text: 'all', ...alike }, wrong, { text: 'all', ...alike }],
        [{ text: 'all', count: 1 }, wrong],
      ])
        expect((await post(bodies, headers)).status).toBe(status)
    }
    expect(await total({ text: 'all' })).toBe(0)
  })

  it('point at no record that only others may read, whether an answer is wanted or not', async () => {
    const foreign = (await post({ text: 'bobs' }, {}, bob)).json.data.id
    for (const headers of [{}, minimal]) {
      const answer = await post([{ text: 'pointing', next: foreign }], headers)
      expect([answer.status, answer.json.code]).toEqual([409, 'reference_violation'])
    }
    expect(await total({ text: 'pointing' })).toBe(0)
  })
})
