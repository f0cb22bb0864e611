import type { CollectionDefinition } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'
import { type LossyOptions, lossyQuery } from './lossy.js'

/** `client.admin.collections`. */
export class AdminCollections {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All collections, the built-in `users` included.
   *
   * @example
   * for (const { name, fields } of await client.admin.collections.list()) console.log(name, fields.length)
   */
  async list(options: CallOptions = {}): Promise<CollectionDefinition[]> {
    return dataOf(await this.#send('GET', '/admin/collections', options))
  }

  /**
   * One collection.
   * @throws HoldfastError `collection_not_found`
   *
   * @example
   * const posts = await client.admin.collections.get('posts')
   */
  async get(name: string, options: CallOptions = {}): Promise<CollectionDefinition> {
    return dataOf(await this.#send('GET', `/admin/collections/${segment(name)}`, options))
  }

  /**
   * Makes a collection: a table, its indexes and its rules.
   * @throws HoldfastError `invalid_definition` with every place that is wrong
   *
   * @example
   * await client.admin.collections.create({
   *   name: 'notes',
   *   fields: [{ name: 'text', type: 'text', required: true }],
   *   rules: [{ role: 'user', action: ['read', 'create'] }],
   * })
   */
  async create(definition: CollectionDefinition, { signal }: CallOptions = {}): Promise<CollectionDefinition> {
    return dataOf(await this.#send('POST', '/admin/collections', { body: definition, signal }))
  }

  /**
   * Changes the parts that are given. A list (`fields`, `indexes`, `rules`) replaces the whole list; a field sent with
   * its `id` and another `name` is renamed and keeps its data.
   * @throws HoldfastError `lossy_change` when values would be lost, `invalid_definition`
   *
   * @example
   * const notes = await client.admin.collections.get('notes')
   * await client.admin.collections.update('notes', { fields: [...notes.fields, { name: 'done', type: 'boolean' }] })
   */
  async update(
    name: string,
    changes: Partial<CollectionDefinition>,
    options: LossyOptions = {},
  ): Promise<CollectionDefinition> {
    const path = `/admin/collections/${segment(name)}`
    return dataOf(
      await this.#send('PATCH', path, { body: changes, query: lossyQuery(options), signal: options.signal }),
    )
  }

  /**
   * Drops a collection with its records.
   * @throws HoldfastError `lossy_change` when it has records
   *
   * @example
   * await client.admin.collections.delete('notes', { acceptDataLoss: true })
   */
  async delete(name: string, options: LossyOptions = {}): Promise<void> {
    const path = `/admin/collections/${segment(name)}`
    await this.#send('DELETE', path, { query: lossyQuery(options), signal: options.signal })
  }
}
