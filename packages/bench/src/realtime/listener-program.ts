import { connect, type Socket } from 'node:net'
import { Latencies } from '../latencies.js'

/** Connections to open, as the process of the listeners is asked for them. */
export interface Opening {
  readonly task: 'open'
  readonly kind: 'socket' | 'stream'
  readonly port: number
  readonly token: string
  readonly count: number
  /** One subscription each, these in turn: the query string of a stream, which a socket sends as a message. */
  readonly subscriptions: readonly Record<string, string>[]
}

/** What was heard since it was asked the last time. */
export interface Heard {
  readonly events: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Connections that broke. */
  readonly broken: number
}

export type Task = Opening | { readonly task: 'report' }

/** One address may open a thousand connections. */
const perAddress = 900
const openingAtOnce = 50
/** The time of a write is in the event: `"sentAt":"1732190400000"`. */
const mark = '"sentAt":"'
const digits = 13

let latencies = new Latencies()
let maxMs = 0
let broken = 0
let opened = 0

async function open({ kind, port, token, count, subscriptions }: Opening): Promise<void> {
  let next = 0
  const openNext = async (): Promise<void> => {
    while (next < count) {
      const subscription = subscriptions[next++ % subscriptions.length]!
      await openOne(kind, port, token, subscription)
    }
  }
  await Promise.all(Array.from({ length: openingAtOnce }, openNext))
}

function openOne(kind: Opening['kind'], port: number, token: string, subscription: Record<string, string>) {
  const localAddress = `127.0.0.${2 + Math.floor(opened++ / perAddress)}`
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  const query = kind === 'stream' ? `?${new URLSearchParams(subscription)}` : ''
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  socket.write(
    `GET /api/v1/realtime${query} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n${kind === 'socket' ? upgrade : ''}\r\n`,
  )
  socket.setEncoding('latin1').on('error', () => {})
  return new Promise<void>((resolve, reject) => {
    socket.on('close', () => {
      broken += 1
      reject(new Error('a connection was refused or broke'))
    })
    listen(socket, (text) => {
      if (kind === 'socket' && text.startsWith('HTTP/1.1 101'))
        socket.write(toMaskedFrame(JSON.stringify({ type: 'subscribe', id: 's', ...subscription })))
      if (text.includes('"type":"ready"')) resolve()
      else if (text.startsWith('HTTP/1.1 4') || text.includes('"type":"error"')) reject(new Error(text))
    })
  })
}

function listen(socket: Socket, onText: (text: string) => void): void {
  let rest = ''
  socket.on('data', (chunk: string) => {
    // A server that asks whether we live gets no answer from here: runs are shorter than its patience.
    const text = rest + chunk
    onText(text)
    const now = Date.now()
    let at = text.indexOf(mark)
    let end = 0
    for (; at >= 0 && at + mark.length + digits <= text.length; at = text.indexOf(mark, end)) {
      end = at + mark.length + digits
      const tookMs = now - Number(text.slice(at + mark.length, end))
      latencies.add(tookMs)
      maxMs = Math.max(maxMs, tookMs)
    }
    rest = text.slice(Math.max(end, at >= 0 ? at : text.length - mark.length))
  })
}

function report(): Heard {
  const heard: Heard = {
    events: latencies.count,
    p50Ms: latencies.percentile(50),
    p99Ms: latencies.percentile(99),
    maxMs,
    broken,
  }
  latencies = new Latencies()
  maxMs = 0
  return heard
}

/** A text message of a client, masked with zeros (RFC 6455, section 5.3). */
function toMaskedFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), Buffer.from(text)])
}

process.on('message', (task: Task) => {
  const work: Promise<Heard | undefined> =
    task.task === 'open' ? open(task).then(() => undefined) : Promise.resolve(report())
  work.then(
    (result) => process.send?.({ result }),
    (error) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
