import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'

/** What a key signs: access tokens of this server, or ID tokens for apps that use it as their OpenID provider. */
export type SigningPurpose = 'access' | 'oidc'

/** Apps of others may know nothing newer than RS256, which OpenID Connect obliges everybody to know. */
export const algorithms = { access: 'EdDSA', oidc: 'RS256' } as const satisfies Record<SigningPurpose, string>

export interface SigningKey {
  readonly kid: string
  readonly purpose: SigningPurpose
  readonly createdAtMs: number
  /** When it begins to sign. It is published before, so that verifiers who remember our keys know it by then. */
  readonly activeAtMs: number
  /** Absent where it is encrypted under another `SECRET_KEY`: what it signed can still be verified. */
  readonly privateKey: KeyObject | undefined
  readonly privateJwk: JWK | undefined
  readonly publicKey: CryptoKey
  readonly publicJwk: JWK
}

export interface NewSigningKey {
  readonly privateJwk: JWK
  readonly publicJwk: JWK
}

export async function generateSigningKey(purpose: SigningPurpose): Promise<NewSigningKey> {
  const { privateKey } = await generateKeyPair(algorithms[purpose], { extractable: true })
  const privateJwk = await exportJWK(privateKey)
  return { privateJwk, publicJwk: toPublicJwk(privateJwk) }
}

/** What everybody may know of a key, and nothing else of it. */
export function toPublicJwk({ kty, crv, x, n, e }: JWK): JWK {
  return kty === 'RSA' ? { kty, n, e } : { kty, crv, x }
}

/** A key as the database has it. */
export interface StoredKey {
  readonly kid: string
  readonly purpose: SigningPurpose
  readonly createdAtMs: number
  readonly activeAtMs: number
  readonly publicJwk: JWK
  readonly privateJwk: JWK | undefined
}

export async function toSigningKey({ publicJwk, privateJwk, ...stored }: StoredKey): Promise<SigningKey> {
  const alg = algorithms[stored.purpose]
  const published: JWK = { ...publicJwk, kid: stored.kid, alg, use: 'sig' }
  const publicKey = (await importJWK(published, alg)) as CryptoKey
  const privateKey = privateJwk && createPrivateKey({ key: privateJwk, format: 'jwk' })
  return { ...stored, publicJwk: published, publicKey, privateKey, privateJwk }
}
