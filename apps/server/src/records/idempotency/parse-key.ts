import { createHash } from 'node:crypto'
import { limits } from '@holdfast/contract'
import { type GuardedDirectRequest, holderOf, type Principal } from '../../auth/index.js'
import { invalidAt } from '../../lib/index.js'

/** A request with an Idempotency-Key. Neither the key nor the request itself is ever stored. */
export interface KeyedRequest {
  /** Of the key and whose it is: two callers never share one. */
  readonly keyHash: Buffer
  /** Of all that decides what the request does. */
  readonly requestHash: Buffer
}

type Request = Pick<GuardedDirectRequest, 'method' | 'url' | 'headers' | 'body' | 'principal'>

/** @throws invalid_value for a key that is none, or that others could guess */
export function parseKeyed(request: Request, key: string): KeyedRequest {
  const { method, url, headers, body, principal } = request
  checkKey(key, principal)
  const asked = [method, url, headers['if-match'], headers.prefer, body]
  return { keyHash: hash([holderOf(principal), key]), requestHash: hash(asked) }
}

const printable = /^[\x20-\x7e]+$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Callers who have not signed in, or show what anyone may see, cannot be told apart: there the key itself must be a secret. */
function checkKey(key: string, principal: Principal): void {
  if (!printable.test(key) || key.length > limits.idempotencyKeyLength)
    throw refuseKey(`An Idempotency-Key is 1 to ${limits.idempotencyKeyLength} printable ASCII characters`)
  if ((principal.kind === 'public' || (principal.kind === 'key' && principal.publishable)) && !uuid.test(key))
    throw refuseKey('Without signing in, an Idempotency-Key must be a UUID')
}

const refuseKey = (message: string) =>
  invalidAt(
    'invalid_value',
    'Idempotency-Key',
    message,
    'Make a random UUID for each write, and send it again with each repeat.',
  )

const hash = (parts: readonly unknown[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest()
