import type { PasskeyAnswer, PasskeyCeremony } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import type { UserPrincipal } from '../../auth/index.js'
import { Database } from '../../platform/db/index.js'
import { holderOfPending, PendingSignIns } from '../mfa/pending-sign-ins.js'
import { type SignedIn, SignIns } from '../sign-in/sign-ins.js'
import { notProven, PasskeyProofs } from './passkey-proofs.js'

/** Signs in by passkeys: as the one factor, or as the second. */
@Injectable()
export class PasskeySignIns {
  constructor(
    private readonly db: Database,
    private readonly proofs: PasskeyProofs,
    private readonly pendings: PendingSignIns,
    private readonly signIns: SignIns,
  ) {}

  begin(): Promise<PasskeyCeremony> {
    return this.proofs.begin('signIn')
  }

  /** @throws invalid_secret, and what a sign-in throws */
  async signIn(answer: PasskeyAnswer, request: Request): Promise<SignedIn> {
    const passkey = await this.proofs.prove('signIn', answer)
    const { userId, userVerified: secondFactor } = passkey
    return this.db.transaction(async (tx) => {
      await this.proofs.use(tx, passkey)
      return this.signIns.open(tx, { userId, methods: ['swk'], secondFactor }, request)
    })
  }

  async beginSecond(mfaToken: string): Promise<PasskeyCeremony> {
    const pending = await this.pendings.peek(mfaToken)
    const asked = { userId: pending.userId, holder: holderOfPending(pending) }
    // Who came by a passkey without being verified has to be, since the passkey alone is one factor.
    return this.proofs.begin(
      'mfa',
      pending.methods.includes('swk') ? { ...asked, userVerification: 'required' } : asked,
    )
  }

  /** @throws invalid_secret, and what a sign-in throws */
  async proveSecond(
    { mfaToken, ...answer }: PasskeyAnswer & { mfaToken: string },
    request: Request,
  ): Promise<SignedIn> {
    const pending = await this.pendings.peek(mfaToken)
    const asked = { userId: pending.userId, holder: holderOfPending(pending) }
    const passkey = await this.proofs.prove('mfa', answer, asked)
    if (pending.methods.includes('swk') && !passkey.userVerified) throw notProven()
    return this.db.transaction(async (tx) => {
      await this.proofs.use(tx, passkey)
      return this.pendings.finish(tx, pending, 'swk', request)
    })
  }

  /** The user must be verified: it stands for a second factor, whatever the session began with. */
  beginStepUp({ userId, sessionId }: UserPrincipal): Promise<PasskeyCeremony> {
    return this.proofs.begin('stepUp', { userId, holder: sessionId, userVerification: 'required' })
  }
}
