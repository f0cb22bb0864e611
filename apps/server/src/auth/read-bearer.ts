import type { IncomingMessage } from 'node:http'
import { invalidToken } from './auth-errors.js'

/** Longer than any token of ours: beyond it nothing is parsed. */
const maxHeaderLength = 4096
const scheme = 'bearer '

/**
 * The token of the `Authorization` header, whatever it is worth; undefined where there is no such header.
 * @throws unauthenticated for a header that is there but is not exactly one bearer token
 */
export function readBearer({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const header = headers.authorization
  if (header === undefined) return undefined
  if (header.length > maxHeaderLength || header.slice(0, scheme.length).toLowerCase() !== scheme) throw invalidToken()
  // Node keeps the first of two headers, a proxy may look at the second: whoever sends both gets neither.
  if (countHeaders(rawHeaders, 'authorization') !== 1) throw invalidToken()
  return header.slice(scheme.length)
}

function countHeaders(rawHeaders: readonly string[], name: string): number {
  let count = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i]!
    if (header.length === name.length && header.toLowerCase() === name) count += 1
  }
  return count
}
