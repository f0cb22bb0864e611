import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IpNetwork } from '../../lib/index.js'
import { clientAddress, type HeaderList, pathOf } from '../../platform/http/index.js'
import { maskPath, maskQuery } from './mask.js'

/** Who the guard found to ask; see `auth/principal.ts`. */
interface Asker {
  readonly kind: 'public' | 'user' | 'key'
  readonly userId?: string
  readonly keyId?: string
  readonly impersonatorId?: string
}

/** A line of the log, as a row of `holdfast.requests`. */
export interface RequestEntry {
  readonly at: string
  readonly method: string
  readonly route: string | null
  readonly path: string
  readonly query: string | null
  readonly status: number
  readonly ms: number
  readonly bytes: number | null
  readonly address: string
  readonly principal: string | null
  readonly principal_id: string | null
  readonly impersonator_id: string | null
  readonly user_agent: string | null
  readonly request_id: string
  readonly error_code: string | null
}

const maxUserAgent = 300

export function toEntry(
  response: ServerResponse,
  status: number,
  headers: HeaderList,
  tookMs: number,
  route: string | undefined,
  proxies: readonly IpNetwork[],
): RequestEntry {
  const request = response.req as IncomingMessage & { readonly principal?: Asker }
  const { principal } = request
  return {
    at: new Date(Date.now() - tookMs).toISOString(),
    method: request.method!,
    route: route ?? null,
    path: harmless(maskPath(pathOf(request), route)),
    query: harmless(maskQuery(request.url ?? '')),
    status,
    ms: Math.round(tookMs * 100) / 100,
    bytes: lengthOf(lengthIn(headers) ?? response.getHeader('content-length')),
    address: clientAddress(peerOf(request), proxies),
    principal: principal?.kind ?? null,
    principal_id: principal?.userId ?? principal?.keyId ?? null,
    impersonator_id: principal?.impersonatorId ?? null,
    user_agent: harmless(request.headers['user-agent']?.slice(0, maxUserAgent) ?? null),
    request_id: request.id,
    error_code: request.errorCode ?? null,
  }
}

const peerOf = ({ socket, headers }: IncomingMessage) => ({
  socket,
  headers: { 'x-forwarded-for': headers['x-forwarded-for'] },
})

/** PostgreSQL keeps no zero bytes, and half of a surrogate pair is no text. */
function harmless<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll('\0', '').toWellFormed()) as T
}

function lengthIn(headers: HeaderList): unknown {
  const at = headers.indexOf('content-length')
  return at < 0 ? undefined : headers[at + 1]
}

function lengthOf(value: unknown): number | null {
  const length = Number(value)
  return value === undefined || !Number.isSafeInteger(length) ? null : length
}
