import type { PasskeyCeremony, PasskeyInfo } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'
import type { AuthSession } from './session.js'
import type { SignIn } from './sign-in.js'
import { askForPasskey, makePasskey } from './webauthn.js'

/** Passkeys. `client.auth.passkeys`. In browsers. */
export class PasskeysClient<User extends object> {
  readonly #send: Send
  readonly #signIn: SignIn<User>

  /** @internal */
  constructor(send: Send, signIn: SignIn<User>) {
    this.#send = send
    this.#signIn = signIn
  }

  /**
   * Signs in by a passkey that the user chooses; nobody has to type who they are.
   * @throws DOMException `NotAllowedError` when the user declines
   *
   * @example
   * await client.auth.passkeys.signIn()
   */
  async signIn(options: CallOptions = {}): Promise<AuthSession<User>> {
    const asked = await this.#send('POST', '/auth/passkeys/options', options)
    return this.#signIn.with('/auth/passkeys/verify', await askForPasskey(dataOf<PasskeyCeremony>(asked)), options)
  }

  /**
   * Makes a passkey for the signed-in user on this device or on one that is near.
   * @throws HoldfastError `step_up_required` when the latest proof lies too far back
   *
   * @example
   * const passkey = await client.auth.passkeys.register({ name: 'My laptop' })
   */
  async register({ name, signal }: CallOptions & { name?: string } = {}): Promise<PasskeyInfo> {
    const asked = dataOf<PasskeyCeremony>(await this.#send('POST', '/auth/passkeys/register/options', { signal }))
    const body = { ...(await makePasskey(asked)), ...(name !== undefined && { name }) }
    return dataOf(await this.#send('POST', '/auth/passkeys/register', { body, signal }))
  }

  /**
   * The passkeys of the user.
   *
   * @example
   * for (const { name, lastUsedAt } of await client.auth.passkeys.list()) console.log(name, lastUsedAt)
   */
  async list(options: CallOptions = {}): Promise<PasskeyInfo[]> {
    return dataOf(await this.#send('GET', '/auth/passkeys', options))
  }

  /**
   * Calls a passkey otherwise.
   *
   * @example
   * await client.auth.passkeys.rename(passkeyId, 'Old laptop')
   */
  async rename(id: string, name: string, { signal }: CallOptions = {}): Promise<PasskeyInfo> {
    return dataOf(await this.#send('PATCH', `/auth/passkeys/${segment(id)}`, { body: { name }, signal }))
  }

  /**
   * Removes a passkey. The device keeps its part, which is of no use any more.
   *
   * @example
   * await client.auth.passkeys.remove(passkeyId)
   */
  async remove(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/auth/passkeys/${segment(id)}`, options)
  }
}
