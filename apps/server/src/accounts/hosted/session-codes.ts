import { createHash, timingSafeEqual } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { Proof, ProofMethod } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'

const codeSeconds = 60
/** Whoever signed in longer ago signs in again: the session of the app counts as proven when it begins. */
const freshSeconds = 600

type CodeDetails = { readonly sessionId: string; readonly codeChallenge: string | null }

/** Codes by which an app gets a session of its own once somebody has signed in at our pages: good once, for a minute. */
@Injectable()
export class SessionCodes {
  constructor(
    private readonly db: Database,
    private readonly secrets: OneTimeSecrets,
  ) {}

  /** Undefined where the session is over, or too old to stand for a sign-in. */
  async issue(sessionId: string, codeChallenge: string | undefined): Promise<string | undefined> {
    if ((await this.findProof(sessionId, freshSeconds)) === undefined) return undefined
    const details: CodeDetails = { sessionId, codeChallenge: codeChallenge ?? null }
    return this.secrets.issueToken(this.db, { purpose: 'session.code', ttlSeconds: codeSeconds, details })
  }

  /** Uses the code up, whatever comes of it; undefined where it is none of ours. @throws invalid_secret */
  async redeem(code: string, verifier: string | undefined): Promise<Proof | undefined> {
    const used = await this.secrets.useToken<CodeDetails>(this.db, 'session.code', code)
    if (used === undefined) return undefined
    const { sessionId, codeChallenge } = used.details
    const proof = await this.findProof(sessionId, freshSeconds + codeSeconds)
    if (proof !== undefined && matches(codeChallenge, verifier)) return proof
    throw new AppError('invalid_secret', 'The code is wrong, used or too old', { hint: 'Begin the sign-in again' })
  }

  private async findProof(sessionId: string, maxAgeSeconds: number): Promise<Proof | undefined> {
    const { rows } = await this.db.run({ text: findSession, values: [sessionId, maxAgeSeconds] })
    if (rows[0] === undefined) return undefined
    const [userId, methods, secondFactor] = rows[0] as [string, string, boolean]
    return { userId, methods: JSON.parse(methods) as ProofMethod[], secondFactor }
  }
}

/** A verifier nobody asked for is refused too: the challenge was lost on the way. */
function matches(challenge: string | null, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === null && verifier === undefined
  const expected = Buffer.from(challenge)
  const shown = Buffer.from(createHash('sha256').update(verifier).digest('base64url'))
  return expected.length === shown.length && timingSafeEqual(expected, shown)
}

const findSession = `
  select s.user_id, to_json(s.methods)::text, s.second_factor_at is not null from holdfast.sessions s
  where s.id = $1 and s.revoked_at is null and s.expires_at > now() and s.acting_session_id is null
    and s.proven_at > now() - $2 * interval '1 second'`
