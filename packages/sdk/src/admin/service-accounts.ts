import type { NewServiceAccount, Page, ServiceAccount } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from '../transport.js'

/** Users that are programs: they have API keys and never sign in. `client.admin.serviceAccounts`. */
export class AdminServiceAccounts {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Makes a service account.
   *
   * @example
   * const { id } = await client.admin.serviceAccounts.create({ name: 'importer', roles: ['editor'] })
   * const { key } = await client.admin.apiKeys.create({ name: 'importer', user: id })
   */
  async create(account: NewServiceAccount, { signal }: CallOptions = {}): Promise<ServiceAccount> {
    return dataOf(await this.#send('POST', '/admin/service-accounts', { body: account, signal }))
  }

  /**
   * A page of them, the newest first.
   *
   * @example
   * const { data } = await client.admin.serviceAccounts.list()
   */
  async list({ signal, ...page }: PageOptions = {}): Promise<Page<ServiceAccount>> {
    const query = toQueryString(page)
    return (await this.#send('GET', '/admin/service-accounts', { query, signal })) as Page<ServiceAccount>
  }

  /**
   * Changes its name or roles.
   *
   * @example
   * await client.admin.serviceAccounts.update(userId, { roles: [] })
   */
  async update(id: string, change: Partial<NewServiceAccount>, { signal }: CallOptions = {}): Promise<ServiceAccount> {
    return dataOf(await this.#send('PATCH', `/admin/service-accounts/${segment(id)}`, { body: change, signal }))
  }

  /**
   * Deletes it and its keys.
   *
   * @example
   * await client.admin.serviceAccounts.delete(userId)
   */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/service-accounts/${segment(id)}`, options)
  }
}
