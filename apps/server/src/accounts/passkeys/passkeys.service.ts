import type { PasskeyCeremony, PasskeyInfo } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { Sessions, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { findAccountById } from '../account/find-account.js'
import { becomePerson } from '../anonymous/become-person.js'
import { type Enrolment, Enrolments } from '../mfa/enrolments.js'
import { countFactors, removeFactor } from '../mfa/factors.js'
import { holderOfPending } from '../mfa/pending-sign-ins.js'
import { RecoveryCodes } from '../mfa/recovery-codes.js'
import { SecurityNotices } from '../mfa/security-notices.js'
import type { SignedIn } from '../sign-in/sign-ins.js'
import { Ceremonies } from './ceremonies.js'
import { parseAttestation } from './parse-response.js'
import { findPasskeysOf, listPasskeys, renamePasskey, storePasskey } from './passkey-store.js'
import { creationOptions, verifyAttestation } from './webauthn.js'

const maxPasskeys = 20

export interface NewPasskeyAnswer {
  readonly challengeId: string
  readonly response: object
  readonly name: string
}

export interface Registered {
  readonly passkey: PasskeyInfo
  /** Where the passkey finished a sign-in. */
  readonly signedIn?: SignedIn | undefined
  readonly recoveryCodes: string[]
}

/** Passkeys that users have. */
@Injectable()
export class PasskeysService {
  constructor(
    private readonly db: Database,
    private readonly sessions: Sessions,
    private readonly enrolments: Enrolments,
    private readonly ceremonies: Ceremonies,
    private readonly recovery: RecoveryCodes,
    private readonly notices: SecurityNotices,
  ) {}

  list(userId: string): Promise<PasskeyInfo[]> {
    return listPasskeys(this.db, userId)
  }

  /** @throws conflict when there are enough */
  async begin(enrolment: Enrolment): Promise<PasskeyCeremony> {
    const { userId } = enrolment
    const [known, account] = await Promise.all([findPasskeysOf(this.db, userId), findAccountById(this.db, userId)])
    if (known.length >= maxPasskeys) throw tooMany()
    const { challengeId, ceremony } = await this.ceremonies.begin('register', { userId, holder: holderOf(enrolment) })
    const userName = account?.email ?? account?.phone ?? userId
    return { challengeId, options: { ...(await creationOptions(ceremony, { userId, userName, known })) } }
  }

  /** @throws invalid_secret, validation_failed, conflict */
  async register(enrolment: Enrolment, answer: NewPasskeyAnswer, request: Request): Promise<Registered> {
    const { userId, pending } = enrolment
    const attestation = parseAttestation(answer.response)
    const ceremony = await this.ceremonies.take('register', answer.challengeId, holderOf(enrolment))
    const verified = await verifyAttestation(ceremony, attestation)
    if (verified === undefined) throw notVerified()
    const { transports } = attestation
    const registered = await this.db.transaction(async (tx) => {
      await this.enrolments.lock(tx, enrolment)
      if ((await countFactors(tx, userId, 'passkey')) >= maxPasskeys) throw tooMany()
      const id = await storePasskey(tx, { ...verified, userId, name: answer.name, transports })
      await becomePerson(tx, userId)
      await this.notices.enqueue(tx, userId, `A passkey was added: ${answer.name}.`)
      const recoveryCodes = pending ? await this.recovery.replace(tx, userId) : []
      const signedIn = await this.enrolments.finish(tx, enrolment, 'swk', request)
      const passkey = (await listPasskeys(tx, userId)).find((known) => known.id === id)!
      return { passkey, recoveryCodes, signedIn }
    })
    this.sessions.forget(userId)
    return registered
  }

  /** @throws not_found */
  async rename({ userId }: UserPrincipal, id: string, name: string): Promise<PasskeyInfo> {
    const renamed = await renamePasskey(this.db, userId, id, name)
    if (renamed === undefined) throw new AppError('not_found', 'There is no such passkey')
    return renamed
  }

  /** @throws not_found, conflict for the last way in, or the last factor a role requires */
  async remove({ userId }: UserPrincipal, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const name = await removeFactor(tx, userId, id, 'passkey')
      await this.notices.enqueue(tx, userId, `A passkey was removed: ${name}.`)
    })
  }
}

/** A challenge is for the session, or the pending sign-in, that asked for it. */
const holderOf = ({ caller, pending }: Enrolment): string => (pending ? holderOfPending(pending) : caller.sessionId)

const tooMany = (): AppError =>
  new AppError('conflict', `There are ${maxPasskeys} passkeys already`, {
    hint: 'Remove one first: DELETE /api/v1/auth/passkeys/{id}',
  })

const notVerified = (): AppError => {
  const message = 'The passkey was not made for this site and challenge, or lacks what was asked for'
  return new AppError('validation_failed', message, { errors: [{ path: 'response', code: 'invalid', message }] })
}
