import type { SavedView, SavedViewChange, SavedViewDefinition } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type Send, segment } from '../transport.js'

const root = '/admin/views'
const path = (id: string): string => `${root}/${segment(id)}`

/** `client.admin.views`. */
export class AdminViews {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * The saved views one sees: shared ones and one's own, by name.
   *
   * @example
   * const views = await client.admin.views.list({ collection: 'posts' })
   * for (const { name, filter, sort } of views) console.log(name, filter, sort)
   */
  async list({ collection, signal }: CallOptions & { collection?: string } = {}): Promise<SavedView[]> {
    return dataOf(await this.#send('GET', root, { query: toQueryString({ collection }), signal }))
  }

  /**
   * Keeps how a grid looks under a name.
   * @throws HoldfastError `collection_not_found`, `validation_failed`
   *
   * @example
   * const view = await client.admin.views.create({
   *   collection: 'posts',
   *   name: 'Drafts',
   *   filter: { status: 'draft' },
   *   sort: '-createdAt',
   *   shared: true,
   * })
   */
  async create(view: SavedViewDefinition, { signal }: CallOptions = {}): Promise<SavedView> {
    return dataOf(await this.#send('POST', root, { body: view, signal }))
  }

  /**
   * Changes what is given.
   * @throws HoldfastError `not_found`: there is none, or it is somebody else's own
   *
   * @example
   * await client.admin.views.update(id, { name: 'My drafts', isDefault: true })
   */
  async update(id: string, change: SavedViewChange, { signal }: CallOptions = {}): Promise<SavedView> {
    return dataOf(await this.#send('PATCH', path(id), { body: change, signal }))
  }

  /**
   * Deletes a view; no record is touched.
   *
   * @example
   * await client.admin.views.delete(id)
   */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', path(id), options)
  }
}
