import { Injectable } from '@nestjs/common'
import { hasSecondFactor, isInPerson, mustHaveSecondFactor, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'

interface StepUpSettings {
  readonly maxAgeSeconds: number
}

/** What is known of the proofs of a session, and what its user could prove. */
interface ProofState {
  readonly asksSecondFactor: boolean
  readonly provenSecondsAgo: number
  /** Undefined: never within this session. */
  readonly secondFactorSecondsAgo: number | undefined
  readonly hasPassword: boolean
  readonly hasPasskey: boolean
}

/**
 * Whether the caller has lately proven who they are: an unattended screen or a stolen token must not be enough to change
 * how an account is signed in to.
 */
@Injectable()
export class FreshProofs {
  private readonly settings: Settings<StepUpSettings>

  constructor(
    private readonly db: Database,
    settings: SettingsStore,
  ) {
    this.settings = settings.define<StepUpSettings>({
      name: 'auth.stepUp',
      description: 'How fresh the proof of an identity must be where an account or its factors are changed',
      defaults: { maxAgeSeconds: 600 },
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: { maxAgeSeconds: { type: 'integer', minimum: 60, maximum: 86_400 } },
      },
    })
  }

  /**
   * Asked of the database, so that a step-up counts at once on every node. Whoever has a second factor must have proven
   * that one; API keys and admins who act as a user never have.
   * @throws step_up_required, forbidden
   */
  async require(caller: UserPrincipal): Promise<void> {
    if (!isInPerson(caller)) throw new AppError('forbidden', 'Only the user, signed in as themselves, may do this')
    const { maxAgeSeconds } = await this.settings.get()
    const state = await this.find(caller)
    if (state === undefined || !isFresh(state, maxAgeSeconds)) throw stepUpRequired(state)
  }

  /** Whether the user can prove a second factor, or must: a password alone is no step-up then. */
  async asksSecondFactor(caller: UserPrincipal): Promise<boolean> {
    return (await this.find(caller))?.asksSecondFactor ?? true
  }

  private async find({ userId, sessionId }: UserPrincipal): Promise<ProofState | undefined> {
    const { rows } = await this.db.run({ text: findState, values: [userId, sessionId] })
    if (rows[0] === undefined) return undefined
    const [asksSecondFactor, provenSecondsAgo, second, hasPassword, hasPasskey] = rows[0] as StateRow
    const secondFactorSecondsAgo = second ?? undefined
    return { asksSecondFactor, provenSecondsAgo, secondFactorSecondsAgo, hasPassword, hasPasskey }
  }
}

function isFresh(state: ProofState, maxAgeSeconds: number): boolean {
  const age = state.asksSecondFactor ? state.secondFactorSecondsAgo : state.provenSecondsAgo
  return age !== undefined && age <= maxAgeSeconds
}

export const stepUpRequired = (state?: Omit<ProofState, 'provenSecondsAgo'>): AppError =>
  new AppError('step_up_required', 'Prove again who you are', { hint: hintFor(state) })

function hintFor(state: Omit<ProofState, 'provenSecondsAgo'> | undefined): string {
  const ways = [
    ...(state?.asksSecondFactor ? ['{"code":"…"}'] : []),
    ...(state?.hasPassword && !state.asksSecondFactor ? ['{"password":"…"}'] : []),
    ...(state?.hasPasskey ? ['a passkey (POST /api/v1/auth/step-up/passkey/options)'] : []),
  ]
  return ways.length === 0 ? 'Sign in again' : `POST /api/v1/auth/step-up with ${ways.join(' or ')}, or sign in again`
}

type StateRow = [boolean, number, number | null, boolean, boolean]

const secondsSince = (time: string): string => `extract(epoch from now() - ${time})::float8`

const findState = `
  select ${hasSecondFactor('s.user_id')} or ${mustHaveSecondFactor('s.user_id')},
    ${secondsSince('s.proven_at')}, ${secondsSince('s.second_factor_at')},
    exists (select from holdfast.credentials c where c.user_id = s.user_id),
    exists (select from holdfast.factors f where f.user_id = s.user_id and f.kind = 'passkey')
  from holdfast.sessions s where s.user_id = $1 and s.id = $2 and s.revoked_at is null and s.expires_at > now()`
