import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Time-based one-time codes (RFC 6238) as authenticator apps make them: SHA-1, six digits, thirty seconds. */

const stepSeconds = 30
const digits = 6
const secretBytes = 20
/** Steps before and after the current one whose code is taken: for clocks that are not quite right. */
const window = 1
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A secret in base32 (RFC 4648), without padding, as people type it. */
export const newTotpSecret = (): string => toBase32(randomBytes(secretBytes))

export const totpStepAt = (timeMs: number): number => Math.floor(timeMs / 1000 / stepSeconds)

/** The code of one time step (RFC 4226, section 5.3). */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const number = hash.readUInt32BE(hash[hash.length - 1]! & 0xf) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The time step this is the code of, if it is of one near `timeMs`. Looks at each, whichever it is. */
export function findTotpStep(secret: string, code: string, timeMs: number): number | undefined {
  if (!isTotpCode(code)) return undefined
  const now = totpStepAt(timeMs)
  const given = Buffer.from(code)
  let found: number | undefined
  for (let step = now - window; step <= now + window; step += 1)
    if (timingSafeEqual(Buffer.from(totpCode(secret, step)), given)) found = step
  return found
}

export const isTotpCode = (text: string): boolean => /^\d{6}$/.test(text)

/** What the QR code says: who the code is for, and of which service. */
export function totpUri(secret: string, { issuer, account }: { issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  const query = `secret=${secret}&issuer=${encodeURIComponent(issuer)}`
  return `otpauth://totp/${label}?${query}&algorithm=SHA1&digits=${digits}&period=${stepSeconds}`
}

function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
