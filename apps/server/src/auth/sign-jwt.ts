import { type KeyObject, sign } from 'node:crypto'

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/**
 * A JWT signed by Ed25519 (RFC 8037), at once and on this thread: that takes some 50 µs. WebCrypto would hand it to the
 * threads that hash passwords, where it waits longer than it takes.
 */
export function signJwt(
  header: { readonly kid: string; readonly typ: string },
  claims: object,
  key: KeyObject,
): string {
  const signed = `${encode({ alg: 'EdDSA', ...header })}.${encode(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}
