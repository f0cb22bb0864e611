import type { SqlValue } from '../../collections/index.js'
import type { WriteBody } from './write-body.js'

/** A value as the element of an array of texts. */
type Element = string | null

const textType = 25
const headerBytes = 20
const lengthBytes = 4

/**
 * Bodies that name the same columns → for each column one parameter: its values as a `text[]` in PostgreSQL's binary form.
 * Nothing in it is escaped: that costs neither us nor PostgreSQL a look at every character.
 */
export function toColumnArrays(bodies: readonly WriteBody[]): Buffer[] {
  const columns = [...(bodies[0]?.columns.keys() ?? [])].map(() => [] as Element[])
  for (const body of bodies) {
    let index = 0
    for (const value of body.columns.values()) columns[index++]!.push(toElement(value))
  }
  return columns.map(toBinary)
}

function toElement(value: SqlValue): Element {
  if (value === null || typeof value === 'string') return value
  return typeof value === 'object' ? `{${value.map(quote).join(',')}}` : String(value)
}

const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** One dimension from 1 on; each element by its length in bytes, −1 for null. */
function toBinary(elements: readonly Element[]): Buffer {
  let size = headerBytes
  for (const text of elements) size += lengthBytes + (text === null ? 0 : Buffer.byteLength(text))
  const bytes = Buffer.allocUnsafe(size)
  bytes.writeInt32BE(1, 0)
  bytes.writeInt32BE(elements.includes(null) ? 1 : 0, 4)
  bytes.writeInt32BE(textType, 8)
  bytes.writeInt32BE(elements.length, 12)
  bytes.writeInt32BE(1, 16)
  let at = headerBytes
  for (const text of elements) {
    const length = text === null ? -1 : bytes.write(text, at + lengthBytes)
    bytes.writeInt32BE(length, at)
    at += lengthBytes + Math.max(length, 0)
  }
  return bytes
}
