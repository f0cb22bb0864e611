import { type Cipheriv, createCipheriv, createHash, hash, timingSafeEqual } from 'node:crypto'
import { defineError } from '../../lib/index.js'
import type { CursorValue, Position } from '../read/selection.js'

const invalidCursor = defineError('invalid_cursor')

const tagBytes = 16

/**
 * Cursors are opaque, and bound to who asks and to what: `binding` says both, and a cursor is of no use with another.
 * The same position gives the same cursor. This is the SIV construction: a keyed hash of binding and position is the tag,
 * and with the tag as its nonce AES in counter mode hides the position, whose values do not belong in the logs that URLs
 * end up in. One cipher serves for all cursors, since making one costs more than the rest.
 */
export class CursorCodec {
  private readonly macKey: string
  private readonly blocks: Cipheriv

  constructor(secret: Buffer) {
    const derive = (purpose: string): Buffer => createHash('sha512-256').update(secret).update(purpose).digest()
    this.macKey = derive('cursor tag').toString('hex')
    this.blocks = createCipheriv('aes-256-ecb', derive('cursor cipher'), null).setAutoPadding(false)
  }

  encode({ direction, inclusive, values }: Position, binding: string): string {
    const body = JSON.stringify([direction === 'after' ? 0 : 1, inclusive ? 1 : 0, ...values])
    const sealed = Buffer.allocUnsafe(tagBytes + Buffer.byteLength(body))
    sealed.write(this.tag(body, binding), 0, tagBytes, 'base64url')
    sealed.write(body, tagBytes)
    this.mask(sealed)
    return sealed.toString('base64url')
  }

  /** @throws invalid_cursor for one that is damaged, or was given to another caller or for another query */
  decode(cursor: string, binding: string): Position {
    const sealed = Buffer.from(cursor, 'base64url')
    if (sealed.length <= tagBytes) throw foreign()
    this.mask(sealed)
    const body = sealed.toString('utf8', tagBytes)
    if (
      !timingSafeEqual(
        sealed.subarray(0, tagBytes),
        Buffer.from(this.tag(body, binding), 'base64url').subarray(0, tagBytes),
      )
    )
      throw foreign()
    const [direction, inclusive, ...values] = JSON.parse(body) as [0 | 1, 0 | 1, ...CursorValue[]]
    return { direction: direction === 0 ? 'after' : 'before', inclusive: inclusive === 1, values }
  }

  /** SHA-512/256 with the key in front: its inner state does not follow from its output, so nothing can be appended. */
  private tag(body: string, binding: string): string {
    return hash('sha512-256', `${this.macKey}\n${binding}\n${body}`, 'base64url')
  }

  /** What follows the tag, xor AES of the tag counted up: hides and shows alike. */
  private mask(sealed: Buffer): void {
    const length = sealed.length - tagBytes
    const counters = Buffer.allocUnsafe(Math.ceil(length / tagBytes) * tagBytes)
    for (let at = 0; at < counters.length; at += tagBytes) {
      for (let byte = 0; byte < tagBytes; byte++) counters[at + byte] = sealed[byte]!
      counters[at + 15]! += at / tagBytes
      counters[at + 14]! ^= at >> 12
    }
    const stream = this.blocks.update(counters)
    for (let at = 0; at < length; at++) sealed[tagBytes + at]! ^= stream[at]!
  }
}

const foreign = () =>
  invalidCursor('The cursor does not belong to this query', {
    hint: 'Pass meta.nextCursor or meta.previousCursor of another page of the same query: same caller, filter, search and sort.',
  })
