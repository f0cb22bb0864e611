import { createHmac, timingSafeEqual } from 'node:crypto'
import { defineError } from '../lib/index.js'
import type { SortKey } from './selection.js'

const invalidCursor = defineError('invalid_cursor')

export type CursorValue = string | number | boolean | null

/** Names an order, so that a cursor is not used with another. */
export const sortSignature = (sort: readonly SortKey[]): string =>
  sort
    .map(
      (key) => `${key.descending ? '-' : ''}${[...key.hops.map((hop) => hop.relation.name), key.field.name].join('.')}`,
    )
    .join(',')

/** Cursors are opaque and signed: a client can hand them back, not make them up. */
export class CursorCodec {
  constructor(private readonly secret: Buffer) {}

  encode(values: readonly CursorValue[], collection: string, sort: string): string {
    const body = Buffer.from(JSON.stringify(values))
    return Buffer.concat([this.sign(body, collection, sort), body]).toString('base64url')
  }

  /** @throws invalid_cursor for one that is damaged, or was given for another collection or order */
  decode(cursor: string, collection: string, sort: string): readonly CursorValue[] {
    const bytes = Buffer.from(cursor, 'base64url')
    const body = bytes.subarray(signatureBytes)
    if (
      bytes.length <= signatureBytes ||
      !timingSafeEqual(bytes.subarray(0, signatureBytes), this.sign(body, collection, sort))
    )
      throw invalidCursor('The cursor does not belong to this query', {
        hint: 'Pass meta.nextCursor of the page before, with the same sort.',
      })
    return JSON.parse(body.toString()) as CursorValue[]
  }

  private sign(body: Buffer, collection: string, sort: string): Buffer {
    return createHmac('sha256', this.secret)
      .update(`${collection}\n${sort}\n`)
      .update(body)
      .digest()
      .subarray(0, signatureBytes)
  }
}

const signatureBytes = 16
