import type { Page } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from '../transport.js'

/** A user as admins see it. */
export interface AdminUser {
  id: string
  email: string
  /** Named roles; `public` and `user` go without saying. */
  roles: string[]
  createdAt: string
}

/** `client.admin.users`. */
export class AdminUsers {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * A page of users with their roles, the newest first.
   *
   * @example
   * const { data, meta } = await client.admin.users.list({ limit: 50 })
   */
  async list({ signal, ...page }: PageOptions = {}): Promise<Page<AdminUser>> {
    return (await this.#send('GET', '/admin/users', { query: toQueryString(page), signal })) as Page<AdminUser>
  }

  /**
   * Gives a user exactly these roles. Takes effect at once, for sessions that are open too.
   *
   * @example
   * await client.admin.users.setRoles(userId, ['editor'])
   */
  async setRoles(id: string, roles: readonly string[], { signal }: CallOptions = {}): Promise<AdminUser> {
    return dataOf(await this.#send('PUT', `/admin/users/${segment(id)}/roles`, { body: { roles }, signal }))
  }

  /**
   * Signs a user out everywhere.
   *
   * @example
   * await client.admin.users.revokeSessions(userId)
   */
  async revokeSessions(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/users/${segment(id)}/sessions`, options)
  }
}
