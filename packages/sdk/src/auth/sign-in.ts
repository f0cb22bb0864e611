import type { MfaChallenge, MfaFactorKind, One, VerifyFirst } from '@holdfast/contract'
import { exchange, type Wire } from '../exchange.js'
import type { CallOptions } from '../transport.js'
import type { AuthSession } from './session.js'
import type { NewSession, SessionKeeper } from './session-keeper.js'

/**
 * The first factor was right, and a second one is asked for: go on with `client.auth.mfa`.
 *
 * @example
 * try {
 *   await client.auth.signInWithPassword({ email: 'ada@example.com', password: 'correct horse' })
 * } catch (error) {
 *   if (!(error instanceof SecondFactorRequired)) throw error
 *   await client.auth.mfa.verify(error.mfaToken, '123456')
 * }
 */
export class SecondFactorRequired extends Error {
  /** Stands for the first factor, for a few minutes. */
  readonly mfaToken: string
  /** What the user can prove. Empty: nothing yet, though a role requires it; a factor has to be set up now. */
  readonly factors: readonly MfaFactorKind[]

  constructor({ mfaToken, factors }: MfaChallenge) {
    super('A second factor is asked for')
    this.name = 'SecondFactorRequired'
    this.mfaToken = mfaToken
    this.factors = factors
  }
}

/** The account is made, and its owner can sign in once the link in the mail is followed. Of servers that want it so. */
export class VerificationPending extends Error {
  constructor() {
    super('A mail is on its way: the link in it verifies the e-mail address')
    this.name = 'VerificationPending'
  }
}

/** What the server answers to a sign-in. */
export type SignInAnswer<User> = NewSession<User> | MfaChallenge | VerifyFirst

/** Sends what proves somebody, and begins the session that the server answers with. */
export class SignIn<User extends object> {
  readonly #wire: Wire
  readonly #keeper: SessionKeeper<User>

  constructor(wire: Wire, keeper: SessionKeeper<User>) {
    this.#wire = wire
    this.#keeper = keeper
  }

  /**
   * As whoever is signed in now, where `path` may turn an anonymous user into a known one.
   * @throws SecondFactorRequired, HoldfastError, NetworkError
   */
  async with(path: string, body: object, { signal }: CallOptions = {}, asCaller = false): Promise<AuthSession<User>> {
    const grant = asCaller ? await this.#keeper.grant(signal) : undefined
    const proof = { token: grant?.token, csrfToken: grant?.csrfToken }
    const answer = await exchange(this.#wire, { method: 'POST', path, body, signal, ...proof })
    return this.begin((answer as One<SignInAnswer<User>>).data)
  }

  /** @throws SecondFactorRequired */
  async begin(result: SignInAnswer<User>): Promise<AuthSession<User>> {
    if ('verify' in result) throw new VerificationPending()
    if ('mfaToken' in result) throw new SecondFactorRequired(result)
    return this.#keeper.begin(result)
  }
}
