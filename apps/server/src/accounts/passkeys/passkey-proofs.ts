import type { PasskeyCeremony } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { Ceremonies, type CeremonyKind } from './ceremonies.js'
import { parseAssertion } from './parse-response.js'
import type { UserVerification } from './passkey-settings.js'
import { findPasskey, findPasskeysOf, notePasskeyUse } from './passkey-store.js'
import { requestOptions, type VerifiedAssertion, verifyAssertion } from './webauthn.js'

/** Who is asked: a user that is known already, and what the answer is bound to. */
export interface AskedUser {
  readonly userId: string
  readonly holder: string
  readonly userVerification?: UserVerification
}

/** A passkey that answered; `use` notes it, within the transaction that goes by it. */
export interface ProvenPasskey extends VerifiedAssertion {
  readonly id: string
  readonly userId: string
}

/** Proves by passkeys who somebody is. */
@Injectable()
export class PasskeyProofs {
  constructor(
    private readonly db: Database,
    private readonly ceremonies: Ceremonies,
  ) {}

  /** `asked` left out: anybody, by whatever passkey their authenticator has for us. */
  async begin(kind: Exclude<CeremonyKind, 'register'>, asked?: AskedUser): Promise<PasskeyCeremony> {
    const known = asked && (await findPasskeysOf(this.db, asked.userId))
    if (known?.length === 0) throw new AppError('conflict', 'There is no passkey to prove')
    const { challengeId, ceremony } = await this.ceremonies.begin(kind, asked)
    return { challengeId, options: { ...(await requestOptions(ceremony, known)) } }
  }

  /** @throws invalid_secret, validation_failed */
  async prove(
    kind: Exclude<CeremonyKind, 'register'>,
    { challengeId, response }: { challengeId: string; response: object },
    asked?: Pick<AskedUser, 'userId' | 'holder'>,
  ): Promise<ProvenPasskey> {
    const assertion = parseAssertion(response)
    const ceremony = await this.ceremonies.take(kind, challengeId, asked?.holder)
    const passkey = await findPasskey(this.db, assertion.id)
    if (passkey === undefined || !isOwner(passkey.userId, assertion.userHandle, asked?.userId)) throw notProven()
    const verified = await verifyAssertion(ceremony, assertion, passkey)
    if (verified === undefined) throw notProven()
    return { ...verified, id: passkey.id, userId: passkey.userId }
  }

  /** @throws invalid_secret when the counter of the authenticator was used meanwhile, or the passkey is gone */
  async use(tx: Executor, passkey: ProvenPasskey): Promise<void> {
    if (!(await notePasskeyUse(tx, passkey))) throw notProven()
  }
}

/** Where nobody is known yet, the authenticator must say whose passkey it is (WebAuthn, section 7.2, step 6). */
function isOwner(userId: string, userHandle: string | undefined, askedUserId: string | undefined): boolean {
  if (askedUserId !== undefined && askedUserId !== userId) return false
  if (userHandle === undefined) return askedUserId !== undefined
  return Buffer.from(userHandle, 'base64url').toString() === userId
}

/** One answer for every reason, so that nobody learns which passkeys there are. */
export const notProven = (): AppError => {
  const message = 'The passkey does not prove who you are'
  return new AppError('invalid_secret', message, { errors: [{ path: 'response', code: 'invalid_secret', message }] })
}
