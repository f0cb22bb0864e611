import { type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http'
import type { Socket } from 'node:net'
import { OutboundError } from './outbound-request.js'
import type { SendableRequest } from './parse-request.js'
import type { Target } from './parse-target.js'

/** What was read of an answer. */
export interface ReadAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly truncated: boolean
}

const maxHeaderBytes = 16 * 1024
const maxInformational = 16

/** Sends one request over the connection and reads one answer. Nothing is followed, unpacked or kept open. */
export async function exchange(socket: Socket, target: Target, request: SendableRequest): Promise<ReadAnswer> {
  const answer = await receiveHead(send(socket, target, request))
  const packed = (answer.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity'
  const { bytes, truncated } = await readBody(answer, packed ? 0 : request.maxResponseBytes)
  return { status: answer.statusCode!, headers: joinHeaders(answer), body: toText(bytes, truncated), truncated }
}

function send(socket: Socket, target: Target, { method, headers, body }: SendableRequest): ClientRequest {
  const request = startRequest({
    createConnection: () => socket,
    method,
    path: target.path,
    headers: { ...headers, host: target.authority, 'accept-encoding': 'identity', connection: 'close' },
    setHost: false,
    maxHeaderSize: maxHeaderBytes,
    insecureHTTPParser: false,
  })
  request.end(body)
  return request
}

/** Waits for the head of the final answer. Early hints and the like are skipped, as long as they are few. */
const receiveHead = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    let informational = 0
    request.once('response', resolve)
    request.on('error', (cause) => reject(toOutboundError(cause)))
    request.once('upgrade', () => reject(new OutboundError('invalid_answer')))
    request.on('information', () => {
      if (++informational > maxInformational) request.destroy(new OutboundError('invalid_answer'))
    })
  })

function toOutboundError(cause: NodeJS.ErrnoException): OutboundError {
  if (cause instanceof OutboundError) return cause
  if (cause.code === 'HPE_HEADER_OVERFLOW') return new OutboundError('too_large', { cause })
  return new OutboundError(cause.code?.startsWith('HPE_') ? 'invalid_answer' : 'unreachable', { cause })
}

async function readBody(answer: IncomingMessage, maxBytes: number): Promise<{ bytes: Buffer; truncated: boolean }> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length > maxBytes) break
    }
  } catch (cause) {
    throw toOutboundError(cause as NodeJS.ErrnoException)
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), truncated: length > maxBytes }
}

const joinHeaders = (answer: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(answer.headersDistinct).map(([name, values]) => [name, values!.join(', ')]))

/** A character that was cut in two is left out. PostgreSQL cannot store NUL. */
const toText = (bytes: Buffer, cut: boolean): string =>
  new TextDecoder().decode(bytes, { stream: cut }).replaceAll('\0', '\uFFFD')
