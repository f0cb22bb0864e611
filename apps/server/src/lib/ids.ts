import { randomUUID } from 'node:crypto'

let lastMs = 0
let count = 0

/**
 * A UUIDv7 (RFC 9562): sorts by creation time, so that primary keys stay dense in the index. Those of one millisecond are
 * counted up behind its version digit, so that this process makes them in their order.
 */
export function newId(nowMs: number = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, '0')
  count = nowMs === lastMs ? count + 1 : 0
  lastMs = nowMs
  const counted = Math.min(count, 0xfff).toString(16).padStart(3, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counted}${randomUUID().slice(18)}`
}
