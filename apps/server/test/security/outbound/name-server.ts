import { createSocket } from 'node:dgram'
import { parseAddress } from '../../../src/lib/index.js'

/** What a name has at the n-th time it is asked for, counted per type of address from 0; `undefined` is no answer at all. */
export type Zone = Readonly<Record<string, readonly string[] | ((time: number) => readonly string[] | undefined)>>

export interface NameServer {
  /** For `Resolver.setServers`. */
  readonly server: string
  /** What was asked, such as `A name.test`. */
  readonly queries: readonly string[]
  close(): void
}

const types: Readonly<Record<number, { name: string; bytes: number }>> = {
  1: { name: 'A', bytes: 4 },
  28: { name: 'AAAA', bytes: 16 },
}

/** A DNS server on the loopback: the names of the zone are there, all others are not. */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const queries: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (message, sender) => {
    const { name, type, end } = readQuestion(message)
    const query = `${types[type]?.name} ${name}`
    const time = queries.filter((earlier) => earlier === query).length
    queries.push(query)
    const entry = zone[name]
    const addresses = typeof entry === 'function' ? entry(time) : (entry ?? [])
    if (addresses === undefined) return
    const records = addresses.map(toBytes).filter((bytes) => bytes.length === types[type]?.bytes)
    const head = Buffer.from(message.subarray(0, end))
    head.writeUInt16BE(entry === undefined ? 0x8183 : 0x8180, 2)
    head.writeUInt16BE(records.length, 6)
    head.writeUInt16BE(0, 10)
    socket.send(Buffer.concat([head, ...records.map((bytes) => toRecord(type, bytes))]), sender.port, sender.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return { server: `127.0.0.1:${socket.address().port}`, queries, close: () => socket.close() }
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  while (message[at] !== 0) {
    const length = message[at]!
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 }
}

/** A record whose name points back to the question, good for no time at all. */
const toRecord = (type: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length]), bytes])

/** Mapped addresses stay the sixteen bytes they are on the wire. */
function toBytes(text: string): Buffer {
  const bytes = Buffer.from(parseAddress(text)!)
  return text.includes(':') && bytes.length === 4
    ? Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]), bytes])
    : bytes
}
