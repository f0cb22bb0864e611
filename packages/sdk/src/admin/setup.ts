import type { SetupState } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import type { CallOptions, Send } from '../transport.js'

/** `client.admin.setup`. */
export class AdminSetup {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Whether the server has an admin; anybody may ask. The first one is made by `client.auth.setUp`.
   *
   * @example
   * const { ready } = await client.admin.setup.state()
   * if (!ready) console.log('Open the link that the server printed when it started')
   */
  async state(options: CallOptions = {}): Promise<SetupState> {
    return dataOf(await this.#send('GET', '/admin/setup', options))
  }
}
