import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { fillWith } from '../../support/many-records.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona

const exports = (name: string) => `/api/v1/collections/${name}/export`

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'things',
      fields: [
        { name: 'title', type: 'text' },
        { name: 'count', type: 'integer' },
        { name: 'price', type: 'decimal', precision: 20, scale: 2 },
        { name: 'done', type: 'boolean' },
        { name: 'extra', type: 'json' },
        { name: 'labels', type: 'tags' },
        { name: 'at', type: 'geopoint' },
        { name: 'owner', type: 'relation', collection: 'users' },
        { name: 'note', type: 'text' },
        { name: 'secret', type: 'text', hidden: true },
      ],
      rules: [
        { role: 'user', action: 'read', fields: ['title', 'count'] },
        { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
      ],
    },
    { name: 'closed', fields: [{ name: 'text', type: 'text' }], rules: [] },
    {
      name: 'many',
      fields: [
        { name: 'number', type: 'integer', unique: true },
        { name: 'text', type: 'text' },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  const body = [
    { title: 'Plain', count: 1, price: '12345678901234567.89', done: true, labels: ['a', 'b;c'], owner: alice.id },
    { title: 'a "quoted", cell\nwith a line', count: -2, extra: { a: [1, null] }, note: 'of nobody' },
    { title: '', at: { lat: 45.5, lon: 13 }, extra: 'text', secret: 'hush' },
  ]
  const { status, text } = await ask('POST', '/api/v1/collections/things/records', { token: admin.token, body })
  expect(status, text).toBe(201)
  await fillWith(server, 'many', 30_000, { number: 'i', text: `'record ' || i` })
})

afterAll(() => server?.stop())

const ask: TestServer['request'] = (...rest) => server.request(...rest)
const get = (query: Record<string, string>, who: Persona | undefined = admin, name = 'things') =>
  ask('GET', exports(name), { query, ...(who && { token: who.token }) })

describe('an export', () => {
  it('as CSV has a row of names, empty cells for null, quotes for the empty text, and JSON for what is not one value', async () => {
    const { status, headers, text } = await get({
      format: 'csv',
      fields: 'title,count,price,done,extra,labels,at',
      sort: '-count',
      filter: JSON.stringify({ count: { $null: false } }),
    })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toBe('attachment; filename="things.csv"')
    expect(text).toBe(
      'title,count,price,done,extra,labels,at\r\n' +
        'Plain,1,12345678901234567.89,true,,"[""a"",""b;c""]",\r\n' +
        '"a ""quoted"", cell\nwith a line",-2,,,"{""a"":[1,null]}",,\r\n',
    )
    const empty = await get({ format: 'csv', fields: 'title,extra,at', filter: '{"title":""}' })
    expect(empty.text).toBe('title,extra,at\r\n"","""text""","{""lat"":45.5,""lon"":13}"\r\n')
  })

  it('as JSON and as NDJSON has the records as a list shows them', async () => {
    const query = { sort: 'count', expand: 'owner' }
    const listed = await ask('GET', '/api/v1/collections/things/records', { token: admin.token, query })
    const json = await get({ format: 'json', ...query })
    expect(json.json).toEqual(listed.json.data)
    const lines = (await get({ format: 'ndjson', ...query })).text.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(listed.json.data)
    expect((await get({ format: 'json', filter: '{"count":99}' })).json).toEqual([])
    expect((await get({ format: 'ndjson', filter: '{"count":99}' })).text).toBe('')
  })

  it('takes the query in a body where it is long', async () => {
    const ids = Array.from(
      { length: 900 },
      (_, at) => `01890000-0000-7000-8000-${(at + 1).toString(16).padStart(12, '0')}`,
    )
    const body = { format: 'ndjson', filter: { id: { $in: ids } }, fields: ['number'], sort: ['-number'] }
    const { text } = await ask('POST', exports('many'), { body })
    const lines = text.trimEnd().split('\n')
    expect(lines).toHaveLength(900)
    expect(JSON.parse(lines[0]!)).toEqual({ number: 900 })
  })

  it('holds the rows and fields that the caller may read, and no others', async () => {
    const { text } = await get({ format: 'ndjson', sort: 'count' }, alice)
    const records = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(records.map((record) => [record.title, record.price ?? null])).toEqual([
      ['a "quoted", cell\nwith a line', null],
      ['Plain', '12345678901234567.89'],
      ['', null],
    ])
    expect(text).not.toContain('of nobody')
    const csv = await get({ format: 'csv', fields: 'title,note,price', sort: 'count' }, alice)
    expect(csv.text).not.toContain('of nobody')
    expect(csv.text).not.toContain('secret')
  })

  it('is told of by HEAD without a record being read', async () => {
    const head = (name: string, query: Record<string, string>, who?: Persona) =>
      ask('HEAD', exports(name), { query, ...(who && { token: who.token }) })
    // Whoever reads waits for the end of this.
    await server.database.transaction(async (locked) => {
      await locked.run({ text: 'lock table public.many in access exclusive mode', values: [] })
      const { status, headers, text } = await head('many', { format: 'ndjson' }, admin)
      expect([status, text]).toEqual([200, ''])
      expect(headers.get('content-type')).toBe('application/x-ndjson')
      expect(headers.get('content-disposition')).toBe('attachment; filename="many.ndjson"')
    })
    expect((await head('many', { format: 'xlsx' }, admin)).status).toBe(400)
    expect((await head('closed', { format: 'csv' }, alice)).status).toBe(403)
    expect((await head('many', { format: 'csv' })).status).toBe(200)
  })

  it('is refused where there is nothing to read, and for a query that is wrong', async () => {
    expect((await get({ format: 'csv' }, alice, 'closed')).json.code).toBe('forbidden')
    expect((await ask('GET', exports('things'), { query: { format: 'csv' } })).status).toBe(401)
    expect((await get({ format: 'csv' }, admin, 'nothing')).json.code).toBe('collection_not_found')
    for (const [query, path] of [
      [{}, 'format'],
      [{ format: 'xlsx' }, 'format'],
      [{ format: 'csv', formulas: 'maybe' }, 'formulas'],
      [{ format: 'csv', expand: 'owner' }, 'expand'],
      [{ format: 'csv', limit: '5' }, 'limit'],
      [{ format: 'csv', fields: 'nothing' }, 'fields'],
      [{ format: 'csv', filter: '{"nothing":1}' }, 'filter.nothing'],
    ] as const) {
      const { status, json } = await get(query)
      expect([status, json.errors?.[0]?.path]).toEqual([400, path])
    }
    const { json } = await ask('POST', exports('things'), { token: admin.token, body: { format: 'csv', limit: 5 } })
    expect(json.errors[0].path).toBe('limit')
  })

  it('gives every record of many, once, as they were when it began', async () => {
    const numbers: number[] = []
    const response = await fetch(`${server.url}${exports('many')}?format=ndjson&fields=number&sort=number`)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    const first = await reader.read()
    await server.database.run({ text: `update public.many set number = -number where number > 29000`, values: [] })
    let text = first.value ?? ''
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
    for (const line of text.trimEnd().split('\n')) numbers.push(JSON.parse(line).number)
    await server.database.run({ text: `update public.many set number = -number where number < 0`, values: [] })
    expect(numbers).toEqual(Array.from({ length: 30_000 }, (_, at) => at + 1))
  })

  it('ends with its client, and lets the connection go', async () => {
    const opened = await new Promise<{ close(): void }>((resolve, reject) => {
      const request = httpRequest(`${server.url}${exports('many')}?format=json`, (response) => {
        response.once('readable', () => resolve({ close: () => response.destroy() }))
        response.on('error', () => {})
      })
      request.on('error', reject).end()
    })
    opened.close()
    const held = async () =>
      (
        await server.database.run({
          text: `select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
          values: [],
        })
      ).rows[0]![0]
    await expect.poll(held, { timeout: 15_000 }).toBe(0)
    expect((await get({ format: 'csv' }, undefined, 'many')).status).toBe(200)
  })
})

describe('A78 a text that a spreadsheet would calculate', () => {
  it('gets an apostrophe before it, unless formulas are to be kept; numbers and JSON stay as they are', async () => {
    const risky = ['=HYPERLINK("http://evil.example","x")', '+1', '-1', '@SUM(A1)', '\tx', '\rx']
    const body = risky.map((title) => ({ title, count: -5, extra: '=1+1' }))
    await ask('POST', '/api/v1/collections/things/records', { token: admin.token, body })
    const query = { filter: '{"count":-5}', fields: 'title,count,extra', sort: 'id' }
    const cells = async (more: Record<string, string>) =>
      (await get({ format: 'csv', ...query, ...more })).text.split('\r\n').slice(1, -1)
    const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
    const line = (text: string) => `${quoted(text)},-5,"""=1+1"""`
    expect(await cells({})).toEqual(risky.map((text) => line(`'${text}`)))
    expect(await cells({ formulas: 'keep' })).toEqual(risky.map(line))
    expect((await get({ format: 'json', ...query })).json.map(({ title }: { title: string }) => title)).toEqual(risky)
  })
})
