import type { ChangeLogState } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import type { CallOptions, Send } from '../transport.js'

/** `client.admin.changes`. */
export class AdminChanges {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * How large the change log is, how far back it reaches, and how far behind its readers are.
   *
   * @example
   * const { bytes, oldest, consumers } = await client.admin.changes.state()
   * for (const { name, behind } of consumers) console.log(name, behind)
   */
  async state(options: CallOptions = {}): Promise<ChangeLogState> {
    return dataOf(await this.#send('GET', '/admin/changes', options))
  }
}
