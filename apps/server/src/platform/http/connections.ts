import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { BlockList, isIPv6, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ErrorCode, errorStatus } from '@holdfast/contract'
import { AppError } from '../../lib/index.js'
import type { Log } from '../log/index.js'
import { toProblem } from './problem.js'
import { registerRequest } from './request.js'

/** Connections of one address that are held at once; what comes beyond is closed. A trusted proxy stands for many and has no such limit. */
const connectionsPerAddress = 1000
const warnEveryMs = 60_000

/** Keeps one address from taking all connections, and all of them together from taking all memory. */
export function limitConnections(
  server: Server,
  trustedProxies: readonly string[],
  log: Log,
  perAddress: number = connectionsPerAddress,
): void {
  const trusted = listNetworks(trustedProxies)
  const open = new Map<string, number>()
  let warnedAtMs = -warnEveryMs
  server.maxConnections = 20_000
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.once('close', () => {
      const left = open.get(address)! - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
    if (count <= perAddress || trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return
    socket.destroy()
    if (performance.now() - warnedAtMs < warnEveryMs) return
    warnedAtMs = performance.now()
    log.warn({ address, count }, 'too many connections of one address; if it is a proxy, name it in TRUSTED_PROXIES')
  })
}

function listNetworks(networks: readonly string[]): BlockList {
  const found = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    found.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return found
}

const brokenRequests: Readonly<Record<string, readonly [ErrorCode, string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'Request Timeout', 'The request took too long to arrive'],
  HPE_INVALID_URL: ['malformed_request', 'Bad Request', 'The URL has characters that must be percent-encoded'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'Request Header Fields Too Large', 'The URL and headers are too large'],
}

/** How long one whose request was broken may take to read so. */
const lingerMs = 2000

/** Answers on the bare socket: what arrived never became a request. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  const { _httpMessage: pending } = socket as { _httpMessage?: ServerResponse }
  // Node times all requests alike; a route that takes an endless body has limits of its own.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && pending?.req.arrivesSlowly) return
  if (error.code === 'ECONNRESET' || !socket.writable || pending?.headersSent) {
    socket.destroy()
    return
  }
  const [code, reason, detail] = brokenRequests[error.code ?? ''] ?? [
    'malformed_request',
    'Bad Request',
    'This is not an HTTP request',
  ]
  const request = { headers: {} } as IncomingMessage
  registerRequest(request)
  const body = JSON.stringify(toProblem(new AppError(code, detail), request.id))
  const head = [
    `HTTP/1.1 ${errorStatus[code]} ${reason}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `x-request-id: ${request.id}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  // Who goes on sending, or never reads that, would hold the connection for as long as they like.
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.once('close', () => clearTimeout(timer))
}
