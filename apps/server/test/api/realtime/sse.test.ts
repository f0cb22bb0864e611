import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { openStream } from '../../support/realtime.js'

let server: TestServer
let admin: Persona
let user: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(
    [
      {
        name: 'notes',
        fields: [
          { name: 'text', type: 'text' },
          { name: 'rank', type: 'integer' },
          { name: 'meta', type: 'json' },
        ],
        rules: [{ role: 'user', action: ['read', 'create'] }],
      },
    ],
    { CORS_ORIGINS: 'https://app.example.com' },
  ))
  user = await signUp(server, 'user@example.com')
})
afterAll(() => server?.stop())

const write = async (body: object): Promise<string> => {
  const { json } = await server.request('POST', '/api/v1/collections/notes/records', { token: admin.token, body })
  return json.data.id
}

describe('a stream', () => {
  it('tells events, each with the id to go on after it', async () => {
    const stream = await openStream(server, { collection: 'notes' }, { token: user.token })
    expect(stream.status).toBe(200)
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-accel-buffering': 'no',
    })
    await stream.until('ready')
    expect(stream.blocks[0]).toEqual({ retry: '1000' })
    const id = await write({ text: 'line\nbreak', meta: { a: [{ b: 1 }, { b: 2 }] } })
    const [event] = await stream.until('create')
    expect(event).toMatchObject({ collection: 'notes', record: { id, text: 'line\nbreak' } })
    expect(stream.blocks.at(-1)).toMatchObject({ id: event!.id })
    stream.close()
  })

  it('goes on after the id it is given, by header or by query', async () => {
    const stream = await openStream(server, { collection: 'notes' }, { token: user.token })
    await stream.until('ready')
    await write({ text: 'seen' })
    const { id } = (await stream.until('create'))[0]!
    stream.close()
    await write({ text: 'missed' })
    const old = { collection: 'notes', since: stream.blocks.find((block) => block.id)!.id! }
    const token = user.token
    const byHeader = await openStream(server, { ...old, snapshot: 'true' }, { token, headers: { 'last-event-id': id } })
    const byQuery = await openStream(server, { ...old, since: id }, { token })
    for (const again of [byHeader, byQuery]) {
      await again.until('ready')
      const told = await again.until('create')
      expect(told.map(({ record }) => record!['text'])).toEqual(['missed'])
      again.close()
    }
  })

  it('takes filters as lists do, as JSON and in brackets', async () => {
    const queries: Record<string, string>[] = [
      { filter: '{"rank":{"$gte":5}}' },
      { 'filter[rank][$gte]': '5', fields: 'rank' },
    ]
    const streams = []
    for (const query of queries)
      streams.push(await openStream(server, { collection: 'notes', ...query }, { token: user.token }))
    for (const stream of streams) await stream.until('ready')
    for (const rank of [4, 5]) await write({ rank })
    for (const stream of streams) {
      expect(await stream.until('create')).toMatchObject([{ record: { rank: 5 } }])
      stream.close()
    }
  })

  it('begins with what there is, however much that is', async () => {
    const texts = Array.from({ length: 60 }, (_, at) => ({ rank: 1000 + at, text: 'x'.repeat(40_000) }))
    await server.request('POST', '/api/v1/collections/notes/records', { token: admin.token, body: texts })
    const query = { collection: 'notes', filter: '{"rank":{"$gte":1000}}', snapshot: 'true' }
    const stream = await openStream(server, query, { token: user.token })
    await stream.until('ready')
    expect(await stream.until('snapshot', 60)).toHaveLength(60)
    stream.close()
  })

  it.each([
    [{}, 400, 'invalid_query'],
    [{ collection: 'nothing' }, 404, 'collection_not_found'],
    [{ collection: 'notes', filter: '{' }, 400, 'invalid_query'],
    [{ collection: 'notes', filter: '{"nothing":1}' }, 400, 'unknown_field'],
    [{ collection: 'notes', since: 'x' }, 400, 'invalid_cursor'],
    [{ collection: 'notes', token: 'x' }, 400, 'invalid_query'],
  ])('answers %j with a problem', async (query, status, code) => {
    const answer = await openStream(server, query, { token: user.token })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.json).toMatchObject({ code })
    if ('token' in query) expect(answer.json.hint).toContain('collection, record, snapshot, since, filter')
  })

  it('needs a right to read, and a token that is one', async () => {
    const statusOf = async (token?: string) => (await openStream(server, { collection: 'notes' }, { token })).status
    expect([await statusOf(), await statusOf('nonsense')]).toEqual([401, 401])
  })

  it('may be asked for by pages of other origins that are allowed, and by HEAD', async () => {
    const path = '/api/v1/realtime'
    const headers = { origin: 'https://app.example.com' }
    const stream = await openStream(server, { collection: 'notes' }, { token: user.token, headers })
    expect(stream.headers['access-control-allow-origin']).toBe(headers.origin)
    stream.close()
    const asked = await server.request('OPTIONS', path, { headers })
    expect(asked.headers.get('access-control-allow-headers')).toContain('last-event-id')
    const head = await server.request('HEAD', path, { token: user.token, query: { collection: 'notes' } })
    expect([head.status, head.text]).toEqual([200, ''])
  })

  it('is forgotten when its client is gone', async () => {
    const { OpenConnections } = await import('../../../src/realtime/index.js')
    const open = server.app.get(OpenConnections)
    await expect.poll(() => open.size).toBe(0)
    const stream = await openStream(server, { collection: 'notes' }, { token: user.token })
    await stream.until('ready')
    expect(open.size).toBe(1)
    stream.close()
    await expect.poll(() => open.size).toBe(0)
  })
})
