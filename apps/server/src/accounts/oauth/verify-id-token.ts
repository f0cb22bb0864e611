import { createHash } from 'node:crypto'
import { decodeJwt, jwtVerify } from 'jose'
import type { Claims } from '../providers/provider.js'
import type { KnownServer } from './authorization-servers.js'
import type { ConfiguredProvider } from './provider-settings.js'

/** Signed by a key whose public part is published: no `none`, no secret that somebody else may know. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const maxLength = 16_384
const clockToleranceSeconds = 30

/** What an ID token must be. */
export interface Expected {
  /** The clients it may be for. */
  readonly audiences: readonly string[]
  /** Undefined: whoever shows the token asked for none, and there must be none. */
  readonly nonce: string | undefined
  /** Whether the token may hold the SHA-256 of the nonce in place of the nonce, as apps of Apple ask for it. */
  readonly nonceMayBeHashed?: boolean
}

/** The issuer of the ID token, by what the provider says of its issuers: one only, but for the tenants of Microsoft. */
export const expectedIssuer = (token: string, { provider }: ConfiguredProvider, { metadata }: KnownServer): string =>
  provider.issuerOf ? provider.issuerOf(decodeJwt(token), metadata.issuer) : metadata.issuer

/**
 * The claims of an ID token, by OpenID Connect Core, section 3.1.3.7: signed by a key of the issuer, made by it, for this
 * client, for this very sign-in, and not too old.
 * @throws an Error of jose, or one that says what is wrong
 */
export async function verifyIdToken(
  token: string,
  configured: ConfiguredProvider,
  server: KnownServer,
  expected: Expected,
): Promise<Claims> {
  if (token.length > maxLength || server.keys === undefined) throw new Error('This is no ID token')
  const { payload } = await jwtVerify(token, server.keys, {
    algorithms,
    issuer: expectedIssuer(token, configured, server),
    audience: [...expected.audiences],
    requiredClaims: ['sub', 'exp', 'iat'],
    clockTolerance: clockToleranceSeconds,
  })
  const several = Array.isArray(payload.aud) && payload.aud.length > 1
  if (several && !expected.audiences.includes(payload['azp'] as string))
    throw new Error('The ID token was made for another client')
  if (!isNonce(payload['nonce'], expected)) throw new Error('The ID token was made for another sign-in')
  return payload
}

function isNonce(found: unknown, { nonce, nonceMayBeHashed }: Expected): boolean {
  if (found === nonce) return true
  return nonceMayBeHashed === true && nonce !== undefined && found === createHash('sha256').update(nonce).digest('hex')
}
