import { randomUUID } from 'node:crypto'

/** A UUIDv7 (RFC 9562): sorts by creation time, so that primary keys stay dense in the index. */
export function newId(nowMs: number = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, '0')
  // Behind its version digit a random UUID is as a version 7 wants it.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
