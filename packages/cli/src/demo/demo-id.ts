import { createHash } from 'node:crypto'

const firstMs = Date.UTC(2024, 0, 1)

/**
 * A UUIDv7 that is the same in every run, so that loading twice makes nothing twice. Its time grows with `position`,
 * which keeps records of one file together in the index.
 */
export function demoId(collection: string, key: string, position: number): string {
  const bytes = createHash('sha256').update(`${collection}:${key}`).digest().subarray(0, 16)
  bytes.writeUIntBE(firstMs + position, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
