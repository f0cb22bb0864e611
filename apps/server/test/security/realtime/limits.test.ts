import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OpenConnections } from '../../../src/realtime/index.js'
import { startServer, type TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { openRaw, openSocket, openStream } from '../../support/realtime.js'

let server: TestServer
let admin: Persona
let user: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'notes',
      fields: [{ name: 'text', type: 'text' }],
      rules: [{ role: 'user', action: ['read', 'create'] }],
    },
  ]))
  user = await signUp(server, 'user@example.com')
})
afterAll(() => server?.stop())

const subscribe = (id: string) => ({ type: 'subscribe', id, collection: 'notes' }) as const
const write = (text: string) =>
  server.request('POST', '/api/v1/collections/notes/records', { token: admin.token, body: { text } })

describe('A184: what is no message, a thousand times', () => {
  const wrong = [
    '{',
    '',
    'null',
    '[]',
    '{"type":7}',
    JSON.stringify({ ...subscribe('x'), filter: { text: { $regexp: '(' } } }),
    JSON.stringify({ ...subscribe('x'), filter: { text: { $contains: {} } } }),
    JSON.stringify({ ...subscribe('x'), filter: { $and: [{ $or: 7 }] } }),
    JSON.stringify({ ...subscribe('x'), fields: { a: 1 } }),
    JSON.stringify({ ...subscribe('x'), since: 'zzzz' }),
    `{"type":"subscribe","id":"x","collection":"notes","filter":${'{"$not":'.repeat(900)}1${'}'.repeat(900)}}`,
    '{"type":"join","channel":{"__proto__":1}}',
  ]

  it('gets an error each, and the socket and the server live', async () => {
    const client = await openSocket(server, { token: user.token })
    for (let at = 0; at < 1000; at++) client.socket.send(wrong[at % wrong.length]!)
    await client.until('error', 1000)
    expect(client.messages).toHaveLength(1000)
    expect(client.closed).toBeUndefined()
    await expect
      .poll(async () => (await client.ask({ type: 'ping' })).type, { timeout: 30_000, interval: 500 })
      .toBe('pong')
    expect(client.messages.every((message) => message.type !== 'error' || message.code !== 'internal')).toBe(true)
    expect((await server.request('GET', '/health/live')).status).toBe(200)
    client.socket.close()
  })

  it('is too much at some point: the rate is limited, and who goes on is closed', async () => {
    const client = await openSocket(server, { token: user.token })
    for (let at = 0; at < 5000; at++) client.socket.send('{"type":"ping"}')
    expect(await client.untilClosed()).toEqual({ code: 4400, reason: 'protocol' })
    expect(client.messages.filter(({ type }) => type === 'pong').length).toBeLessThan(1000)
    expect(client.messages.some((message) => message.type === 'error' && message.code === 'rate_limited')).toBe(true)
  })
})

describe('what one connection may hold', () => {
  it('is a hundred subscriptions', async () => {
    const client = await openSocket(server, { token: user.token })
    for (let at = 0; at < 100; at++) client.send(subscribe(`s${at}`))
    await client.until('ready', 100)
    expect(await client.ask(subscribe('more'))).toMatchObject({ type: 'error', code: 'query_too_complex' })
    expect(await client.ask({ type: 'unsubscribe', id: 's0' })).toMatchObject({ type: 'ok' })
    expect(await client.ask(subscribe('more'))).toMatchObject({ type: 'ok' })
    client.socket.close()
  })

  it.each(['socket', 'stream'])(
    'is a megabyte that waits: a %s that takes nothing is cut, and others are not slowed',
    async (kind) => {
      const open = server.app.get(OpenConnections)
      await expect.poll(() => open.size, { timeout: 20_000 }).toBe(0)
      const deaf = kind === 'socket' ? await openDeafSocket() : await openDeafStream()
      const client = await openSocket(server, { token: user.token })
      await client.ask(subscribe('n'))
      await client.until('ready')
      await expect.poll(() => open.size).toBe(2)
      let written = 0
      for (; open.size === 2 && written < 400; written++) await write('x'.repeat(100_000))
      expect(open.size).toBe(1)
      expect(await client.until('create', written)).toHaveLength(written)
      deaf.destroy()
      client.socket.close()
    },
  )
})

async function openDeafSocket(): Promise<Socket> {
  const socket = openRaw(server, ['connection: upgrade', 'upgrade: websocket', bearer(), ...handshake])
  await new Promise((opened) => socket.once('data', opened))
  socket.pause()
  socket.write(toMaskedFrame(JSON.stringify(subscribe('n'))))
  return socket
}

async function openDeafStream(): Promise<Socket> {
  const socket = openRaw(server, [bearer()], '?collection=notes')
  await new Promise((opened) => socket.once('data', opened))
  return socket.pause()
}

const handshake = ['sec-websocket-version: 13', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==']
const bearer = () => `authorization: Bearer ${user.token}`

describe('a client that is no more', () => {
  it('is gone after a minute without an answer, one that answers is not', async () => {
    const open = server.app.get(OpenConnections)
    await expect.poll(() => open.size, { timeout: 20_000 }).toBe(0)
    const dead = await openDeafSocket()
    const alive = await openSocket(server, { token: user.token })
    let pings = 0
    alive.socket.on('ping', () => {
      pings += 1
    })
    await expect.poll(() => open.size).toBe(2)
    const beatAfter = (ms: number) => {
      for (const connection of [...open.list()]) connection.beat(Date.now() + ms)
    }
    beatAfter(26_000)
    await expect.poll(() => pings).toBe(1)
    expect(open.size).toBe(2)
    // A message is heard, as the answer to a ping is.
    await sleep(5000)
    await alive.ask({ type: 'ping' })
    beatAfter(57_000)
    await expect.poll(() => open.size).toBe(1)
    expect((await alive.ask({ type: 'ping' })).type).toBe('pong')
    dead.destroy()
    alive.socket.close()
  })

  it('leaves nothing behind, whenever it goes', async () => {
    const open = server.app.get(OpenConnections)
    await expect.poll(() => open.size, { timeout: 20_000 }).toBe(0)
    const kinds: [string[], string?][] = [
      [[bearer()], '?collection=notes&snapshot=true'],
      [['connection: upgrade', 'upgrade: websocket', bearer(), ...handshake]],
      [['connection: upgrade', 'upgrade: websocket', 'authorization: Bearer nonsense', ...handshake]],
    ]
    for (let count = 0; count < 150; count++) {
      const socket = openRaw(server, ...kinds[count % kinds.length]!)
      // Cut: no end is said, as when a phone loses its network and another takes its address.
      socket.once('connect', () => setTimeout(() => socket.resetAndDestroy(), count / 10))
      if (count % 10 === 9) await new Promise((closed) => socket.once('close', closed))
    }
    await expect.poll(() => open.size, { timeout: 20_000 }).toBe(0)
    expect((await server.request('GET', '/health/live')).status).toBe(200)
  })

  it('is gone where it takes nothing of its stream for a minute', async () => {
    const open = server.app.get(OpenConnections)
    await expect.poll(() => open.size, { timeout: 20_000 }).toBe(0)
    const deaf = await openDeafStream()
    await expect.poll(() => open.size).toBe(1)
    const [connection] = [...open.list()]
    // Until more waits than the system takes for the client; less than a megabyte of it is ours.
    for (let count = 0; count < 200 && connection!.unsentBytes === 0; count++) await write('x'.repeat(100_000))
    expect(connection!.unsentBytes).toBeGreaterThan(0)
    connection!.beat(Date.now())
    connection!.beat(Date.now() + 61_000)
    expect(open.size).toBe(0)
    deaf.destroy()
  })
})

describe('A181: a socket', () => {
  it('that says nothing is closed after ten seconds, one that asks for something is not', async () => {
    const silent = await openSocket(server)
    const pinging = await openSocket(server)
    const asking = await openSocket(server)
    await asking.ask({ type: 'auth', token: user.token })
    pinging.send({ type: 'ping' })
    for (const client of [silent, pinging])
      expect(await client.untilClosed()).toEqual({ code: 4401, reason: 'unauthenticated' })
    expect(asking.closed).toBeUndefined()
    asking.socket.close()
  })

  it('passes what every request passes', async () => {
    const long = `x${'a'.repeat(110_000)}`
    const socket = openRaw(server, ['connection: upgrade', 'upgrade: websocket', `x-request-id: ${long.slice(0, 5)}`])
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))))
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('x-request-id: ')
    expect(answer).toContain('x-content-type-options: nosniff')
  })
})

describe('a server that stops', () => {
  it('tells everybody to come back, not all at once, and lets nobody in', async () => {
    const stopping = await startServer({ DATABASE_URL: server.databaseUrl, PUBLIC_URL: server.url })
    const sockets = await Promise.all(Array.from({ length: 8 }, () => openSocket(stopping, { token: user.token })))
    for (const client of sockets) await client.ask(subscribe('n'))
    const stream = await openStream(stopping, { collection: 'notes' }, { token: user.token })
    await stream.until('ready')
    // This one does not answer that it is told to go.
    const deaf = await openSocket(stopping, { token: user.token })
    deaf.socket.pause()
    const startedAtMs = performance.now()
    const stopped = stopping.stop()
    await sleep(20)
    await expect(openSocket(stopping, { token: user.token })).rejects.toBeDefined()
    await stopped
    expect(performance.now() - startedAtMs).toBeLessThan(8000)
    const pauses = new Set<number>()
    for (const client of sockets) {
      expect(await client.untilClosed()).toMatchObject({ code: 1012 })
      const goodbye = client.messages.at(-1)!
      if (goodbye.type !== 'goodbye') throw new Error(`The last message was ${goodbye.type}`)
      expect(goodbye.retryAfterMs).toBeGreaterThanOrEqual(500)
      expect(goodbye.retryAfterMs).toBeLessThanOrEqual(5000)
      pauses.add(goodbye.retryAfterMs)
    }
    expect(pauses.size).toBeGreaterThan(1)
    await stream.untilEnded()
    expect(Number(stream.blocks.at(-1)!.retry)).toBeGreaterThanOrEqual(500)
  })
})

/** A text message as clients must send it: masked (RFC 6455, section 5.3). Short ones only. */
function toMaskedFrame(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes])
}
