import type { SigningKeyInfo, SigningKeyRotation } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'

/** The keys that sign and verify tokens. `client.admin.signingKeys`. */
export class AdminSigningKeys {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All of them, the last to sign first.
   *
   * @example
   * for (const { kid, purpose, state } of await client.admin.signingKeys.list()) console.log(kid, purpose, state)
   */
  async list(options: CallOptions = {}): Promise<SigningKeyInfo[]> {
    return dataOf(await this.#send('GET', '/admin/signing-keys', options))
  }

  /**
   * Makes a new key: published at once, signing a little later. The one before verifies until its last token is over.
   *
   * @example
   * const { kid, activeAt } = await client.admin.signingKeys.rotate({ purpose: 'access' })
   */
  async rotate({ signal, ...rotation }: CallOptions & SigningKeyRotation = {}): Promise<SigningKeyInfo> {
    return dataOf(await this.#send('POST', '/admin/signing-keys/rotate', { body: rotation, signal }))
  }

  /**
   * Takes a key away: every token it signed ends at once. For a key that others may have.
   *
   * @example
   * const [newest] = await client.admin.signingKeys.list()
   * if (newest) await client.admin.signingKeys.delete(newest.kid)
   */
  async delete(kid: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/signing-keys/${segment(kid)}`, options)
  }
}
