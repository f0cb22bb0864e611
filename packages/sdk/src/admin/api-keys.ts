import type { ApiKey, ApiKeyChange, ApiKeyWithSecret, NewApiKey, Page } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from '../transport.js'

/** Which keys. */
export interface KeyQuery extends PageOptions {
  /** Those that act as this user. */
  user?: string
}

/** Keys of programs and apps. `client.admin.apiKeys`. */
export class AdminApiKeys {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Makes a key. The answer has the key itself, this once.
   *
   * @example
   * const { key } = await client.admin.apiKeys.create({ name: 'nightly import', roles: ['importer'], collections: ['posts'] })
   */
  async create(key: NewApiKey, { signal }: CallOptions = {}): Promise<ApiKeyWithSecret> {
    return dataOf(await this.#send('POST', '/admin/api-keys', { body: key, signal }))
  }

  /**
   * A page of the keys there are, the newest first.
   *
   * @example
   * const { data } = await client.admin.apiKeys.list()
   */
  async list({ signal, ...query }: KeyQuery = {}): Promise<Page<ApiKey>> {
    return (await this.#send('GET', '/admin/api-keys', { query: toQueryString({ ...query }), signal })) as Page<ApiKey>
  }

  /**
   * One key.
   * @throws HoldfastError `not_found`
   *
   * @example
   * const { lastUsedAt } = await client.admin.apiKeys.get(keyId)
   */
  async get(id: string, options: CallOptions = {}): Promise<ApiKey> {
    return dataOf(await this.#send('GET', `/admin/api-keys/${segment(id)}`, options))
  }

  /**
   * Changes its name, roles or limits.
   *
   * @example
   * await client.admin.apiKeys.update(keyId, { addresses: ['203.0.113.0/24'] })
   */
  async update(id: string, change: ApiKeyChange, { signal }: CallOptions = {}): Promise<ApiKey> {
    return dataOf(await this.#send('PATCH', `/admin/api-keys/${segment(id)}`, { body: change, signal }))
  }

  /**
   * Gives it another secret. The one of before is good for as long as `overlapSeconds` says.
   *
   * @example
   * const { key } = await client.admin.apiKeys.rotate(keyId, { overlapSeconds: 3600 })
   */
  async rotate(
    id: string,
    { signal, ...body }: CallOptions & { overlapSeconds?: number } = {},
  ): Promise<ApiKeyWithSecret> {
    return dataOf(await this.#send('POST', `/admin/api-keys/${segment(id)}/rotate`, { body, signal }))
  }

  /**
   * Takes a key away, at once.
   *
   * @example
   * await client.admin.apiKeys.delete(keyId)
   */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/api-keys/${segment(id)}`, options)
  }
}
