import { validateHeaderName, validateHeaderValue } from 'node:http'
import { OutboundError, type OutboundRequest } from './outbound-request.js'

/** A request whose every part may go over the wire as it is. */
export interface SendableRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Buffer
  readonly maxResponseBytes: number
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
/** Unless somebody asks for more, and how much anybody may ask for. */
const usualAnswerBytes = 64 * 1024
const largestAnswerBytes = 256 * 1024

/** What says where a request goes and where it ends is for this module alone. */
const reserved =
  /^(host|connection|keep-alive|content-length|transfer-encoding|upgrade|expect|te|trailer|accept-encoding|proxy-.*)$/

/** Whether callers may set a header of that name; for those who check headers before they store them. */
const isReservedHeader = (name: string): boolean => reserved.test(name.toLowerCase())

/** @throws OutboundError `invalid_request` */
export function parseRequest(request: OutboundRequest): SendableRequest {
  const { method, maxResponseBytes = usualAnswerBytes } = request
  if (!methods.includes(method)) throw new OutboundError('invalid_request')
  const body = Buffer.from(request.body ?? '')
  const hasBody = body.length > 0 || method === 'POST' || method === 'PUT' || method === 'PATCH'
  return {
    method,
    headers: {
      'user-agent': 'Holdfast',
      accept: '*/*',
      ...parseHeaders(request.headers ?? {}),
      ...(hasBody && { 'content-length': body.length }),
    },
    body,
    maxResponseBytes: Math.min(maxResponseBytes, largestAnswerBytes),
  }
}

function parseHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const parsed: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    checkHeader(name, value)
    parsed[name.toLowerCase()] = value
  }
  return parsed
}

function checkHeader(name: string, value: string): void {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch (cause) {
    throw new OutboundError('invalid_request', { cause })
  }
  if (isReservedHeader(name) || name === '__proto__') throw new OutboundError('invalid_request')
}
