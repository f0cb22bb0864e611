import { Inject, Injectable } from '@nestjs/common'
import { type CryptoKey, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { CONFIG, type Config } from '../platform/config/index.js'
import { expiredToken, invalidToken } from './auth-errors.js'
import { BoundedMap } from './bounded-map.js'
import type { UserPrincipal } from './principal.js'
import { signJwt } from './sign-jwt.js'
import { algorithms } from './signing-key.js'
import { SigningKeys } from './signing-keys.js'

/** What an access token says; who that is today, the session tells. */
export interface AccessClaims {
  readonly userId: string
  readonly sessionId: string
  readonly expiresAtMs: number
}

/** RFC 9068: tells an access token from any other JWT that may ever be signed with the same keys. */
const tokenType = 'at+jwt'
const audience = 'holdfast'
const rememberedTokens = 20_000
/** A part of the signature. By it a token is found: to hash all of its text for each request costs more than the rest of the guard. */
const keyLength = 32

interface Verified {
  readonly token: string
  readonly claims: AccessClaims
}

/** Signs and verifies access tokens. A token is verified once; then its full text is remembered until it expires. */
@Injectable()
export class AccessTokens {
  private readonly verified = new BoundedMap<string, Verified>(rememberedTokens)
  private keysVersion = 0

  constructor(
    private readonly keys: SigningKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  get ttlSeconds(): number {
    return this.config.accessTokenTtlSeconds
  }

  /** `claims` stand beside ours, never in their place. */
  sign(principal: UserPrincipal, claims: Readonly<Record<string, unknown>> = {}): string {
    const { kid, privateKey } = this.keys.current
    const { userId, sessionId, roles, team } = principal
    const issuedAt = Math.floor(Date.now() / 1000)
    const ours = {
      ...(team !== undefined && { team }),
      ...{ sid: sessionId, roles, sub: userId, iss: this.config.publicUrl, aud: audience },
      ...{ iat: issuedAt, exp: issuedAt + this.ttlSeconds },
    }
    return signJwt({ kid, typ: tokenType }, { ...claims, ...ours }, privateKey)
  }

  /** The claims of a token that was verified before, without waiting. @throws token_expired */
  findVerified(token: string, nowMs = Date.now()): AccessClaims | undefined {
    if (this.keysVersion !== this.keys.version) this.forgetAll()
    const found = this.verified.get(keyOf(token))
    if (found?.token !== token) return undefined
    if (found.claims.expiresAtMs > nowMs) return found.claims
    this.verified.delete(keyOf(token))
    throw expiredToken()
  }

  /** @throws unauthenticated for anything but an access token of ours, token_expired for one that is over */
  async verify(token: string): Promise<AccessClaims> {
    const { version } = this.keys
    const claims = await this.check(token)
    if (version === this.keys.version) this.verified.set(keyOf(token), { token, claims })
    return claims
  }

  private async check(token: string): Promise<AccessClaims> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.getPublicKey(kid), this.expectations())
      return toClaims(payload)
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw expiredToken()
      if (error instanceof errors.JOSEError) throw invalidToken(error)
      throw error
    }
  }

  /** The algorithm and the key are ours to name, never the token's: `alg` must be the one we sign with, `kid` one we made. */
  private async getPublicKey(kid: unknown): Promise<CryptoKey> {
    const key = typeof kid === 'string' ? await this.keys.find(kid) : undefined
    if (key === undefined) throw new errors.JWKSNoMatchingKey()
    return key.publicKey
  }

  private expectations(): JWTVerifyOptions {
    return {
      algorithms: [algorithms.access],
      typ: tokenType,
      issuer: this.config.publicUrl,
      audience,
      requiredClaims: ['sub', 'sid', 'iat', 'exp'],
    }
  }

  private forgetAll(): void {
    this.verified.clear()
    this.keysVersion = this.keys.version
  }
}

const keyOf = (token: string): string => token.slice(-keyLength)

function toClaims({ sub, sid, exp }: JWTPayload): AccessClaims {
  if (typeof sub !== 'string' || typeof sid !== 'string') throw new errors.JWTInvalid('sub and sid are texts')
  return { userId: sub, sessionId: sid, expiresAtMs: exp! * 1000 }
}
