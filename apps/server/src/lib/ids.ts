import { randomFillSync } from 'node:crypto'

const variantBits = 0x80
const randomBytes = 8
/** Filled for hundreds of ids at once: asking for random bytes costs more than the bytes do. */
const pool = Buffer.alloc(randomBytes * 512)
let used = pool.length

let lastMs = -1
let count = 0
let time = ''

/**
 * A UUIDv7 (RFC 9562): sorts by creation time, so that primary keys stay dense in the index. Those of one millisecond are
 * counted up behind its version digit, so that this process makes them in their order.
 */
export function newId(nowMs: number = Date.now()): string {
  if (nowMs === lastMs) count = Math.min(count + 1, 0xfff)
  else {
    const digits = nowMs.toString(16).padStart(12, '0')
    time = `${digits.slice(0, 8)}-${digits.slice(8)}`
    lastMs = nowMs
    count = 0
  }
  const random = takeRandom()
  // The 1 in front keeps the zeros that the count begins with.
  return `${time}-7${(0x1000 + count).toString(16).slice(1)}-${random.slice(0, 4)}-${random.slice(4)}`
}

/** 16 hexadecimal digits, all random but for the two bits in front that tell the variant. */
function takeRandom(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const from = used
  used += randomBytes
  pool[from] = (pool[from]! & 0x3f) | variantBits
  return pool.toString('hex', from, used)
}
