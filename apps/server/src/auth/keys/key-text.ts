import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** An API key as text, taken apart. */
export interface KeyText {
  readonly publishable: boolean
  readonly id: string
  /** SHA-256 of the secret part: 256 random bits need no slow hash. */
  readonly hash: Buffer
}

/**
 * `sk_<id>_<secret><checksum>`: a prefix that scanners of code know, the id of the key, 256 random bits, and a checksum by
 * which a scanner tells a key from a text that looks like one. Letters and digits only, so that a double click takes it all.
 */
const pattern = /^([ps])k_([0-9A-Za-z]{22})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

const prefixOf = (publishable: boolean): string => (publishable ? 'pk' : 'sk')

/** Whether a token claims to be an API key. */
export const looksLikeKey = (token: string): boolean =>
  token.charCodeAt(1) === 107 && (token.startsWith('sk_') || token.startsWith('pk_'))

/** A new key. Its text is shown once; the hash is what is stored. */
export function newKeyText(id: string, publishable: boolean): { text: string; hash: Buffer } {
  const secret = toDigits(BigInt(`0x${randomBytes(32).toString('hex')}`), 43)
  const start = `${prefixOf(publishable)}_${shortId(id)}_${secret}`
  return { text: start + checksumOf(start), hash: hashSecret(secret) }
}

export function parseKeyText(text: string): KeyText | undefined {
  const [, kind, short, secret, checksum] = pattern.exec(text) ?? []
  if (checksum === undefined || checksum !== checksumOf(text.slice(0, -checksum.length))) return undefined
  const id = longId(short!)
  return id === undefined ? undefined : { publishable: kind === 'p', id, hash: hashSecret(secret!) }
}

/** What may be shown of a key for people to tell keys apart. */
export const startOf = (id: string, publishable: boolean): string => `${prefixOf(publishable)}_${shortId(id)}`

const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

const checksumOf = (start: string): string => toDigits(BigInt(crc32(start)), 6)

const shortId = (id: string): string => toDigits(BigInt(`0x${id.replaceAll('-', '')}`), 22)

function longId(short: string): string | undefined {
  let value = 0n
  for (const digit of short) value = value * base + BigInt(digits.indexOf(digit))
  const hex = value.toString(16).padStart(32, '0')
  if (hex.length > 32) return undefined
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const base = BigInt(digits.length)

function toDigits(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= base) text = digits[Number(rest % base)] + text
  return text.padStart(length, '0')
}
