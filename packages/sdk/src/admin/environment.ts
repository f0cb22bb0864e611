import type { EnvironmentSetting } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import type { CallOptions, Send } from '../transport.js'

/** What is set where the server is started. `client.admin.environment`. */
export class AdminEnvironment {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Every setting of the environment with what it says; of secrets only `***`.
   *
   * @example
   * for (const { key, value, defaultText } of await client.admin.environment.list()) console.log(key, value ?? defaultText)
   */
  async list(options: CallOptions = {}): Promise<EnvironmentSetting[]> {
    return dataOf(await this.#send('GET', '/admin/environment', options))
  }
}
