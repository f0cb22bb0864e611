import { request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona

const records = '/api/v1/collections/items/records'
const imports = '/api/v1/collections/items/import'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'items',
      fields: [
        { name: 'sku', type: 'text', unique: true },
        { name: 'title', type: 'text', required: true, maxLength: 2000 },
        { name: 'count', type: 'integer', min: 0 },
        { name: 'slug', type: 'slug', from: 'title' },
        { name: 'owner', type: 'relation', collection: 'users' },
      ],
      rules: [
        { role: 'user', action: ['read', 'update'], conditions: { owner: '$user.id' } },
        { role: 'user', action: 'create', preset: { owner: '$user.id' }, conditions: { title: { $ne: 'spam' } } },
      ],
    },
    {
      name: 'parts',
      fields: [
        { name: 'name', type: 'text', required: true },
        { name: 'item', type: 'relation', collection: 'items', required: true, onDelete: 'cascade', inverse: 'parts' },
      ],
      rules: [{ role: 'user', action: ['create', 'read'] }],
    },
    {
      name: 'cells',
      fields: [
        { name: 'text', type: 'text' },
        { name: 'code', type: 'text', unique: true },
        { name: 'amount', type: 'integer' },
        { name: 'price', type: 'decimal', precision: 10, scale: 2 },
        { name: 'share', type: 'number' },
        { name: 'yes', type: 'boolean' },
        { name: 'day', type: 'date' },
        { name: 'labels', type: 'tags' },
        { name: 'at', type: 'geopoint' },
        { name: 'extra', type: 'json' },
        { name: 'list', type: 'relation', collection: 'items', many: true },
      ],
      rules: [{ role: 'user', action: ['create', 'read', 'update'] }],
    },
    { name: 'box', fields: [{ name: 'text', type: 'text' }], rules: [{ role: 'public', action: 'create' }] },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
})

afterAll(() => server?.stop())

interface Options {
  readonly who?: Persona | undefined
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly path?: string
}

async function send(body: string | Uint8Array, { query, headers, path = imports, ...rest }: Options = {}) {
  const who = 'who' in rest ? rest.who : alice
  const response = await fetch(`${server.url}${path}?${new URLSearchParams(query)}`, {
    method: 'POST',
    body: body as BodyInit,
    headers: {
      'content-type': 'application/x-ndjson',
      ...(who && { authorization: `Bearer ${who.token}` }),
      ...headers,
    },
  })
  const text = await response.text()
  const streamed = response.headers.get('content-type') === 'application/x-ndjson'
  // biome-ignore lint/suspicious/noExplicitAny: lines of every shape
  const lines: any[] = streamed
    ? text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : []
  return { status: response.status, text, lines, done: lines.at(-1) }
}

const ndjson = (items: readonly unknown[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('')

async function total(filter: object): Promise<number> {
  const query = { filter: JSON.stringify(filter), count: 'exact', limit: '1' }
  return (await server.request('GET', records, { token: admin.token, query })).json.meta.total
}

describe('an import', () => {
  it('tells of each line in order, and sums up at the end', async () => {
    const { status, lines, done } = await send(
      ndjson([{ title: 'one' }, { title: 'two', count: 2 }, { title: 'three' }]),
    )
    expect(status).toBe(200)
    expect(done).toEqual({ done: true, created: 3, updated: 0, failed: 0 })
    expect(lines.slice(0, 3)).toMatchObject([1, 2, 3].map((line) => ({ line, status: 'created' })))
    const stored = await server.request('GET', `${records}/${lines[1].id}`, { token: alice.token })
    expect(stored.json.data).toMatchObject({ title: 'two', count: 2, owner: alice.id, slug: 'two' })
  })

  it('takes lines as they come: CRLF, a byte order mark, blank ones, no end of the last', async () => {
    const text = '\uFEFF{"title":"bom"}\r\n\r\n  \n{"title":"crlf"}\r\n{"title":"last"}'
    const { lines } = await send(text)
    expect(lines.map(({ line, status }) => [line, status])).toEqual([
      [1, 'created'],
      [4, 'created'],
      [5, 'created'],
      [undefined, undefined],
    ])
    expect((await send('')).lines).toEqual([{ done: true, created: 0, updated: 0, failed: 0 }])
  })

  it('tells what is wrong with a line and writes the others', async () => {
    const bad: [string | Buffer, string, string?][] = [
      ['{', 'malformed_json'],
      ['[{"title":"x"}]', 'invalid_body', ''],
      ['7', 'invalid_body'],
      ['{"title":"x","count":1e400}', 'validation_failed', 'count'],
      ['{"title":"x","count":9007199254740993}', 'validation_failed', 'count'],
      ['{"title":"x","count":-1}', 'validation_failed', 'count'],
      ['{"count":1}', 'validation_failed', 'title'],
      ['{"title":"x","nope":1}', 'unknown_field', 'nope'],
      ['{"title":"x","owner":null}', 'field_not_writable', 'owner'],
      ['{"title":"spam"}', 'forbidden'],
      ['{"title":"x","__proto__":{"a":1}}', 'forbidden_key', '__proto__'],
      [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'malformed_json'],
      [`{"title":"${'x'.repeat(1024 * 1024)}"}`, 'body_too_large'],
      ['{"title":"\\u0000"}', 'validation_failed', 'title'],
      ['{"title":"x","id":"nope"}', 'validation_failed', 'id'],
    ]
    const pieces = bad.flatMap(([line], n) => [Buffer.from(line), Buffer.from(`\n{"title":"good ${n}"}\n`)])
    const { lines, done } = await send(Buffer.concat(pieces))
    expect(done).toEqual({ done: true, created: bad.length, updated: 0, failed: bad.length })
    const failed = lines.filter(({ status }) => status === 'failed')
    expect(failed.map(({ line, code, errors }) => [line, code, errors?.[0].path])).toEqual(
      bad.map(([, code, path], n) => [2 * n + 1, code, path]),
    )
    expect(await total({ title: { $startsWith: 'good ' } })).toBe(bad.length)
  })

  it('finds the one line of a batch that the database refuses', async () => {
    const items = Array.from({ length: 2500 }, (_, n) => ({ title: 'batch', sku: `b${n}` }))
    items[7]!.sku = 'b6'
    items[1999]!.sku = 'b3'
    const { lines, done } = await send(ndjson(items))
    expect(done).toEqual({ done: true, created: 2498, updated: 0, failed: 2 })
    expect(lines.length).toBe(2501)
    const failed = lines.filter(({ status }) => status === 'failed')
    expect(failed.map(({ line, code, errors }) => [line, code, errors[0].path])).toEqual([
      [8, 'unique_violation', 'sku'],
      [2000, 'unique_violation', 'sku'],
    ])
    expect(lines.slice(0, 2500).map(({ line }) => line)).toEqual(items.map((_, n) => n + 1))
  })

  it('tells only what failed to who wants little', async () => {
    const body = ndjson([{ title: 'a' }, { nope: 1 }, { title: 'b' }])
    const { lines } = await send(body, { headers: { prefer: 'return=minimal' } })
    expect(lines).toMatchObject([
      { line: 2, code: 'unknown_field' },
      { done: true, created: 2, failed: 1 },
    ])
  })

  it('updates by a unique key, also within its own lines', async () => {
    await send(ndjson([{ title: 'old', sku: 'up' }]))
    await send(ndjson([{ title: 'bob', sku: 'bobs' }]), { who: bob })
    const lines = [
      { sku: 'up', count: 1 },
      { sku: 'new', title: 'new' },
      { sku: 'new', count: 5 },
      { sku: 'bobs', title: 'stolen' },
      { title: 'no key' },
      { sku: 'up', count: 2 },
    ]
    const answer = await send(ndjson(lines), { query: { by: 'sku' } })
    expect(answer.done).toEqual({ done: true, created: 1, updated: 3, failed: 2 })
    expect(answer.lines.map(({ status, code }) => code ?? status)).toEqual([
      'updated',
      'created',
      'updated',
      'unique_violation',
      'validation_failed',
      'updated',
      undefined,
    ])
    expect(await total({ sku: 'up', count: 2, title: 'old' })).toBe(1)
    expect(await total({ sku: 'new', count: 5 })).toBe(1)
    expect(await total({ title: 'stolen' })).toBe(0)
  })

  it('takes children with their parents', async () => {
    const { lines } = await send(
      ndjson([
        { title: 'nest', parts: [{ name: 'p' }, { name: 'q' }] },
        { title: 'n', parts: [{}] },
      ]),
    )
    expect(lines).toMatchObject([
      { line: 1, status: 'created' },
      { line: 2, status: 'failed', errors: [{ path: 'parts.0.name' }] },
      { created: 1, failed: 1 },
    ])
  })

  it('tells no id to who may read nothing', async () => {
    const path = '/api/v1/collections/box/import'
    const { lines } = await send(ndjson([{ text: 'x' }]), { who: undefined, path })
    expect(lines).toEqual([
      { line: 1, status: 'created', id: null },
      { done: true, created: 1, updated: 0, failed: 0 },
    ])
  })
})

describe('an import of CSV', () => {
  const csv = (text: string | Buffer, more: Options = {}) =>
    send(text, {
      path: '/api/v1/collections/cells/import',
      ...more,
      headers: { 'content-type': 'text/csv', ...more.headers },
    })

  const stored = async (id: string) =>
    (await server.request('GET', `/api/v1/collections/cells/records/${id}`, { token: admin.token })).json.data

  it('reads each cell as its field takes it', async () => {
    const header = 'text,amount,price,share,yes,day,labels,at,extra,list'
    const rows = [
      '"a, ""b""\r\nc",-7,12.50,2.5e-1,true,2024-02-29,red;blue,"{""lat"":1,""lon"":2}","{""a"":[1]}",""',
      'plain,,,,,,"[""x;y""]",,7,',
      '"",0,0,0,false,,,,null,',
    ]
    const { lines, done } = await csv(`\uFEFF${header}\r\n${rows.join('\r\n')}`)
    expect(done, JSON.stringify(lines)).toEqual({ done: true, created: 3, updated: 0, failed: 0 })
    expect(lines.map(({ line }) => line)).toEqual([2, 4, 5, undefined])
    const [first, second, third] = await Promise.all(lines.slice(0, 3).map(({ id }) => stored(id)))
    expect(first).toMatchObject({
      text: 'a, "b"\r\nc',
      amount: -7,
      price: '12.50',
      share: 0.25,
      yes: true,
      day: '2024-02-29',
      labels: ['red', 'blue'],
      at: { lat: 1, lon: 2 },
      extra: { a: [1] },
    })
    expect(second).toMatchObject({ text: 'plain', amount: null, yes: null, labels: ['x;y'], extra: 7 })
    expect(third).toMatchObject({ text: '', amount: 0, yes: false, extra: null })
  })

  it('takes semicolons, and updates by a key', async () => {
    await csv('text;code\none;c1\n')
    const { lines, done } = await csv('code;text\nc1;"two; three"\nc2;new\n', { query: { by: 'code' } })
    expect(done).toEqual({ done: true, created: 1, updated: 1, failed: 0 })
    expect(await stored(lines[0].id)).toMatchObject({ code: 'c1', text: 'two; three' })
  })

  it('tells of each row what is wrong with it', async () => {
    const rows = ['x,many', 'x', 'x,9007199254740993', '"x"y,1', 'x,1,2', 'ok,1']
    const { lines, done } = await csv(`text,amount\n${rows.join('\n')}\n"no end,1\n`)
    expect(lines.slice(0, -1).map(({ line, code, status }) => [line, code ?? status])).toEqual([
      [2, 'validation_failed'],
      [3, 'invalid_body'],
      [4, 'validation_failed'],
      [5, 'invalid_body'],
      [6, 'invalid_body'],
      [7, 'created'],
      [8, 'invalid_body'],
    ])
    expect(done).toEqual({ done: true, created: 1, updated: 0, failed: 6 })
    const bytes = Buffer.concat([Buffer.from('text\n'), Buffer.from([0xff]), Buffer.from('\na\u0000b\n')])
    expect((await csv(bytes)).done).toMatchObject({ created: 0, failed: 2 })
    expect((await csv('__proto__,constructor\n1,2\n')).lines[0]).toMatchObject({ line: 2, code: 'unknown_field' })
  })

  it('cannot go on without names of columns', async () => {
    for (const header of ['text,text', 'text,,amount', '"text'])
      expect((await csv(`${header}\nx,y\n`)).lines).toMatchObject([{ line: 1, status: 'failed', code: 'invalid_body' }])
    expect((await csv('')).lines).toEqual([{ done: true, created: 0, updated: 0, failed: 0 }])
  })
})

describe('an import that is all or nothing', () => {
  const query = { onError: 'abort' }

  it('writes all lines', async () => {
    const items = Array.from({ length: 1500 }, (_, n) => ({ title: 'atomic', count: n }))
    const { done } = await send(ndjson(items), { query })
    expect(done).toEqual({ done: true, created: 1500, updated: 0, failed: 0 })
    expect(await total({ title: 'atomic' })).toBe(1500)
  })

  it.each([
    ['the database refuses', { title: 'x', sku: 'twice' }, 'unique_violation'],
    ['a rule refuses', { title: 'spam' }, 'forbidden'],
    ['is not valid', { title: 7 }, 'validation_failed'],
  ])('ends at the first line that %s, and nothing stays', async (_what, wrong, code) => {
    await send(ndjson([{ title: 'first', sku: 'twice' }]))
    const title = `undone ${code}`
    const items: object[] = Array.from({ length: 1300 }, () => ({ title }))
    items[1100] = wrong
    items[1200] = { title: 'spam' }
    const { lines, done } = await send(ndjson(items), { query })
    expect(done).toEqual({ done: true, created: 0, updated: 0, failed: 1 })
    expect(lines.at(-2)).toMatchObject({ line: 1101, status: 'failed', code })
    expect(await total({ title })).toBe(0)
  })

  it('ends at a line that is no JSON, after those before it', async () => {
    const { lines, done } = await send(`${ndjson([{ title: 'before' }, { title: 'spam' }])}{\n`, { query })
    expect([lines.at(-2), done.failed]).toMatchObject([{ line: 2, code: 'forbidden' }, 1])
    const second = await send(`${ndjson([{ title: 'before' }])}{\n`, { query })
    expect(second.lines.at(-2)).toMatchObject({ line: 2, code: 'malformed_json' })
    expect(await total({ title: 'before' })).toBe(0)
  })
})

describe('what no line can change is refused at once', () => {
  it.each([
    ['an unknown collection', { path: '/api/v1/collections/nope/import' }, 404],
    ['who may not write', { who: undefined }, 401],
    ['an unknown parameter', { query: { mode: 'fast' } }, 400],
    ['a parameter twice', { path: `${imports}?by=sku&by=id` }, 400],
    ['a key that is none', { query: { by: 'title' } }, 400],
    ['a way that is none', { query: { onError: 'ignore' } }, 400],
    ['another type', { headers: { 'content-type': 'application/json' } }, 415],
    ['no type', { headers: { 'content-type': '' } }, 415],
    ['a compressed body', { headers: { 'content-encoding': 'gzip' } }, 415],
  ] as [string, Options, number][])('%s', async (_what, options, status) => {
    const answer = await send(ndjson([{ title: 'refused' }]), options)
    expect([answer.status, await total({ title: 'refused' })], answer.text).toEqual([status, 0])
  })
})

describe('a stream', () => {
  it('is answered while it is sent, and what was written stays when the client leaves', async () => {
    const url = new URL(`${server.url}${imports}`)
    const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${alice.token}` }
    const outgoing = httpRequest(url, { method: 'POST', headers })
    outgoing.on('error', () => {})
    const seen = new Promise<string>((resolve) => {
      outgoing.on('response', (response) => {
        let text = ''
        response.on('error', () => {})
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
          if (text.split('\n').length > 1000) resolve(text)
        })
      })
    })
    outgoing.write(ndjson(Array.from({ length: 2100 }, () => ({ title: 'left' }))))
    expect((await seen).startsWith('{"line":1,"status":"created"')).toBe(true)
    outgoing.destroy()
    // The batch that was not full is never written.
    await sleep(300)
    expect(await total({ title: 'left' })).toBe(2000)
  })

  it('of many megabytes does not fill the memory', async () => {
    const line = `${JSON.stringify({ title: 'y'.repeat(2000) })}\n`
    const piece = Buffer.from(line.repeat(100))
    async function* body() {
      for (let n = 0; n < 250; n++) yield piece
    }
    const before = process.memoryUsage().rss
    let highest = before
    const timer = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss)
    }, 20)
    const response = await fetch(`${server.url}${imports}`, {
      method: 'POST',
      body: Readable.toWeb(Readable.from(body())) as ReadableStream,
      duplex: 'half',
      headers: {
        'content-type': 'application/x-ndjson',
        authorization: `Bearer ${alice.token}`,
        prefer: 'return=minimal',
      },
    } as RequestInit)
    const text = await response.text()
    clearInterval(timer)
    expect(JSON.parse(text)).toEqual({ done: true, created: 25_000, updated: 0, failed: 0 })
    expect((highest - before) / 1024 / 1024).toBeLessThan(300)
  })
})
