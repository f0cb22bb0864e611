import { type Cipheriv, createCipheriv, createHash, hash, timingSafeEqual } from 'node:crypto'

const tagBytes = 16

/**
 * Makes texts opaque, and binds them: `binding` says to whom and to what, and a sealed text is of no use with another.
 * The same text gives the same seal. This is the SIV construction: a keyed hash of binding and text is the tag,
 * and with the tag as its nonce AES in counter mode hides the text, whose values do not belong in the logs that URLs
 * end up in. One cipher serves for all, since making one costs more than the rest.
 */
export class Sealer {
  private readonly macKey: string
  private readonly blocks: Cipheriv

  constructor(secret: Buffer) {
    const derive = (purpose: string): Buffer => createHash('sha512-256').update(secret).update(purpose).digest()
    this.macKey = derive('cursor tag').toString('hex')
    this.blocks = createCipheriv('aes-256-ecb', derive('cursor cipher'), null).setAutoPadding(false)
  }

  seal(text: string, binding: string): string {
    const sealed = Buffer.allocUnsafe(tagBytes + Buffer.byteLength(text))
    sealed.write(this.tag(text, binding), 0, tagBytes, 'base64url')
    sealed.write(text, tagBytes)
    this.mask(sealed)
    return sealed.toString('base64url')
  }

  /** Undefined for one that is damaged, or was sealed with another binding. */
  open(text: string, binding: string): string | undefined {
    const sealed = Buffer.from(text, 'base64url')
    if (sealed.length <= tagBytes) return undefined
    this.mask(sealed)
    const body = sealed.toString('utf8', tagBytes)
    const tag = Buffer.from(this.tag(body, binding), 'base64url').subarray(0, tagBytes)
    return timingSafeEqual(sealed.subarray(0, tagBytes), tag) ? body : undefined
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
