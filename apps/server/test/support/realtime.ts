import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { RealtimeEvent, RealtimeReply, RealtimeRequest } from '@holdfast/contract'
import { expect } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import type { TestServer } from './start-server.js'

export type RealtimeMessage = RealtimeEvent | RealtimeReply

const path = '/api/v1/realtime'
const patience = { timeout: 20_000, interval: 5 }

/** A client over WebSocket that notes all it is told. */
export interface SocketClient {
  readonly socket: WebSocket
  readonly messages: RealtimeMessage[]
  /** The code and reason of its close; undefined while it is open. */
  readonly closed: { readonly code: number; readonly reason: string } | undefined
  send(message: RealtimeRequest): void
  /** Sends a message and gives its answer. */
  ask(message: RealtimeRequest): Promise<RealtimeReply>
  /** The messages of a type, once there are so many. */
  until(type: string, count?: number): Promise<RealtimeMessage[]>
  untilClosed(): Promise<{ readonly code: number; readonly reason: string }>
}

let refs = 0

/** @throws the HTTP answer where the server does not open a WebSocket: `{status, body}` */
export async function openSocket(
  server: Pick<TestServer, 'url'>,
  { token, ...options }: ClientOptions & { token?: string } = {},
): Promise<SocketClient> {
  const headers = { ...options.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  const socket = new WebSocket(server.url.replace('http', 'ws') + path, { ...options, headers })
  const messages: RealtimeMessage[] = []
  let closed: SocketClient['closed']
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as RealtimeMessage))
  socket.on('close', (code, reason) => {
    closed = { code, reason: String(reason) }
  })
  const opened = Promise.withResolvers<void>()
  socket.on('open', () => opened.resolve()).on('error', opened.reject)
  socket.on('unexpected-response', (_request, response) => {
    let body = ''
    response.on('data', (chunk) => (body += chunk))
    response.on('end', () => opened.reject({ status: response.statusCode, body: JSON.parse(body) }))
  })
  await opened.promise
  const send = (message: RealtimeRequest) => socket.send(JSON.stringify(message))
  const until = async (type: string, count = 1) => {
    const found = () => messages.filter((message) => message.type === type)
    await expect.poll(() => found().length, patience).toBeGreaterThanOrEqual(count)
    return found()
  }
  return {
    socket,
    messages,
    get closed() {
      return closed
    },
    send,
    ask: async (message) => {
      const ref = `r${++refs}`
      send({ ...message, ref })
      const answer = () => messages.find((one) => 'ref' in one && one.ref === ref)
      await expect.poll(answer, patience).toBeDefined()
      return answer() as RealtimeReply
    },
    until,
    untilClosed: async () => {
      await expect.poll(() => closed, patience).toBeDefined()
      return closed!
    },
  }
}

/** One block of a stream of server-sent events. */
export interface StreamEvent {
  readonly id?: string
  /** Default: `message`. */
  readonly event?: string
  readonly data?: string
  readonly retry?: string
}

/** A client of server-sent events that notes all it is told. */
export interface StreamClient {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The answer where it is no stream. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly json: any
  readonly blocks: StreamEvent[]
  readonly ended: boolean
  /** The events of a type, once there are so many. */
  until(type: string, count?: number): Promise<RealtimeEvent[]>
  untilEnded(): Promise<void>
  close(): void
}

export async function openStream(
  server: Pick<TestServer, 'url'>,
  query: Record<string, string>,
  { token, headers = {} }: { token?: string; headers?: Record<string, string> } = {},
): Promise<StreamClient> {
  const address = `${server.url}${path}?${new URLSearchParams(query)}`
  const all = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  // Not by fetch, which opens another connection when one is aborted, and keeps it.
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(address, { headers: all, agent: false }, resolve).on('error', reject)
  })
  const blocks: StreamEvent[] = []
  let [text, ended] = ['', false]
  response.setEncoding('utf8').on('error', () => {})
  const closed = new Promise<void>((resolve) => response.once('close', resolve)).then(() => {
    ended = true
  })
  const status = response.statusCode!
  response.on('data', (chunk: string) => {
    const parts = (text + chunk).split('\n\n')
    text = parts.pop()!
    blocks.push(...parts.map(parseBlock))
  })
  if (status !== 200) await closed
  return {
    status,
    headers: response.headers,
    json: status === 200 ? undefined : JSON.parse(text),
    blocks,
    get ended() {
      return ended
    },
    until: async (type, count = 1) => {
      const found = () =>
        blocks
          .filter(({ event, data }) => event === undefined && data !== undefined)
          .map(({ data }) => JSON.parse(data!) as RealtimeEvent)
          .filter((event) => event.type === type)
      await expect.poll(() => found().length, patience).toBeGreaterThanOrEqual(count)
      return found()
    },
    untilEnded: () => expect.poll(() => ended, patience).toBe(true),
    close: () => response.destroy(),
  }
}

function parseBlock(block: string): StreamEvent {
  const fields = block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)])
  return Object.fromEntries(fields.map(([name, value]) => [name, value!.replace(/^ /, '')]))
}

/** A connection that sent the head of a GET; what comes back, and when it is read, is for the test. */
export function openRaw(server: Pick<TestServer, 'url'>, head: readonly string[], query = ''): Socket {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(`${[`GET ${path}${query} HTTP/1.1`, `host: ${hostname}:${port}`, ...head].join('\r\n')}\r\n\r\n`)
  return socket
}
