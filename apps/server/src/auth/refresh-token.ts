import { createHash, createHmac, randomBytes } from 'node:crypto'

/** Refresh tokens say what they are: no other kind of token fits where one is asked for. */
const prefix = 'hfr_'
const pattern = /^hfr_[\w-]{43}$/

/** A new refresh token: 256 random bits. */
export const newRefreshToken = (): string => prefix + randomBytes(32).toString('base64url')

export const isRefreshToken = (text: string): boolean => pattern.test(text)

/** What the database knows of a token. The token has 256 random bits, so a plain hash cannot be guessed backwards. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * The token that follows `token`. The seed lies in the database beside the hash of `token`: neither of them alone gives
 * the successor, and who shows the old token once more can be given the same successor without it being stored.
 */
export const successorOf = (token: string, seed: Uint8Array): string =>
  prefix + createHmac('sha256', seed).update(token).digest('base64url')

export const newSeed = (): Buffer => randomBytes(32)
