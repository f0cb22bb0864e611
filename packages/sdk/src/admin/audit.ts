import type { AuditEntry, Page } from '@holdfast/contract'
import { toQueryString } from '../encode-query.js'
import type { PageOptions, Send } from '../transport.js'

/** Which actions. */
export interface AuditQuery extends PageOptions {
  /** ISO 8601 UTC. */
  from?: string
  to?: string
  /** `collections.create`, or all of a kind: `collections`. */
  action?: string
  /** The admin. */
  actorId?: string
  /** What it was done to: a name or an id. */
  target?: string
  /** Whether it was done or refused. */
  result?: 'done' | 'refused'
}

/** `client.admin.audit`: what admins did. Lines are never changed. */
export class AdminAudit {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * A page of what admins did, the newest first.
   *
   * @example
   * const { data } = await client.admin.audit.list({ action: 'settings' })
   * for (const { at, actorEmail, action, target, paths } of data) console.log(at, actorEmail, action, target, paths)
   */
  async list({ signal, ...query }: AuditQuery = {}): Promise<Page<AuditEntry>> {
    return (await this.#send('GET', '/admin/audit', { query: toQueryString({ ...query }), signal })) as Page<AuditEntry>
  }
}
