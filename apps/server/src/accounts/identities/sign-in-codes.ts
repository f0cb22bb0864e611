import { createHash, timingSafeEqual } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import type { ProvenIdentity } from './proven-identity.js'

const codeSeconds = 60

/** What an app gets for a code. */
export type CodeDetails = {
  readonly identity: ProvenIdentity
  /** BASE64URL(SHA256(verifier)): the app that began shows the verifier. */
  readonly codeChallenge?: string
  /** The user who began, to link the identity. */
  readonly linkTo?: string
}

/** Codes that carry a proven identity to the app, through a browser: good for one use, for a minute. */
@Injectable()
export class SignInCodes {
  constructor(
    private readonly db: Database,
    private readonly secrets: OneTimeSecrets,
  ) {}

  issue(details: CodeDetails): Promise<string> {
    return this.secrets.issueToken(this.db, { purpose: 'oauth.code', ttlSeconds: codeSeconds, details })
  }

  /** Uses the code up, whatever comes of it. @throws invalid_secret */
  async redeem(code: string, verifier: string | undefined): Promise<CodeDetails> {
    const used = await this.secrets.useToken<CodeDetails>(this.db, 'oauth.code', code)
    if (used === undefined || !matches(used.details.codeChallenge, verifier)) throw invalidCode()
    return used.details
  }
}

/** A verifier nobody asked for is refused too: the challenge was lost on the way. */
function matches(challenge: string | undefined, verifier: string | undefined): boolean {
  if (challenge === undefined || verifier === undefined) return challenge === verifier
  const expected = Buffer.from(challenge)
  const shown = Buffer.from(createHash('sha256').update(verifier).digest('base64url'))
  return expected.length === shown.length && timingSafeEqual(expected, shown)
}

export const invalidCode = (): AppError =>
  new AppError('invalid_secret', 'The code is wrong, used or too old', { hint: 'Begin the sign-in again' })
