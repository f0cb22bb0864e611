import { randomBytes } from 'node:crypto'

/** Letters and digits that are not taken for each other (Crockford's base32). */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const length = 16

/** A code of 80 random bits, in groups: `7h2k-9mpa-x3vq-0rtz`. */
export function newRecoveryCode(): string {
  const letters = [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('')
  return letters.match(/.{4}/g)!.join('-')
}

/** The code somebody typed as it was written; undefined for what cannot be one. */
export function parseRecoveryCode(text: string): string | undefined {
  const letters = text.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  if (letters.length !== length || [...letters].some((letter) => !alphabet.includes(letter))) return undefined
  return letters.match(/.{4}/g)!.join('-')
}
