import type { MetricsPoint } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let user: Persona

beforeAll(async () => {
  const rules = [{ role: 'public' as const, action: 'read' as const }]
  ;({ server, admin } = await startServerWith([{ name: 'notes', fields: [{ name: 'text', type: 'text' }], rules }]))
  user = await signUp(server, 'user@example.com')
})
afterAll(() => server?.stop())

const ask = (path: string, query: Record<string, string> = {}, token = admin.token) =>
  server.request('GET', `/api/v1/admin/observe/${path}`, { token, query })

const change = (section: string, body: object) =>
  server.request('PATCH', `/api/v1/admin/settings/${section}`, { token: admin.token, body })

describe('the log of requests', () => {
  it('says who asked what, from where, and what came of it', async () => {
    const headers = { 'user-agent': 'a test', 'x-request-id': 'asked-by-a-test' }
    await server.request('GET', '/api/v1/collections/notes/records', {
      token: user.token,
      headers,
      query: { limit: '3', filter: '{"text":"my diary"}' },
    })
    const { json } = await ask('requests', { requestId: 'asked-by-a-test' })
    expect(json.data).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        at: expect.stringMatching(/Z$/),
        method: 'GET',
        route: '/api/v1/collections/{collection}/records',
        path: '/api/v1/collections/notes/records',
        query: 'limit=3&filter=…',
        status: 200,
        ms: expect.any(Number),
        bytes: expect.any(Number),
        address: expect.stringMatching(/127\.0\.0\.1$/),
        principal: 'user',
        principalId: user.id,
        impersonatorId: null,
        userAgent: 'a test',
        requestId: 'asked-by-a-test',
        errorCode: null,
      },
    ])
  })

  it('is narrowed by what one looks for, page by page', async () => {
    for (let at = 0; at < 3; at += 1) await server.request('GET', `/api/v1/nothing/${at}`, { token: user.token })
    const query = { path: '/nothing/', status: '404', errorCode: 'not_found', result: '4' }
    const first = await ask('requests', { ...query, limit: '2' })
    expect(first.json.data.map(({ path }: { path: string }) => path)).toEqual([
      '/api/v1/nothing/2',
      '/api/v1/nothing/1',
    ])
    expect(first.json.data[0].route).toBeNull()
    const second = await ask('requests', { ...query, limit: '2', cursor: first.json.meta.nextCursor })
    expect(second.json.data.map(({ path }: { path: string }) => path)).toEqual(['/api/v1/nothing/0'])
    expect(second.json.meta.nextCursor).toBeNull()
    const newer = await ask('requests', { ...query, after: second.json.data[0].id })
    expect(newer.json.data).toHaveLength(2)
    expect((await ask('requests', { ...query, minMs: '600000' })).json.data).toEqual([])
  })

  it.each([
    [{ status: 'x' }, 'status'],
    [{ principalId: "' or true --" }, 'principalId'],
    [{ from: 'yesterday' }, 'from'],
    [{ limit: '501' }, 'limit'],
    [{ cursor: 'x' }, 'cursor'],
    [{ nothing: '1' }, 'nothing'],
  ])('refuses %j', async (query, path) => {
    const { status, json } = await ask('requests', query)
    expect([status, json.errors[0].path]).toEqual([400, path])
  })

  it('keeps what its settings say', async () => {
    await change('observe.requests', { keep: 'errors' })
    await server.request('GET', '/api/v1/collections/notes/records', { headers: { 'x-request-id': 'went-well-1' } })
    await server.request('GET', '/api/v1/nowhere', { headers: { 'x-request-id': 'went-badly-1' } })
    expect((await ask('requests', { requestId: 'went-well-1' })).json.data).toEqual([])
    expect((await ask('requests', { requestId: 'went-badly-1' })).json.data).toHaveLength(1)
    await change('observe.requests', { keep: 'off' })
    await server.request('GET', '/api/v1/nowhere', { headers: { 'x-request-id': 'went-badly-2' } })
    expect((await ask('requests', { requestId: 'went-badly-2' })).json.data).toEqual([])
    await change('observe.requests', { keep: null })
  })

  it('counts what it leaves out beyond its limit', async () => {
    await change('observe.requests', { maxPerSecond: 1 })
    await Promise.all(Array.from({ length: 40 }, () => server.request('GET', '/api/v1/collections/notes/records')))
    await change('observe.requests', { maxPerSecond: null })
    const { json } = await ask('metrics')
    const left = json.data.points.reduce((sum: number, { notLogged }: { notLogged: number }) => sum + notLogged, 0)
    expect(left).toBeGreaterThan(20)
  })
})

describe('numbers over time', () => {
  it('count requests by kind and result, with their times', async () => {
    const { json } = await ask('metrics')
    const sum = (name: string) =>
      json.data.points.reduce((total: number, point: Record<string, number>) => total + point[name]!, 0)
    expect(json.data.stepSeconds).toBe(60)
    expect(sum('requests')).toBeGreaterThan(50)
    expect(sum('clientErrors')).toBeGreaterThan(5)
    expect(sum('serverErrors')).toBe(0)
    const busy = json.data.points.filter(({ requests }: { requests: number }) => requests > 0)
    expect(busy.length).toBeGreaterThan(0)
    for (const { p50Ms, p95Ms, p99Ms, memoryBytes } of busy) {
      expect(p50Ms).toBeGreaterThan(0)
      expect(p95Ms).toBeGreaterThanOrEqual(p50Ms)
      expect(p99Ms).toBeGreaterThanOrEqual(p95Ms)
      expect(memoryBytes).toBeGreaterThan(1_000_000)
    }
    const readsOf = ({ classes }: MetricsPoint): number => classes.read?.requests ?? 0
    const reads = busy.reduce((total: number, point: MetricsPoint) => total + readsOf(point), 0)
    expect(reads).toBeGreaterThan(40)
    expect(json.data.since).not.toBeNull()
  })

  it('refuse a span that makes no sense', async () => {
    expect((await ask('metrics', { from: 'x' })).status).toBe(400)
    expect((await ask('metrics', { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' })).status).toBe(400)
    const month = { from: '2026-01-01T00:00:00Z', to: '2026-01-31T00:00:00Z' }
    expect((await ask('metrics', { ...month, step: '60' })).status).toBe(400)
    expect((await ask('metrics', month)).json.data.points.length).toBeLessThan(201)
  })

  it('are put together to hours when they are old, and stay the same', async () => {
    const minute = (at: string, node: string, requests: number) => [
      at,
      node,
      JSON.stringify({
        classes: { read: [requests, 1, 0, [80, requests]] },
        gauges: { memoryBytes: 100 },
        counts: { jobsDone: 1 },
      }),
    ]
    const old = [
      minute('2026-01-01T10:00:00Z', 'a', 5),
      minute('2026-01-01T10:00:00Z', 'b', 7),
      minute('2026-01-01T10:59:00Z', 'a', 3),
      minute('2026-01-01T11:00:00Z', 'a', 2),
    ]
    for (const values of old)
      await server.database.run({
        text: 'insert into holdfast.metrics (at, node, seconds, data) values ($1, $2, 60, $3)',
        values,
      })
    const read = async () =>
      (await ask('metrics', { from: '2026-01-01T10:00:00Z', to: '2026-01-01T12:00:00Z', step: '3600' })).json.data
        .points
    const before = await read()
    const { rollUp } = await import('../../../src/observability/metrics/metrics-store.js')
    await rollUp(server.database, new AbortController().signal)
    expect(await read()).toEqual(before)
    expect(before.map(({ requests, jobsDone }: Record<string, number>) => [requests, jobsDone])).toEqual([
      [15, 3],
      [2, 1],
    ])
    const { rows } = await server.database.run({
      text: `select seconds, count(*)::int from holdfast.metrics where at < '2026-01-02' group by seconds`,
      values: [],
    })
    expect(rows).toEqual([[3600, 2]])
  })

  it('have a summary for the first glance', async () => {
    const { json } = await ask('summary')
    expect(json.data).toMatchObject({ serverErrors: 0, slowStatements: 0, failedJobs: 0 })
    expect(json.data.requestsPerMinute).toBeGreaterThan(1)
    expect(json.data.databaseBytes).toBeGreaterThan(1_000_000)
    expect(json.data.version).toMatch(/^\d+\.\d+\.\d+/)
  })
})

describe('the database', () => {
  it('tells its size, and that of each collection', async () => {
    const { json } = await ask('database')
    expect(json.data.bytes).toBeGreaterThan(1_000_000)
    expect(json.data.connections.used).toBeGreaterThan(0)
    const notes = json.data.tables.find(({ name }: { name: string }) => name === 'notes')
    expect(notes).toMatchObject({ isCollection: true, rows: expect.any(Number) })
    expect(notes.totalBytes).toBe(notes.tableBytes + notes.indexBytes + notes.toastBytes)
    expect(json.data.tables.map(({ name }: { name: string }) => name)).toContain('holdfast.requests')
  })

  it('tells how it grew', async () => {
    const { takeSample } = await import('../../../src/observability/database/database-facts.js')
    await takeSample(server.database)
    const { json } = await ask('database/growth')
    expect(json.data).toEqual([{ at: expect.any(String), bytes: expect.any(Number), tables: expect.anything() }])
    expect(json.data[0].tables.notes).toBeGreaterThan(0)
  })
})

describe('/metrics', () => {
  it('is for admins where no token is set, and nothing for others', async () => {
    expect((await server.request('GET', '/metrics')).status).toBe(404)
    expect((await server.request('GET', '/metrics', { token: user.token })).status).toBe(404)
    const { status, text, headers } = await server.request('GET', '/metrics', { token: admin.token })
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(text).toMatch(
      /^holdfast_http_requests_total\{method="GET",route="\/api\/v1\/collections\/\{collection\}\/records",status="2xx"\} \d+$/m,
    )
    expect(text).toMatch(
      /^holdfast_http_request_duration_seconds_bucket\{method="GET",route="[^"]+",le="\+Inf"\} \d+$/m,
    )
    expect(text).toMatch(/^holdfast_realtime_connections 0$/m)
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? -?[\d.e+-]+)$/)
  })
})
