import { randomBytes } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { PasskeySettings, type RelyingParty, type UserVerification } from './passkey-settings.js'

/** What an authenticator is asked for. An answer to one is nothing for any other. */
export type CeremonyKind = 'register' | 'signIn' | 'mfa' | 'stepUp'

/** A challenge that was given out, and the conditions its answer is held to: those of then, whatever the browser made of them. */
export interface Ceremony {
  readonly kind: CeremonyKind
  readonly challenge: string
  readonly party: RelyingParty
  /** The session or pending sign-in it was made for. Absent where nobody is known yet. */
  readonly holder?: string
}

const ceremonySeconds = 300

/** Challenges of passkeys: 32 random bytes each, kept here, good for one answer. */
@Injectable()
export class Ceremonies {
  constructor(
    private readonly db: Database,
    private readonly secrets: OneTimeSecrets,
    private readonly settings: PasskeySettings,
  ) {}

  async begin(
    kind: CeremonyKind,
    {
      userId,
      holder,
      userVerification,
    }: { userId?: string; holder?: string; userVerification?: UserVerification } = {},
  ): Promise<{ challengeId: string; ceremony: Ceremony }> {
    const settings = await this.settings.relyingParty()
    const party = { ...settings, ...(userVerification && { userVerification }) }
    const challenge = randomBytes(32).toString('base64url')
    const ceremony: Ceremony = { kind, challenge, party, ...(holder !== undefined && { holder }) }
    const details = { ...ceremony, party: { ...party, origins: [...party.origins] } }
    const secret = { purpose: 'passkey', ttlSeconds: ceremonySeconds, details } as const
    const challengeId = await this.secrets.issueToken(this.db, { ...secret, ...(userId !== undefined && { userId }) })
    return { challengeId, ceremony }
  }

  /** Uses the challenge up, also when what comes next fails. @throws invalid_secret for one of another kind, holder or time */
  async take(kind: CeremonyKind, challengeId: string, holder?: string): Promise<Ceremony> {
    const used = await this.secrets.useToken<Ceremony>(this.db, 'passkey', challengeId)
    if (used === undefined || used.details.kind !== kind || used.details.holder !== holder) throw invalidChallenge()
    return used.details
  }
}

const invalidChallenge = (): AppError => {
  const message = 'The challenge was answered before, is too old, or was made for something else'
  const errors = [{ path: 'challengeId', code: 'invalid_secret', message }]
  return new AppError('invalid_secret', message, { hint: 'Ask for new options', errors })
}
