import type { One, Page } from '@holdfast/contract'
import { encodeQuery, type WireQuery } from './encode-query.js'
import type { ExpandInput, FirstQuery, ListQuery, NoExpand, RecordQuery, Result } from './query.js'
import type { CreateOf, FieldName, RecordOf, SchemaShape, UpdateOf } from './schema.js'
import { type CallOptions, type Send, segment } from './transport.js'

/** Records per request of {@link CollectionClient.all}. */
const allPageSize = 500

/** Reads and writes the records of one collection. `client.collection(name)`. */
export class CollectionClient<S extends SchemaShape<S>, C extends keyof S & string> {
  readonly #send: Send
  readonly #path: string

  /** @internal */
  constructor(send: Send, name: C) {
    this.#send = send
    this.#path = `/collections/${segment(name)}`
  }

  /**
   * One page of records.
   * @throws HoldfastError `invalid_query`, `unknown_field`, … with the place in `errors`; `forbidden`
   *
   * @example
   * const page = await client.collection('posts').list({
   *   filter: { status: 'published', views: { $gt: 10 } },
   *   sort: '-createdAt',
   *   expand: { author: { fields: ['email'] }, comments: { sort: '-createdAt', limit: 3 } },
   *   limit: 20,
   *   count: 'estimated',
   * })
   * for (const post of page.data) console.log(post.title, post.expand.author?.email, post.expand.comments.length)
   * const next = await client.collection('posts').list({ cursor: page.meta.nextCursor ?? undefined })
   */
  async list<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    query: ListQuery<S, C, F, E> = {},
  ): Promise<Page<Result<S, C, F, E>>> {
    return this.#page<Result<S, C, F, E>>(query)
  }

  /**
   * The record with this id.
   * @throws HoldfastError `record_not_found`: there is none, or the caller may not read it
   *
   * @example
   * const post = await client.collection('posts').get(id, { fields: ['title', 'views'] })
   * console.log(post.title, post.views)
   */
  async get<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    id: string,
    query: RecordQuery<S, C, F, E> = {},
  ): Promise<Result<S, C, F, E>> {
    const { signal, ...wanted } = query
    return this.#one('GET', id, { query: encodeQuery(wanted as WireQuery), signal })
  }

  /**
   * The first record that a query finds, or null.
   *
   * @example
   * const newest = await client.collection('posts').first({ filter: { status: 'published' }, sort: '-createdAt' })
   * console.log(newest?.title ?? 'nothing yet')
   */
  async first<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    query: FirstQuery<S, C, F, E> = {},
  ): Promise<Result<S, C, F, E> | null> {
    const page = await this.#page<Result<S, C, F, E>>({ ...query, limit: 1 })
    return page.data[0] ?? null
  }

  /**
   * Every record that a query finds, fetched page by page while you go through them. `limit` is the size of a page.
   *
   * @example
   * for await (const post of client.collection('posts').all({ filter: { status: 'draft' } })) {
   *   console.log(post.title)
   *   if (post.views > 100) break
   * }
   */
  async *all<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    query: Omit<ListQuery<S, C, F, E>, 'offset' | 'count'> = {},
  ): AsyncGenerator<Result<S, C, F, E>, void, undefined> {
    let cursor = query.cursor
    do {
      const page = await this.#page<Result<S, C, F, E>>({ limit: allPageSize, ...query, cursor })
      yield* page.data
      cursor = page.meta.nextCursor ?? undefined
    } while (cursor)
  }

  /**
   * Makes one record, or many in one transaction: all of them or none.
   * @throws HoldfastError `validation_failed` with every place that is wrong, `unique_violation`, `forbidden`, …
   *
   * @example
   * const post = await client.collection('posts').create({ title: 'Hello', author: userId })
   * const both = await client.collection('tags').create([{ name: 'tea' }, { name: 'coffee' }])
   * console.log(post.id, both.length)
   */
  create(record: CreateOf<S, C>, options?: CallOptions): Promise<RecordOf<S, C>>
  create(records: readonly CreateOf<S, C>[], options?: CallOptions): Promise<RecordOf<S, C>[]>
  async create(
    body: CreateOf<S, C> | readonly CreateOf<S, C>[],
    { signal }: CallOptions = {},
  ): Promise<RecordOf<S, C> | RecordOf<S, C>[]> {
    const answer = await this.#send('POST', `${this.#path}/records`, { body, signal })
    return (answer as One<RecordOf<S, C> | RecordOf<S, C>[]>).data
  }

  /**
   * Changes the fields that are given and leaves the others.
   * @throws HoldfastError `record_not_found`, `validation_failed`, `field_not_writable`, …
   *
   * @example
   * const post = await client.collection('posts').update(id, { status: 'published' })
   */
  async update(id: string, changes: UpdateOf<S, C>, { signal }: CallOptions = {}): Promise<RecordOf<S, C>> {
    return this.#one('PATCH', id, { body: changes, signal })
  }

  /**
   * Makes the record with this id, or replaces it where it exists. Safe to repeat.
   *
   * @example
   * const tag = await client.collection('tags').upsert(id, { name: 'tea' })
   */
  async upsert(id: string, record: CreateOf<S, C>, { signal }: CallOptions = {}): Promise<RecordOf<S, C>> {
    return this.#one('PUT', id, { body: record, signal })
  }

  /**
   * Deletes the record with this id.
   * @throws HoldfastError `record_not_found`, `reference_violation` when others point at it and must not lose it
   *
   * @example
   * await client.collection('posts').delete(id)
   */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `${this.#path}/records/${segment(id)}`, { signal })
  }

  async #one<T>(method: string, id: string, options: Parameters<Send>[2]): Promise<T> {
    const answer = await this.#send(method, `${this.#path}/records/${segment(id)}`, options)
    return (answer as One<T>).data
  }

  async #page<T>({ signal, ...wanted }: CallOptions & WireQuery): Promise<Page<T>> {
    const query = encodeQuery(wanted)
    const answer =
      query === undefined
        ? await this.#send('POST', `${this.#path}/query`, { body: wanted, signal })
        : await this.#send('GET', `${this.#path}/records`, { query, signal })
    return answer as Page<T>
  }
}
