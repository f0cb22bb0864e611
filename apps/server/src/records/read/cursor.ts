import { hash, timingSafeEqual } from 'node:crypto'
import { defineError } from '../../lib/index.js'
import { type SortKey, sortKeyName } from './selection.js'

const invalidCursor = defineError('invalid_cursor')

export type CursorValue = string | number | boolean | null

/** Names an order, so that a cursor is not used with another. */
export const sortSignature = (sort: readonly SortKey[]): string =>
  sort.map((key) => `${key.descending ? '-' : ''}${sortKeyName(key)}`).join(',')

/** 128 bits and a little, in base64url. */
const signatureLength = 22

/** Cursors are opaque and signed: a client can hand them back, not make them up. */
export class CursorCodec {
  private readonly secret: string

  constructor(secret: Buffer) {
    this.secret = secret.toString('hex')
  }

  encode(values: readonly CursorValue[], collection: string, sort: string): string {
    const body = Buffer.from(JSON.stringify(values)).toString('base64url')
    return this.sign(body, collection, sort) + body
  }

  /** @throws invalid_cursor for one that is damaged, or was given for another collection or order */
  decode(cursor: string, collection: string, sort: string): readonly CursorValue[] {
    const body = cursor.slice(signatureLength)
    const signature = Buffer.from(cursor.slice(0, signatureLength))
    const expected = Buffer.from(this.sign(body, collection, sort))
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
      throw invalidCursor('The cursor does not belong to this query', {
        hint: 'Pass meta.nextCursor of the page before, with the same sort.',
      })
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as CursorValue[]
  }

  /** SHA-512/256 with the secret in front: its inner state does not follow from its output, so nothing can be appended. */
  private sign(body: string, collection: string, sort: string): string {
    const text = `${this.secret}\n${collection}\n${sort}\n${body}`
    return hash('sha512-256', text, 'base64url').slice(0, signatureLength)
  }
}
