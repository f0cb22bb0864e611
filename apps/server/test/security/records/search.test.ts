import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { refuseFaults } from './oracles.js'

vi.setConfig({ testTimeout: 60_000 })

/**
 * People whose `notes` stand open to themselves only, and whose `salary band` to nobody; everyone may read their names.
 * What searching tells about a field must be what reading it tells.
 */
let server: TestServer
let admin: Persona
let alice: Persona

const records = '/api/v1/collections/people/records'
const query = '/api/v1/collections/people/query'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'people',
      language: 'english',
      fields: [
        { name: 'name', type: 'text', searchable: 'C' },
        { name: 'notes', type: 'text', searchable: 'A' },
        { name: 'tags', type: 'tags', searchable: 'A' },
        { name: 'vault', type: 'text', searchable: 'A', hidden: true },
        { name: 'face', type: 'vector', dimensions: 2, index: true },
        { name: 'owner', type: 'relation', collection: 'users' },
        { name: 'boss', type: 'relation', collection: 'people', inverse: 'staff' },
      ],
      rules: [
        { role: 'user', action: 'read', fields: ['name', 'boss'] },
        { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
      ],
    },
    { name: 'empty', fields: [{ name: 'a', type: 'text' }], rules: [{ role: 'user', action: 'read' }] },
    {
      name: 'sealed',
      fields: [
        { name: 'a', type: 'text' },
        { name: 'b', type: 'text', searchable: true, hidden: true },
      ],
      rules: [{ role: 'user', action: 'read' }],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  const boss = '01890000-0000-7000-8000-000000000001'
  const body = [
    { id: boss, name: 'Bernard', notes: 'diabetes treatment', tags: ['insulin'], vault: 'vaultword', face: [0, 1] },
    { name: 'Alice', notes: 'diabetes question', tags: ['own'], owner: alice.id, face: [1, 0], boss },
    { name: 'Diabetes Foundation', notes: 'nothing', face: [0.9, 0.1] },
  ]
  const { status, text } = await server.request('POST', records, { token: admin.token, body })
  expect(status, text).toBe(201)
})
afterAll(() => server?.stop())

const list = (search: string, rest: Record<string, string> = {}): Promise<TestResponse> =>
  server.request('GET', records, { token: alice.token, query: { search, highlight: 'true', count: 'exact', ...rest } })

const ask = (filter: object, rest: object = {}): Promise<TestResponse> =>
  server.request('POST', query, { token: alice.token, body: { filter, ...rest } })

const namesOf = ({ json }: TestResponse): string[] => json.data.map(({ name }: { name: string }) => name)

it('A10 finds a record by a field in those rows only in which the caller may read it', async () => {
  const found = await list('diabetes')
  expect(namesOf(found)).toEqual(['Alice', 'Diabetes Foundation'])
  expect(found.json.meta.total).toBe(2)
  for (const search of ['treatment', 'treat', 'treatmnt', 'insulin', 'insuln', 'vaultword', '"diabetes treatment"'])
    expect([search, (await list(search)).json.data]).toEqual([search, []])
})

it('A10 guesses no value of a closed field by its beginning, whatever stands beside it', async () => {
  for (let length = 1; length <= 'treatment'.length; length++) {
    const beginning = 'treatment'.slice(0, length)
    expect((await list(`bernard ${beginning}`)).json.data).toEqual([])
    expect(namesOf(await list(`bernard -${beginning}`))).toEqual(['Bernard'])
    expect(namesOf(await list(`bernard or ${beginning}`))).toContain('Bernard')
    expect(namesOf(await ask({ $and: [{ name: 'Bernard' }, { $not: { notes: { $search: beginning } } }] }))).toEqual([
      'Bernard',
    ])
  }
})

it('A02 ranks and marks by no field that is closed in the row', async () => {
  const [bernard] = (await list('bernard')).json.data
  const other = (await list('bernard or diabetes or treatment or insulin')).json.data.find(
    ({ name }: { name: string }) => name === 'Bernard',
  )
  expect(Object.keys(bernard.matchMeta.highlight)).toEqual(['name'])
  expect(Object.keys(other.matchMeta.highlight)).toEqual(['name'])
  const ranks = async (words: string): Promise<unknown> => {
    const { json } = await list(`bernard or ${words}`)
    return json.data.find(({ name }: { name: string }) => name === 'Bernard').matchMeta
  }
  expect(await ranks('diabetes')).toEqual(await ranks('blahblah'))
  expect(await ranks('insulin')).toEqual(await ranks('blahbla'))
})

it('A05 searches related records only as the caller may read them', async () => {
  expect(namesOf(await ask({ 'boss.notes': { $search: 'diabetes' } }))).toEqual([])
  expect(namesOf(await ask({ 'boss.name': { $search: 'bernard' } }))).toEqual(['Alice'])
  expect(namesOf(await ask({ staff: { $some: { $search: 'question' } } }))).toEqual(['Bernard'])
  expect(namesOf(await ask({ staff: { $some: { $search: 'treatment' } } }))).toEqual([])
})

it('A01 knows no searchable field that is closed everywhere', async () => {
  const bytes = async (collection: string): Promise<string> => {
    const path = `/api/v1/collections/${collection}/records`
    const { text } = await server.request('GET', path, {
      token: alice.token,
      query: { search: 'x' },
      headers: { 'x-request-id': 'always-the-same' },
    })
    return text.replaceAll(collection, 'it')
  }
  expect(await bytes('sealed')).toBe(await bytes('empty'))
  for (const [closed, none] of [
    [{ vault: { $search: 'x' } }, { vaulT: { $search: 'x' } }],
    [{ 'boss.vault': { $search: 'x' } }, { 'boss.vaulT': { $search: 'x' } }],
  ] as const)
    expect((await ask(closed)).json.errors).toEqual(
      JSON.parse(JSON.stringify((await ask(none)).json.errors).replaceAll('vaulT', 'vault')),
    )
  const highlight = async (name: string) => (await list('x', { highlight: name })).json.errors
  expect(JSON.stringify(await highlight('vault'))).toBe(
    JSON.stringify(await highlight('vaulT')).replaceAll('vaulT', 'vault'),
  )
})

it('A02 measures no distance from a vector that is closed in the row', async () => {
  for (const nearest of [
    { to: [0, 1] },
    { to: [0, 1], k: 3 },
    { to: [0, 1], within: 2 },
    { to: [0, 1], metric: 'l2' },
  ]) {
    const found = await ask({ face: { $nearest: nearest } })
    expect(namesOf(found)).toEqual(['Alice'])
    const inverted = await ask({ $not: { face: { $nearest: nearest } } })
    expect(namesOf(inverted).sort()).toEqual(['Bernard', 'Diabetes Foundation'])
  }
  expect(namesOf(await ask({ face: { $nearest: { to: [0, 1], k: 1 } } }))).toEqual(['Alice'])
})

it('A64 takes operators and quotes of PostgreSQL for punctuation', async () => {
  const hostile = [
    `'`,
    `''`,
    `a' | 'b`,
    `a & b`,
    `a:*`,
    `a:AB`,
    `!a`,
    `(a`,
    `a <-> b`,
    `a <2> b`,
    `\\`,
    `a\\`,
    `\\'`,
    `"`,
    `"a`,
    `-`,
    `--`,
    `-"`,
    `or`,
    `or or or`,
    `-or`,
    `%`,
    `_`,
    `$1`,
    `'; drop table people; --`,
    `%' or 1=1`,
    `*`,
    `:*`,
    `a'||pg_sleep(5)||'`,
    '\u0001\u0002',
    '\u202e\u200b',
    'e\u0301'.repeat(250),
    'ж'.repeat(500),
    'a '.repeat(250),
    'or '.repeat(166),
    `${'"'.repeat(250)}`,
    '😀'.repeat(250),
    '１２３',
    'ﬁ ½ ㋿',
    `${'x'.repeat(300)}`,
  ]
  for (const text of hostile) {
    for (const answer of [
      await list(text),
      await list(`${text.slice(0, 480)} diabetes`),
      await ask({ name: { $search: text } }),
    ]) {
      refuseFaults(answer, JSON.stringify(text))
      expect([text, answer.status]).toEqual([text, 200])
    }
  }
  expect(namesOf(await list(`'diabetes':*`))).toEqual(['Alice', 'Diabetes Foundation'])
  expect(namesOf(await list(`diabetes | bernard`))).toEqual([])
})
