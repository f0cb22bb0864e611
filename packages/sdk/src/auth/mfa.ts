import type { MfaState, NewTotp, One, PasskeyCeremony } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'
import type { AuthSession } from './session.js'
import type { SignIn, SignInAnswer } from './sign-in.js'
import { askForPasskey } from './webauthn.js'

/** Authenticator apps and recovery codes. `client.auth.mfa`. */
export class MfaClient<User extends object> {
  readonly #send: Send
  readonly #signIn: SignIn<User>

  /** @internal */
  constructor(send: Send, signIn: SignIn<User>) {
    this.#send = send
    this.#signIn = signIn
  }

  /**
   * Ends a sign-in with a code of an authenticator app, or with a recovery code.
   * @throws HoldfastError `invalid_secret` for a wrong one; after a few the sign-in begins anew
   *
   * @example
   * try {
   *   await client.auth.signInWithPassword({ email: 'ada@example.com', password: 'correct horse' })
   * } catch (error) {
   *   if (!(error instanceof SecondFactorRequired)) throw error
   *   await client.auth.mfa.verify(error.mfaToken, '123456')
   * }
   */
  verify(mfaToken: string, code: string, options?: CallOptions): Promise<AuthSession<User>> {
    return this.#signIn.with('/auth/mfa/verify', { mfaToken, code }, options)
  }

  /**
   * Ends a sign-in with a passkey. In browsers.
   *
   * @example
   * await client.auth.mfa.verifyPasskey(mfaToken)
   */
  async verifyPasskey(mfaToken: string, options: CallOptions = {}): Promise<AuthSession<User>> {
    const asked = await this.#send('POST', '/auth/mfa/passkey/options', { body: { mfaToken }, ...options })
    const answer = await askForPasskey(dataOf<PasskeyCeremony>(asked))
    return this.#signIn.with('/auth/mfa/passkey/verify', { mfaToken, ...answer }, options)
  }

  /**
   * What the user has set up.
   *
   * @example
   * const { factors, recoveryCodesLeft, required } = await client.auth.mfa.list()
   */
  async list(options: CallOptions = {}): Promise<MfaState> {
    return dataOf(await this.#send('GET', '/auth/mfa', options))
  }

  /**
   * Begins to set up an authenticator app: show `qr`, and `secret` for typing. It counts once a first code is confirmed.
   * With an `mfaToken`, as part of a sign-in that asks for a factor there is none of yet.
   * @throws HoldfastError `step_up_required` when the latest proof lies too far back
   *
   * @example
   * const { id, qr, secret } = await client.auth.mfa.enrollTotp({ name: 'My phone' })
   */
  async enrollTotp({ signal, ...body }: CallOptions & { name?: string; mfaToken?: string } = {}): Promise<NewTotp> {
    return dataOf(await this.#send('POST', '/auth/mfa/totp', { body, signal }))
  }

  /**
   * Confirms the app with a first code. Returns recovery codes, which are shown this once. With the `mfaToken` of a
   * sign-in, that ends too.
   *
   * @example
   * const recoveryCodes = await client.auth.mfa.confirmTotp('123456')
   */
  async confirmTotp(code: string, { signal, mfaToken }: CallOptions & { mfaToken?: string } = {}): Promise<string[]> {
    const body = mfaToken === undefined ? { code } : { code, mfaToken }
    const answer = await this.#send('POST', '/auth/mfa/totp/confirm', { body, signal })
    const { data } = answer as One<{ recoveryCodes: string[] } & SignInAnswer<User>>
    if ('accessToken' in data || 'csrfToken' in data) await this.#signIn.begin(data)
    return data.recoveryCodes
  }

  /**
   * Voids the recovery codes and makes new ones.
   *
   * @example
   * const recoveryCodes = await client.auth.mfa.renewRecoveryCodes()
   */
  async renewRecoveryCodes(options: CallOptions = {}): Promise<string[]> {
    return dataOf<{ recoveryCodes: string[] }>(await this.#send('POST', '/auth/mfa/recovery-codes', options))
      .recoveryCodes
  }

  /**
   * Removes a factor. Not the last one where a role requires one.
   *
   * @example
   * await client.auth.mfa.remove(factorId)
   */
  async remove(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/auth/mfa/${segment(id)}`, options)
  }
}
