import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const items = '/api/v1/collections/items/records'

interface Item {
  readonly id: string
  readonly name: string
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'shops',
      fields: [
        { name: 'city', type: 'text' },
        { name: 'boss', type: 'relation', collection: 'users' },
      ],
      rules: [{ role: 'public', action: 'read', conditions: { city: { $ne: 'closed' } } }],
    },
    {
      name: 'items',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'group', type: 'select', options: ['a', 'b', 'c'], required: true },
        { name: 'score', type: 'number' },
        { name: 'price', type: 'decimal', precision: 20, scale: 6 },
        { name: 'at', type: 'datetime' },
        { name: 'open', type: 'boolean' },
        { name: 'shop', type: 'relation', collection: 'shops', inverse: 'items' },
        { name: 'secret', type: 'integer' },
      ],
      indexes: [{ fields: ['score'] }, { fields: ['group', '-score'] }],
      rules: [
        { role: 'public', action: 'read', fields: ['name', 'group', 'score', 'price', 'at', 'open', 'shop'] },
        { role: 'user', action: 'read', conditions: { group: 'a' }, fields: ['secret'] },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
  await fill()
})

afterAll(() => server?.stop())

/** Few distinct values and many nulls, so that there are ties everywhere. */
async function fill(): Promise<void> {
  const pick = <T>(...values: T[]): T => values[Math.floor(Math.random() * values.length)]!
  const shops = await create(
    ['Bern', 'Bern', 'Köln', 'closed', null].map((city) => ({ city })),
    '/api/v1/collections/shops/records',
  )
  const records = Array.from({ length: 60 }, (_, index) => ({
    name: `item ${index}`,
    group: pick('a', 'b', 'c'),
    score: pick(null, null, 0, 0.1, -0.1, 1e300),
    price: pick(null, '0.000001', '99999999999999.999999', '99999999999999.999998'),
    at: pick(null, '2026-01-01T00:00:00.123Z', '2026-01-01T00:00:00.124Z'),
    open: pick(null, true, false),
    shop: pick(null, ...shops.map(({ id }) => id)),
    secret: pick(null, 1, 2),
  }))
  await create(records, items)
}

async function create(records: object[], path: string): Promise<{ id: string }[]> {
  const answer = await server.request('POST', path, { token: admin.token, body: records })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data
}

interface Page {
  readonly data: Item[]
  readonly meta: {
    readonly nextCursor: string | null
    readonly previousCursor?: string | null
    readonly total?: number
  }
}

async function read(query: Record<string, string>, token?: string, path = items): Promise<Page> {
  const answer = await server.request('GET', path, { query, ...(token && { token }) })
  expect(answer.status, answer.text).toBe(200)
  return answer.json
}

const ids = ({ data }: Page): string[] => data.map(({ id }) => id)

describe('pages', () => {
  it.each([
    'id',
    '-id',
    'name',
    'score',
    '-score',
    'group,-score',
    '-group,-score',
    'score,-price,at',
    '-open,price',
    '-at,-open,-price',
    'shop.city',
    '-shop.city,score',
    'shop.boss.createdAt,-name',
    'secret',
    '-secret,score',
  ])('lead forward and back over the whole list by %s, without a gap or a double', async (sort) => {
    for (const [token, fields] of [
      [admin.token, ''],
      [alice.token, ''],
      [admin.token, 'name'],
    ] as const) {
      if (sort.includes('boss') && token !== admin.token) continue
      const base = { sort, ...(fields && { fields: `id,${fields}` }) }
      const whole = await read({ ...base, limit: '1000' }, token)
      expect(whole.data.length).toBe(60)
      const limit = 1 + Math.floor(Math.random() * 25)
      let page = await read({ ...base, limit: String(limit) }, token)
      expect(page.meta).not.toHaveProperty('previousCursor')
      const forward = ids(page)
      while (page.meta.nextCursor !== null) {
        page = await read({ ...base, limit: String(limit), cursor: page.meta.nextCursor }, token)
        forward.push(...ids(page))
      }
      expect(forward, `${sort} by ${limit}`).toEqual(ids(whole))
      let back: string[] = ids(page)
      while (page.meta.previousCursor) {
        page = await read({ ...base, limit: String(limit), cursor: page.meta.previousCursor }, token)
        expect(page.meta.nextCursor).not.toBeNull()
        back = [...ids(page), ...back]
      }
      expect(back, `${sort} back by ${limit}`).toEqual(ids(whole))
    }
  })

  it('may change their length, fields, expanded relations and count on the way', async () => {
    const whole = ids(await read({ sort: 'score', limit: '1000' }))
    const first = await read({ sort: 'score', limit: '10' })
    const cursor = first.meta.nextCursor!
    const second = await read({ sort: 'score', limit: '3', fields: 'id', expand: 'shop', count: 'exact', cursor })
    expect([ids(second), second.meta.total]).toEqual([whole.slice(10, 13), 60])
    const third = await read({ sort: 'score', limit: '10', cursor: second.meta.previousCursor! })
    expect(ids(third)).toEqual(whole.slice(0, 10))
    expect(third.meta.previousCursor).toBeNull()
  })

  it('go on at the right place when records come and go in between', async () => {
    const shop = (await create([{ city: 'Rom' }], '/api/v1/collections/shops/records'))[0]!.id
    const made = (await create(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name, group: 'b', shop })),
      items,
    )) as Item[]
    const query = { filter: JSON.stringify({ shop }), sort: 'name', limit: '2' }
    const names = ({ data }: Page): string => data.map(({ name }) => name).join('')
    const drop = (name: string) => {
      const { id } = made.find((item) => item.name === name)!
      return server.request('DELETE', `${items}/${id}`, { token: admin.token })
    }
    const first = await read(query)
    const second = await read({ ...query, cursor: first.meta.nextCursor! })
    expect([names(first), names(second)]).toEqual(['ab', 'cd'])
    // The records that the cursors stand at are gone.
    await drop('b')
    await drop('d')
    await create([{ name: 'bb', group: 'b', shop }], items)
    const third = await read({ ...query, cursor: second.meta.nextCursor! })
    const again = await read({ ...query, cursor: first.meta.nextCursor! })
    expect([names(third), third.meta.nextCursor, names(again)]).toEqual(['ef', null, 'bbc'])
    expect(names(await read({ ...query, cursor: third.meta.previousCursor! }))).toBe('bbc')
    // Everything behind the cursor is gone: the way back begins at the cursor itself.
    await drop('e')
    await drop('f')
    const end = await read({ ...query, cursor: second.meta.nextCursor! })
    expect([names(end), end.meta.nextCursor]).toEqual(['', null])
    const { id } = made.find(({ name }) => name === 'd')!
    await create([{ id, name: 'd', group: 'b', shop }], items)
    const back = await read({ ...query, cursor: end.meta.previousCursor! })
    expect(names(back)).toBe('cd')
    // And everything before it.
    await drop('a')
    for (const item of (await read({ ...query, limit: '10' })).data)
      await server.request('DELETE', `${items}/${item.id}`, { token: admin.token })
    const start = await read({ ...query, cursor: back.meta.previousCursor! })
    expect([names(start), start.meta.previousCursor]).toEqual(['', null])
    expect(names(await read({ ...query, cursor: start.meta.nextCursor! }))).toBe('')
  })

  it('can be asked for in the body of a query', async () => {
    const query = { filter: { group: { $in: ['a', 'b'] } }, sort: ['-score'], limit: 7 }
    const send = async (more: object): Promise<Page> =>
      (await server.request('POST', '/api/v1/collections/items/query', { body: { ...query, ...more } })).json
    const first = await send({})
    const second = await send({ cursor: first.meta.nextCursor })
    expect(ids(await send({ cursor: second.meta.previousCursor }))).toEqual(ids(first))
    // The same query in a URL is the same list.
    const url = { filter: JSON.stringify(query.filter), sort: '-score', limit: '7', cursor: first.meta.nextCursor! }
    expect(ids(await read(url))).toEqual(ids(second))
  })
})

describe('a cursor', () => {
  const base = { filter: '{"group":"a"}', sort: '-score', limit: '1' }
  const codeWith = async (query: Record<string, string>, token?: string): Promise<string> => {
    const answer = await server.request('GET', items, { query, ...(token && { token }) })
    return answer.status === 200 ? 'ok' : answer.json.code
  }

  it('is good for its caller and its query only', async () => {
    const cursor = (await read(base, alice.token)).meta.nextCursor!
    const open = (await read(base)).meta.nextCursor!
    expect(await codeWith({ ...base, cursor }, alice.token)).toBe('ok')
    expect(await codeWith({ ...base, cursor: open })).toBe('ok')
    expect(await codeWith({ ...base, cursor }, bob.token)).toBe('invalid_cursor')
    expect(await codeWith({ ...base, cursor }, admin.token)).toBe('invalid_cursor')
    expect(await codeWith({ ...base, cursor })).toBe('invalid_cursor')
    expect(await codeWith({ ...base, cursor: open }, alice.token)).toBe('invalid_cursor')
    expect(await codeWith({ ...base, filter: '{"group":"b"}', cursor }, alice.token)).toBe('invalid_cursor')
    expect(await codeWith({ sort: '-score', limit: '1', cursor }, alice.token)).toBe('invalid_cursor')
    expect(await codeWith({ ...base, sort: 'score', cursor }, alice.token)).toBe('invalid_cursor')
    expect(await codeWith({ ...base, cursor: '' }, alice.token)).toBe('invalid_cursor')
    expect(await codeWith({ ...base, cursor: `${cursor}AAAA` }, alice.token)).toBe('invalid_cursor')
  })

  it('stands once, and not beside an offset', async () => {
    const { nextCursor } = (await read(base)).meta
    const send = async (search: string) => (await server.request('GET', `${items}?${search}`)).json.code
    expect(await send(`cursor=${nextCursor}&cursor=${nextCursor}`)).toBe('invalid_query')
    expect(await send(`cursor=${nextCursor}&%63ursor=${nextCursor}`)).toBe('invalid_query')
    expect(await send(`cursor=${nextCursor}&offset=0`)).toBe('invalid_query')
    expect(await send('%63ursor=x')).toBe('invalid_cursor')
  })

  it('holds no value in the clear, least of all one its caller may not read', async () => {
    const { meta } = await read({ sort: 'shop.city,name', limit: '1' })
    expect(Buffer.from(meta.nextCursor!, 'base64url').toString('latin1')).not.toMatch(/Bern|item/)
    // A page sorted by a field that is closed in most rows shows it in the others only.
    const rows = (await read({ sort: '-secret', limit: '1000', fields: 'id,group,secret' }, alice.token)).data
    for (const row of rows as unknown as { group: string }[])
      expect(Object.hasOwn(row, 'secret'), row.group).toBe(row.group === 'a')
  })
})
