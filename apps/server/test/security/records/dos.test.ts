import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, type TestServer } from '../../support/index.js'
import { fillWith } from '../../support/many-records.js'
import { define, type Persona, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona

const big = '/api/v1/collections/big/records'
const notes = '/api/v1/collections/notes/records'
const notesQuery = '/api/v1/collections/notes/query'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'big',
      fields: [
        { name: 'n', type: 'integer' },
        { name: 'text', type: 'text' },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
    {
      name: 'notes',
      fields: [
        { name: 'text', type: 'text' },
        { name: 'code', type: 'text', pattern: '(a+)+', unique: true },
        { name: 'parent', type: 'relation', collection: 'notes', inverse: 'children' },
        { name: 'labels', type: 'relation', collection: 'notes', many: true },
      ],
      rules: [{ role: 'public', action: ['read', 'create', 'update'] }],
    },
  ]))
  await fillWith(server, 'big', 200_000, { n: 'i % 1000', text: "repeat('a', 50) || i" })
}, 60_000)

afterAll(() => server?.stop())

const httpServer = (): Server => server.app.getHttpServer() as Server
const pool = (): pg.Pool => (server.database as unknown as { pool: pg.Pool }).pool

/** How often requests take a connection to PostgreSQL while `work` sends them. What the server does beside them does not count. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  const request = new AsyncLocalStorage<true>()
  let count = 0
  const enter = () => request.enterWith(true)
  const note = () => {
    if (request.getStore()) count += 1
  }
  httpServer().prependListener('request', enter)
  pool().on('acquire', note)
  await work()
  pool().off('acquire', note)
  httpServer().off('request', enter)
  return count
}

const nested = (depth: number): object => {
  let filter: object = { text: 'x' }
  for (let level = 1; level < depth; level++) filter = { $not: filter }
  return filter
}
const wide = (terms: number): object => ({ $or: Array.from({ length: terms }, (_, n) => ({ text: `x${n}` })) })

describe('counting', () => {
  it('A80 everything, fifty times at once, and an offset beyond all: the rest is served all the while', async () => {
    const query = { filter: '{"text":{"$contains":"zzz"}}', count: 'exact', limit: '1' }
    const heavy = Array.from({ length: 50 }, () => server.request('GET', big, { query }))
    heavy.push(...['1000000000', '999999999999999'].map((offset) => server.request('GET', big, { query: { offset } })))
    for (let turn = 0; turn < 10; turn++) {
      expect((await server.request('GET', '/health/ready')).status).toBe(200)
      expect((await server.request('GET', '/api/v1/admin/roles', { token: admin.token })).status).toBe(200)
    }
    for (const answer of await Promise.all(heavy)) {
      expect([200, 503]).toContain(answer.status)
      if (answer.status === 200) expect(answer.json.data).toEqual([])
      else expect(answer.headers.get('retry-after')).toBe('1')
    }
    expect((await server.request('GET', notes)).status).toBe(200)
  }, 60_000)
})

describe('a condition that is too deep or too wide', () => {
  const expandOf = (filter: object): Record<string, string> => ({
    expand: `children(filter:${JSON.stringify(filter)})`,
  })

  it('A82 is refused wherever a condition can come in, before any statement', async () => {
    for (const filter of [nested(9), wide(201), nested(500)]) {
      const text = JSON.stringify(filter)
      const asks: (() => Promise<{ status: number; json?: { code: string } }>)[] = [
        () => server.request('POST', notesQuery, { body: { filter } }),
        () => server.request('POST', notesQuery, { body: expandOf(filter) }),
        () =>
          server.request('POST', '/api/v1/collections/notes/aggregate', {
            body: { filter, aggregates: { n: { count: '*' } } },
          }),
        ...(text.length < 50_000
          ? [
              () => server.request('GET', notes, { query: { filter: text } }),
              () => server.request('GET', notes, { query: expandOf(filter) }),
            ]
          : []),
      ]
      for (const ask of asks) {
        let answer!: Awaited<ReturnType<typeof ask>>
        expect(await countStatements(async () => (answer = await ask()))).toBe(0)
        expect(answer.status).toBe(400)
        expect(['query_too_complex', 'malformed_json', 'invalid_body']).toContain(answer.json?.code)
      }
    }
    const rule = (conditions: object) =>
      define(server, admin, [
        { name: 'deep', fields: [], rules: [{ role: 'public', action: 'read', conditions: conditions as never }] },
      ])
    await expect(rule(nested(9))).rejects.toThrow('nested 8 deep')
    await expect(rule(wide(201))).rejects.toThrow()
  })
})

describe('a text made for a slow pattern', () => {
  const evil = `${'a'.repeat(50_000)}!`

  it('A84 takes no longer than another in a validated field', async () => {
    const { status, json } = await server.request('POST', notes, { body: { code: evil } })
    expect([status, json.code, json.errors[0].path]).toEqual([422, 'validation_failed', 'code'])
  })

  it('A84 is matched by PostgreSQL alone, which gives up in time', async () => {
    const filter = { text: { $like: `${'%a'.repeat(2000)}%b` } }
    const { status } = await server.request('POST', '/api/v1/collections/big/query', { body: { filter, limit: 1 } })
    expect([200, 400, 503]).toContain(status)
    expect((await server.request('GET', '/health/live')).status).toBe(200)
  }, 30_000)

  it.each([
    'user-agent',
    'accept',
    'accept-language',
    'x-client-version',
    'prefer',
    'if-match',
    'if-none-match',
    'cookie',
    'content-type',
    'range',
  ])('A84 does no harm in the header %s', async (name) => {
    for (const value of [`${'a'.repeat(30_000)}!`, `${' \t,;='.repeat(6000)}x`, `${'return=minimal,'.repeat(2000)}`]) {
      const { status } = await server.request('PATCH', `${notes}/01890000-0000-7000-8000-000000000001`, {
        body: '{}',
        headers: { 'content-type': 'application/json', [name]: value },
      })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }
  })
})

describe('many things in one request', () => {
  it('A85 are bounded, each kind', async () => {
    const operations = (count: number) =>
      Array.from({ length: count }, () => ({ action: 'create', collection: 'notes', data: {} }))
    const refused = async (path: string, body: object): Promise<string> => {
      const { status, json } = await server.request('POST', path, { body })
      expect(status, path).toBe(400)
      return json.code
    }
    await refused('/api/v1/batch', { operations: operations(10_000) })
    await refused(
      notes,
      Array.from({ length: 10_001 }, () => ({})),
    )
    const aggregates = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`n${n}`, { count: '*' }]))
    await refused('/api/v1/collections/notes/aggregate', { aggregates })
    const twice = Array.from({ length: 10_000 }, () => 'children').join(',')
    expect(await refused(notesQuery, { expand: twice })).toBe('query_too_complex')
    expect(await refused(notesQuery, { expand: 'children,children' })).toBe('invalid_query')
    const spread = (depth: number): string =>
      depth === 0 ? 'children,labels' : `children(expand(${spread(depth - 1)})),labels(expand(${spread(depth - 1)}))`
    expect(await refused(notesQuery, { expand: spread(5) })).toBe('query_too_complex')
    expect(await refused(notesQuery, { limit: 1000, expand: 'labels(limit:1000)' })).toBe('query_too_complex')
    // A field named ten thousand times is one field.
    const fields = Array.from({ length: 10_000 }, () => 'id')
    expect((await server.request('POST', notesQuery, { body: { fields } })).status).toBe(200)
  })
})

describe('routes that anyone may call', () => {
  it('A86 ask PostgreSQL nothing', async () => {
    // It counts what does ask.
    expect(await countStatements(() => server.request('GET', notes))).toBeGreaterThan(0)
    for (const path of ['/health/live', '/health/ready', '/.well-known/jwks.json', '/api/v1/openapi.json']) {
      await server.request('GET', path)
      const statements = await countStatements(() =>
        Promise.all(Array.from({ length: 100 }, () => server.request('GET', path))),
      )
      expect([path, statements]).toEqual([path, 0])
    }
  })
})

describe('a body that is not what it should be', () => {
  const boundary = 'x'
  const part = (name: string): string => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n1\r\n`

  it.each([
    ['without a boundary', 'multipart/form-data', part('a')],
    ['with an empty name', `multipart/form-data; boundary=${boundary}`, part('')],
    ['with ten thousand parts', `multipart/form-data; boundary=${boundary}`, part('a').repeat(10_000)],
    ['with a name nested deeply', `multipart/form-data; boundary=${boundary}`, part(`a${'[b]'.repeat(10_000)}`)],
    ['as a form', 'application/x-www-form-urlencoded', `a${'[b]'.repeat(10_000)}=1`],
  ])('A88 is refused by its type: %s', async (_name, type, body) => {
    for (const path of [notes, notesQuery, '/api/v1/auth/login', '/api/v1/batch']) {
      const answer = await server.request('POST', path, { body, headers: { 'content-type': type } })
      expect([path, answer.status, answer.json.code]).toEqual([path, 415, 'unsupported_media_type'])
    }
  })

  it('A88 leaves nothing behind when it is broken off or stalls', async () => {
    const { port } = new URL(server.url)
    const before = await countConnections()
    const body = JSON.stringify({ text: 'x'.repeat(1000) })
    const head = `POST ${notes} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        const socket = connect(Number(port), '127.0.0.1')
        await once(socket, 'connect')
        socket.end(head + body.slice(0, -10)).destroySoon()
        await once(socket, 'close')
      }),
    )
    await expect.poll(countConnections, { timeout: 10_000 }).toBeLessThanOrEqual(before + 5)
    expect((await server.request('GET', notes, { query: { count: 'exact' } })).json.meta.total).toBe(0)
  }, 30_000)
})

const countConnections = (): Promise<number> =>
  new Promise((resolve, reject) =>
    httpServer().getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )

describe('connections', () => {
  it('A92 are closed when nothing comes, or comes too slowly', async () => {
    const { headersTimeout, requestTimeout, timeout, maxConnections } = httpServer()
    expect(headersTimeout).toBeLessThanOrEqual(15_000)
    expect(requestTimeout).toBeLessThanOrEqual(60_000)
    expect(timeout).toBeLessThanOrEqual(120_000)
    expect(maxConnections).toBeLessThanOrEqual(20_000)
    // A head that does not end is not waited for by others.
    const { port } = new URL(server.url)
    const slow = Array.from({ length: 50 }, () => connect(Number(port), '127.0.0.1', function (this: never) {}))
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\nx: ')
    expect((await server.request('GET', notes)).status).toBe(200)
    for (const socket of slow) socket.destroy()
  })

  it('A94 are given back when answers are not taken: two hundred large ones, and as many heads', async () => {
    const before = await countConnections()
    const { port } = new URL(server.url)
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(`GET ${big}?limit=1000 HTTP/1.1\r\nhost: x\r\n\r\n`),
        )
        socket.once('data', () => socket.destroy())
        await once(socket, 'close')
      }),
    )
    await Promise.all(Array.from({ length: 100 }, () => fetch(server.url + big, { method: 'HEAD' })))
    await expect.poll(countConnections, { timeout: 10_000 }).toBeLessThanOrEqual(before + 105)
    await expect.poll(() => pool().totalCount - pool().idleCount, { timeout: 10_000 }).toBe(0)
    expect((await server.request('GET', notes)).status).toBe(200)
  }, 60_000)

  it('A93 ranges nobody can give are not given', async () => {
    for (const range of ['bytes=5-1', `bytes=${'0-1,'.repeat(5000)}0-1`, 'bytes=99999999999999999999-']) {
      const answer = await sendRaw(
        server.url,
        `GET ${notes} HTTP/1.1\r\nhost: x\r\nrange: ${range}\r\nconnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1.1 (200|416)/)
    }
  })
})

describe('a look-up by a name from outside', () => {
  it('A96 is refused before any statement when the name is unknown', async () => {
    const statements = await countStatements(async () => {
      for (const path of [
        '/api/v1/collections/nothing/records',
        `${notes}?filter={"nothing":1}`,
        `${notes}?sort=nothing`,
        `${notes}?expand=nothing`,
        `${notes}/nothing`,
      ])
        expect((await server.request('GET', path)).status).toBeGreaterThanOrEqual(400)
    })
    expect(statements).toBe(0)
  })

  it('A96 finds an index: behind every reference and every unique field', async () => {
    const { rows } = await server.database.run({
      text: `select c.conrelid::regclass::text || '.' || a.attname
             from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
             where c.contype in ('f', 'u') and c.connamespace in ('public'::regnamespace, 'holdfast'::regnamespace)
               and not exists (select 1 from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`,
      values: [],
    })
    expect(rows).toEqual([])
    const unique = await server.database.run({
      text: `select indexdef from pg_indexes where tablename = 'notes' and indexdef ilike '%unique%' and indexdef like '%code%'`,
      values: [],
    })
    expect(unique.rows).toHaveLength(1)
  })
})
