import type { EmailChangeState, PasskeyCeremony, PasswordStrength } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import type { CallOptions, Send } from '../transport.js'
import { askForPasskey } from './webauthn.js'

/** What proves once more who is here. */
export type StepUpProof = { password: string } | { code: string }

/** Addresses, proofs and data of the signed-in user. `client.auth.account`. */
export class AccountClient {
  readonly #send: Send
  readonly #forget: () => Promise<void>

  /** @internal */
  constructor(send: Send, forget: () => Promise<void>) {
    this.#send = send
    this.#forget = forget
  }

  /**
   * Sends the mail that verifies the e-mail address once more: to the signed-in user, or to an address. Never tells whether
   * there is an account.
   *
   * @example
   * await client.auth.account.requestVerification()
   */
  requestVerification(email?: string, options?: CallOptions): Promise<void> {
    return this.#post('/auth/verify/request', email === undefined ? {} : { email }, options)
  }

  /**
   * Verifies the e-mail address by the token of the mail.
   *
   * @example
   * await client.auth.account.verifyEmail(token)
   */
  verifyEmail(token: string, options?: CallOptions): Promise<void> {
    return this.#post('/auth/verify', { token }, options)
  }

  /**
   * Asks for another e-mail address. It counts once the links in the mails to both are followed.
   * @throws HoldfastError `step_up_required` when the latest proof lies too far back and no password is given
   *
   * @example
   * await client.auth.account.changeEmail('ada@example.org', { password: 'correct horse' })
   */
  changeEmail(email: string, { signal, ...proof }: CallOptions & { password?: string } = {}): Promise<void> {
    return this.#post('/auth/email/change', { email, ...proof }, { signal })
  }

  /**
   * Confirms the change of an e-mail address by the token of a mail. `waitingFor` tells whose link is still to be followed.
   *
   * @example
   * const { email, waitingFor } = await client.auth.account.confirmEmail(token)
   */
  async confirmEmail(token: string, { signal }: CallOptions = {}): Promise<EmailChangeState> {
    return dataOf(await this.#send('POST', '/auth/email/confirm', { body: { token }, signal }))
  }

  /**
   * Sends a code to a new phone number of the signed-in user.
   *
   * @example
   * await client.auth.account.changePhone('+49 151 23456789')
   */
  changePhone(phone: string, options?: CallOptions): Promise<void> {
    return this.#post('/auth/phone/change', { phone }, options)
  }

  /**
   * Confirms it by the code.
   *
   * @example
   * await client.auth.account.confirmPhone('+49 151 23456789', '123456')
   */
  confirmPhone(phone: string, code: string, options?: CallOptions): Promise<void> {
    return this.#post('/auth/phone/confirm', { phone, code }, options)
  }

  /**
   * Sends a mail by which a forgotten password is replaced. Never tells whether there is an account.
   *
   * @example
   * await client.auth.account.forgotPassword('ada@example.com')
   */
  forgotPassword(email: string, { signal, ...more }: CallOptions & { redirectTo?: string } = {}): Promise<void> {
    return this.#post('/auth/password/forgot', { email, ...more }, { signal })
  }

  /**
   * Sets a new password by the token of that mail. All sessions end.
   * @throws HoldfastError `invalid_secret`, or `validation_failed` when the password is too weak
   *
   * @example
   * await client.auth.account.resetPassword(token, 'battery staple')
   */
  resetPassword(token: string, password: string, options?: CallOptions): Promise<void> {
    return this.#post('/auth/password/reset', { token, password }, options)
  }

  /**
   * How good a password is, from 0 to 4, and how it would be better.
   *
   * @example
   * const { score, warning, suggestions } = await client.auth.account.passwordStrength('correct horse')
   */
  async passwordStrength(password: string, { signal }: CallOptions = {}): Promise<PasswordStrength> {
    return dataOf(await this.#send('POST', '/auth/password/strength', { body: { password }, signal }))
  }

  /**
   * Proves once more who is here, where a call was refused with `step_up_required`. Whoever has a second factor gives a code
   * of it; without an argument, a passkey is asked for.
   *
   * @example
   * await client.auth.account.stepUp({ password: 'correct horse' })
   */
  async stepUp(proof?: StepUpProof, { signal }: CallOptions = {}): Promise<void> {
    if (proof) return this.#post('/auth/step-up', proof, { signal })
    const asked = dataOf<PasskeyCeremony>(await this.#send('POST', '/auth/step-up/passkey/options', { signal }))
    await this.#post('/auth/step-up', await askForPasskey(asked), { signal })
  }

  /**
   * All there is about the signed-in user: one JSON object a line (NDJSON).
   *
   * @example
   * const lines = (await client.auth.account.export()).trim().split('\n').map((line) => JSON.parse(line))
   */
  async export(options: CallOptions = {}): Promise<string> {
    return (await this.#send('GET', '/auth/me/export', options)) as string
  }

  /**
   * Deletes the signed-in user and what is theirs, for good.
   * @throws HoldfastError `step_up_required` when the latest proof lies too far back and no password is given
   *
   * @example
   * await client.auth.account.delete({ password: 'correct horse' })
   */
  async delete({ signal, ...proof }: CallOptions & { password?: string } = {}): Promise<void> {
    await this.#send('DELETE', '/auth/me', { body: proof, signal })
    await this.#forget()
  }

  async #post(path: string, body: object, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('POST', path, { body, signal })
  }
}
