import type { IncomingMessage } from 'node:http'
import { invalidToken } from './auth-errors.js'

/** Longer than any token of ours: beyond it nothing is parsed. */
const maxHeaderLength = 4096
const bearer = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i

/**
 * The token of the `Authorization` header; undefined where there is no such header.
 * @throws unauthenticated for a header that is there but is not exactly one bearer token
 */
export function readBearer(request: IncomingMessage): string | undefined {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  // Node keeps the first of two headers, a proxy may look at the second: whoever sends both gets neither.
  if (countHeaders(request.rawHeaders, 'authorization') !== 1) throw invalidToken()
  if (header.length > maxHeaderLength) throw invalidToken()
  const token = bearer.exec(header)?.[1]
  if (token === undefined) throw invalidToken()
  return token
}

function countHeaders(rawHeaders: readonly string[], name: string): number {
  let count = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i]!
    if (header.length === name.length && header.toLowerCase() === name) count += 1
  }
  return count
}
