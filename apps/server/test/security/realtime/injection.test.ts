import { realtimeEvents } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'
import { openRaw, openSocket, openStream } from '../../support/realtime.js'

let server: TestServer
let admin: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'labels', fields: [{ name: 'name', type: 'text' }], rules: [{ role: 'public', action: 'read' }] },
    {
      name: 'notes',
      fields: [
        { name: 'text', type: 'text' },
        { name: 'more', type: 'json' },
        { name: 'tags', type: 'tags' },
        { name: 'labels', type: 'relation', collection: 'labels', many: true },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
  ]))
})
afterAll(() => server?.stop())

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
const send = async (method: string, path: string, body?: unknown): Promise<any> => {
  const answer = await server.request(method, `/api/v1/collections/${path}`, { token: admin.token, body })
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}

const patience = { timeout: 60_000, interval: 10 }

/** What would be an event of its own, if one of its line breaks were one. */
const breaks = ['\n\n', '\r\r', '\r\n\r\n', '\u2028\u2028', '\u2029\u2029', '\u0085\u0085', '\v\v', '\f\f']
const poison = breaks.map((end) => `x${end}event: ready${end[0]}id: 1${end[0]}data: {"admin":1}${end}`).join('')

describe('A76: what is in a record', () => {
  it('makes no event, no id and no field of one, however it breaks lines', async () => {
    const label = await send('POST', 'labels/records', { name: poison })
    const body = { text: poison, more: { [poison]: [poison] }, tags: [poison.slice(0, 30)], labels: [label.id] }
    const first = await send('POST', 'notes/records', body)
    const raw = openRaw(server, ['accept: text/event-stream'], '?collection=notes&expand=labels&snapshot=true')
    let bytes = ''
    raw.setEncoding('utf8').on('data', (text: string) => {
      bytes += text
    })
    await expect.poll(() => bytes, patience).toContain('"type":"ready"')
    const second = await send('POST', 'notes/records', body)
    await send('PATCH', `notes/records/${second.id}`, { text: `${poison}!` })
    await send('DELETE', `notes/records/${second.id}`)
    await expect.poll(() => bytes, patience).toContain('"type":"delete"')
    raw.destroy()
    // Bodies of unknown length come in chunks, whose lengths stand on lines of their own.
    const lines = bytes
      .slice(bytes.indexOf('\r\n\r\n') + 4)
      .split(/\r\n|\n|\r/)
      .filter((line) => line !== '' && !/^[0-9a-f]+$/.test(line))
    const events = lines.flatMap((line) => {
      expect(line).toMatch(/^(retry: \d+|id: [\w-]+|data: \{.*\}|:.*)$/s)
      return line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []
    })
    for (const { type } of events) expect(realtimeEvents).toContain(type)
    expect(events.map(({ type }) => type)).toEqual(['snapshot', 'ready', 'create', 'update', 'delete'])
    expect(events[0].record).toMatchObject({ id: first.id, text: poison, more: body.more, tags: body.tags })
    expect(JSON.stringify(events[0].record.expand ?? events[0].record)).toContain(JSON.stringify(poison))
    expect(events[3].record.text).toBe(`${poison}!`)
  })

  it('nor does what a client asks', async () => {
    for (const query of [
      { collection: poison },
      { collection: 'notes', since: poison },
      { collection: 'notes', fields: poison },
    ]) {
      const stream = await openStream(server, query as unknown as Record<string, string>)
      expect(stream.status).toBeGreaterThanOrEqual(400)
      expect(stream.headers['content-type']).toBe('application/problem+json')
      expect(stream.json).not.toHaveProperty('admin')
    }
    const socket = await openSocket(server)
    const reply = await socket.ask({ type: 'subscribe', id: poison.slice(0, 20), collection: poison })
    expect(reply.type).toBe('error')
    expect(socket.messages).toHaveLength(1)
    socket.socket.close()
  })
})

const nested = (depth: number): object => {
  let filter: object = { text: 'x' }
  for (let level = 1; level < depth; level++) filter = { $not: filter }
  return filter
}
const wide = (terms: number): object => ({ $or: Array.from({ length: terms }, (_, n) => ({ text: `x${n}` })) })

describe('A82: a condition that is too deep or too wide', () => {
  it.each([
    ['deep', 9, nested(9)],
    ['very deep', 500, nested(500)],
    ['wide', 2, wide(201)],
  ] as const)('is no subscription: %s', async (_, depth, filter) => {
    const listed = await server.request('POST', '/api/v1/collections/notes/query', { body: { filter } })
    expect(listed.status).toBe(400)
    const socket = await openSocket(server)
    socket.send({ type: 'subscribe', id: 's', collection: 'notes', filter: filter as never })
    const [reply] = await socket.until('error')
    // A message that is too deep is not read at all.
    if (depth < 100) expect(reply).toMatchObject({ code: listed.json.code })
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    socket.socket.close()
    const stream = await openStream(server, { collection: 'notes', filter: JSON.stringify(filter) })
    expect([stream.status, stream.json.code]).toEqual([400, 'query_too_complex'])
  })
})

describe('A84: a text made for a slow pattern', () => {
  it('keeps nobody else waiting, and is told to whom it fits', async () => {
    const socket = await openSocket(server)
    const filters = {
      like: { $like: `%${'a'.repeat(500)}b` },
      contains: { $contains: `${'a'.repeat(500)}b${'a'.repeat(500)}` },
    }
    for (const [id, text] of Object.entries(filters)) {
      await socket.ask({ type: 'subscribe', id, collection: 'notes', filter: { text } as never })
      await socket.until('ready', 1)
    }
    await socket.until('ready', 2)
    let longestMs = 0
    let over = false
    const watching = (async () => {
      while (!over) {
        const startedMs = performance.now()
        await new Promise((resolve) => setImmediate(resolve))
        longestMs = Math.max(longestMs, performance.now() - startedMs)
      }
    })()
    await send('POST', 'notes/records', { text: 'a'.repeat(1_000_000) })
    await send('POST', 'notes/records', { text: `${'a'.repeat(2000)}b` })
    await send('POST', 'notes/records', { text: `${'a'.repeat(2000)}b${'a'.repeat(2000)}` })
    const told = () =>
      socket.messages.flatMap((message) =>
        message.type === 'create' ? [(message as never as { subscription: string }).subscription] : [],
      )
    await expect.poll(() => told().sort(), patience).toEqual(['contains', 'like'])
    over = true
    await watching
    // In this process it took ten seconds of nothing else before.
    expect(longestMs).toBeLessThan(5000)
    socket.socket.close()
  })
})
