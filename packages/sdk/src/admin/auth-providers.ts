import type { AuthProviderTest } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'

/** Other providers by which people sign in. They are set up in the settings `auth.providers`. `client.admin.authProviders`. */
export class AdminAuthProviders {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Tries what can be tried without a user: whether it is found, publishes its keys and answers. Says what to register there.
   *
   * @example
   * const { ok, redirectUri, steps } = await client.admin.authProviders.test('google')
   */
  async test(id: string, options: CallOptions = {}): Promise<AuthProviderTest> {
    return dataOf(await this.#send('POST', `/admin/auth-providers/${segment(id)}/test`, options))
  }
}
