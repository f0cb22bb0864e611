import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { OutboundRequest } from '../../../src/platform/outbound/index.js'
import { startNameServer } from './name-server.js'
import { createOutbound } from './outbound.js'
import { pour, type RawReceiver, startRawReceiver } from './raw-receiver.js'

const head = 'HTTP/1.1 200 OK\r\n'
const limitBytes = 64 * 1024
let receiver: RawReceiver

/** One call to a receiver that answers so. A second is long for a loopback and short for a test. */
async function call(answer: (socket: Socket) => void, request: Partial<OutboundRequest> = {}) {
  receiver = await startRawReceiver(answer)
  const outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${receiver.port}` })
  const url = `http://127.0.0.1:${receiver.port}/`
  return outbound.send({ method: 'POST', url, body: '{}', timeoutMs: 20_000, ...request })
}

/** For receivers that would go on for ever: what ends the call is the timeout. */
const brief = { timeoutMs: 1000 }

afterEach(async () => {
  // Whatever happened, no connection stays.
  await vi.waitFor(() => expect(receiver.open).toBe(0), { timeout: 10_000 })
  receiver.close()
})

describe('A192: a receiver that means harm', () => {
  it('reads 64 KiB of a body without end', async () => {
    const result = await call((socket) => {
      socket.write(`${head}\r\n`)
      pour(socket, Buffer.alloc(limitBytes, 'a'))
    })
    expect(result).toMatchObject({ ok: true, status: 200, truncated: true })
    expect(result.ok && result.body.length).toBe(limitBytes)
  })

  it('reads 64 KiB of an endless chunked body, and as little as the caller wants', async () => {
    const endless = (socket: Socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`)
      pour(socket, `1000\r\n${'ä'.repeat(0x800)}\r\n`)
    }
    const result = await call(endless, { maxResponseBytes: 1001 })
    // The last character was cut in two, and is left out.
    expect(result).toMatchObject({ ok: true, body: 'ä'.repeat(500), truncated: true })
  })

  it('believes no announced length', async () => {
    const result = await call((socket) => {
      socket.write(`${head}content-length: 999999999999\r\n\r\n`)
      pour(socket, Buffer.alloc(limitBytes, 'a'))
    })
    expect(result).toMatchObject({ ok: true, truncated: true })
  })

  it('does not unpack what comes packed, nor give it back', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
    const result = await call((socket) => {
      socket.write(`${head}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`)
      socket.end(bomb)
    })
    expect(result).toMatchObject({ ok: true, status: 200, body: '', truncated: true })
  })

  it.each([
    ['never answers', () => {}],
    ['answers a byte at a time', (socket: Socket) => void drip(socket, `${head}x-a: ${'b'.repeat(10_000)}`)],
    ['sends its body a byte at a time', (socket: Socket) => void drip(socket, 'b'.repeat(10_000), `${head}\r\n`)],
    ['ends its headers never', (socket: Socket) => void socket.write(`${head}x-a: b\r\n`)],
  ])('stops in time when it %s', async (_how, answer) => {
    const result = await call(answer, brief)
    expect(result).toMatchObject({ ok: false, failure: 'timeout' })
    expect(result.durationMs).toBeGreaterThanOrEqual(990)
    expect(result.durationMs).toBeLessThan(10_000)
  })

  it('stops in time when the name server never answers', async () => {
    receiver = await startRawReceiver(() => {})
    const names = await startNameServer({ 'silent.test': () => undefined })
    const outbound = createOutbound({}, names.server)
    const result = await outbound.send({ method: 'GET', url: 'http://silent.test/', ...brief })
    expect(result).toMatchObject({ ok: false, failure: 'timeout' })
    names.close()
  })

  it('stops in time when it takes connections and does not speak TLS', async () => {
    receiver = await startRawReceiver(() => {})
    const outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${receiver.port}` })
    const result = await outbound.send({ method: 'GET', url: `https://127.0.0.1:${receiver.port}/`, ...brief })
    expect(result).toMatchObject({ ok: false, failure: 'timeout' })
  })

  it.each([
    ['one long header', (socket: Socket) => pour(socket, 'a'.repeat(1024))],
    ['headers without end', (socket: Socket) => pour(socket, 'x-a: b\r\n'.repeat(100))],
  ])('reads little of %s', async (_what, more) => {
    const result = await call((socket) => {
      socket.write(`${head}x-long: `)
      more(socket)
    })
    expect(result).toMatchObject({ ok: false, failure: 'too_large' })
  })

  it('skips a few early hints and no flood of them', async () => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
    const few = await call((socket) => socket.end(`${hint.repeat(3)}${head}content-length: 2\r\n\r\nok`))
    expect(few).toMatchObject({ ok: true, status: 200, body: 'ok' })
    receiver.close()
    const flood = await call((socket) => pour(socket, hint.repeat(100)))
    expect(flood).toMatchObject({ ok: false, failure: 'invalid_answer' })
    receiver.close()
    const goOn = await call((socket) => pour(socket, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)))
    expect(goOn).toMatchObject({ ok: false, failure: 'invalid_answer' })
  })

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'],
    ['two lengths', `${head}content-length: 2\r\ncontent-length: 3\r\n\r\nabc`],
    ['a length and chunks', `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a line break in a header', `${head}x-a: b\rc: d\r\n\r\n`],
  ])('takes %s for no answer', async (_what, bytes) => {
    const result = await call((socket) => void socket.write(bytes))
    expect(result).toMatchObject({ ok: false, failure: 'invalid_answer' })
  })

  it('takes half an answer for none', async () => {
    const nothing = await call((socket) => socket.end())
    expect(nothing).toMatchObject({ ok: false, failure: 'unreachable' })
    receiver.close()
    const half = await call((socket) => socket.end(`${head}content-length: 10\r\n\r\nhalf`))
    expect(half).toMatchObject({ ok: false, failure: 'unreachable' })
  })

  it('gives back text that can be stored', async () => {
    const bytes = Buffer.from([0x61, 0x00, 0xff, 0x62])
    const result = await call((socket) => {
      socket.write(`${head}__proto__: x\r\nx-b: c\r\ncontent-length: 4\r\n\r\n`)
      socket.end(bytes)
    })
    expect(result).toMatchObject({ ok: true, body: 'a\uFFFD\uFFFDb', truncated: false })
    expect(result.ok && Object.getPrototypeOf(result.headers)).toBe(Object.prototype)
  })

  it('takes no more than sixteen calls to one host, and has room for others', async () => {
    receiver = await startRawReceiver(() => {})
    const names = await startNameServer({ 'other.test': ['127.0.0.1'] })
    const allow = { OUTBOUND_ALLOW: `127.0.0.1:${receiver.port}` }
    const outbound = createOutbound(allow, names.server)
    const ended = new AbortController()
    const start = (host: string) =>
      outbound.send({ method: 'GET', url: `http://${host}:${receiver.port}/`, signal: ended.signal })
    const slow = Array.from({ length: 20 }, () => start('127.0.0.1'))
    await vi.waitFor(() => expect(receiver.connections).toHaveLength(16), { timeout: 20_000 })
    const late = await outbound.send({ method: 'GET', url: `http://127.0.0.1:${receiver.port}/`, ...brief })
    expect(late).toMatchObject({ ok: false, failure: 'busy' })
    expect(receiver.connections).toHaveLength(16)
    const other = start('other.test')
    await vi.waitFor(() => expect(receiver.connections).toHaveLength(17), { timeout: 20_000 })
    ended.abort()
    for (const result of await Promise.all([...slow, other]))
      expect(result).toMatchObject({ ok: false, failure: 'aborted' })
    names.close()
    // What was given back can be taken again.
    const after = await outbound.send({ method: 'GET', url: `http://127.0.0.1:${receiver.port}/`, ...brief })
    expect(after).toMatchObject({ ok: false, failure: 'timeout' })
  })
})

async function drip(socket: Socket, text: string, before = ''): Promise<void> {
  socket.write(before)
  for (const character of text) {
    if (socket.destroyed) return
    socket.write(character)
    await sleep(20)
  }
}
