import type { ChangeLogState, ChangeTail } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import type { CallOptions, Send } from '../transport.js'

/** Which changes: those after a cursor, of one collection or of all. */
export interface TailQuery extends CallOptions {
  /** `cursor` of the answer before. Left out: nothing yet, but the place where to begin. */
  cursor?: string
  collection?: string
}

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

  /**
   * What was changed since the cursor, by whoever and in whatever collection, with the records before and after. To be asked
   * again and again by somebody who watches; apps subscribe instead.
   * @throws HoldfastError `invalid_cursor`, `collection_not_found`
   *
   * @example
   * let { cursor } = await client.admin.changes.tail()
   * const { changes } = await client.admin.changes.tail({ cursor, collection: 'posts' })
   * for (const { action, record, user, before, after } of changes) console.log(action, record, user, before, after)
   */
  async tail({ signal, ...query }: TailQuery = {}): Promise<ChangeTail> {
    return dataOf(await this.#send('GET', '/admin/changes/tail', { query: toQueryString({ ...query }), signal }))
  }
}
