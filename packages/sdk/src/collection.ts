import type { Page } from '@holdfast/contract'
import type { AggregateInput, AggregateRow, GroupName } from './aggregate.js'
import { dataOf } from './answer.js'
import { type AnyQuery, toQueryString, toWireQuery } from './encode-query.js'
import type { Filter } from './filter.js'
import type { Version, VersionQuery, VersionsQuery } from './history.js'
import { type ImportReport, importHeaders, importRecords } from './import.js'
import type {
  ExpandInput,
  ExportQuery,
  FirstQuery,
  GetQuery,
  ListQuery,
  MinimalWrite,
  NoExpand,
  RecordQuery,
  Result,
  WriteOptions,
  WriteQuery,
} from './query.js'
import { followChanges, followRecords } from './realtime/follow.js'
import type { LiveRecord } from './realtime/live-list.js'
import type { LiveQuery, SubscribeQuery } from './realtime/query.js'
import type { RealtimeSocket } from './realtime/socket.js'
import type { RecordEvent } from './realtime/subscription.js'
import { RecordCalls } from './record-calls.js'
import type { CreateOf, FieldName, RecordOf, SchemaShape } from './schema.js'
import type { CallOptions, Send } from './transport.js'
import { Trash } from './trash.js'
import { type AnyWrite, type CreateInput, type UpdateInput, writeHeaders } from './write.js'

/** Records per request of {@link CollectionClient.all}. */
const allPageSize = 500

/** Reads and writes the records of one collection. `client.collection(name)`. */
export class CollectionClient<S extends SchemaShape<S>, C extends keyof S & string> {
  readonly #send: Send
  readonly #calls: RecordCalls
  readonly #name: C
  readonly #socket: RealtimeSocket
  /** Deleted records, where the collection has `trash`. */
  readonly trash: Trash<S, C>

  /** @internal */
  constructor(send: Send, name: C, socket: RealtimeSocket) {
    this.#send = send
    this.#name = name
    this.#socket = socket
    this.#calls = new RecordCalls(send, name)
    this.trash = new Trash(send, this.#calls.path)
  }

  /**
   * One page of records.
   * @throws HoldfastError `invalid_query`, `unknown_field`, … with the place in `errors`; `forbidden`
   *
   * @example
   * const posts = client.collection('posts')
   * const page = await posts.list({
   *   filter: { status: 'published', views: { $gt: 10 } },
   *   sort: '-createdAt',
   *   expand: { author: { fields: ['email'] }, comments: { sort: '-createdAt', limit: 3 } },
   *   limit: 20,
   *   count: 'estimated',
   * })
   * for (const post of page.data) console.log(post.title, post.expand.author?.email, post.expand.comments.length)
   * if (page.meta.nextCursor) console.log(await posts.list({ sort: '-createdAt', cursor: page.meta.nextCursor }))
   */
  async list<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    query: ListQuery<S, C, F, E> = {},
  ): Promise<Page<Result<S, C, F, E>>> {
    return this.#calls.page(query)
  }

  /**
   * The record with this id.
   * @throws HoldfastError `record_not_found`: there is none, or the caller may not read it
   *
   * @example
   * const post = await client.collection('posts').get(id, { fields: ['title', 'views'] })
   * console.log(post.title, post.views)
   * const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000)
   * console.log((await client.collection('posts').get(id, { asOf: yesterday })).title)
   */
  async get<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    id: string,
    query: GetQuery<S, C, F, E> = {},
  ): Promise<Result<S, C, F, E>> {
    return dataOf(await this.#calls.read(this.#calls.record(id), query))
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
    const page = await this.#calls.page<Result<S, C, F, E>>({ ...query, limit: 1 })
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
      const page = await this.#calls.page<Result<S, C, F, E>>({ limit: allPageSize, ...query, cursor })
      yield* page.data
      cursor = page.meta.nextCursor ?? undefined
    } while (cursor)
  }

  /**
   * Makes one record, or up to 10,000 in one transaction: all of them or none. Answers what was written, as the caller
   * may read it; who may write but not read gets null, and better asks for `minimal`, which answers nothing.
   * @throws HoldfastError `validation_failed` with every place that is wrong, `unique_violation`, `forbidden`, …
   *
   * @example
   * const post = await client.collection('posts').create({ title: 'Hello', author: userId })
   * const teams = await client.collection('teams').create([{ name: 'tea' }, { name: 'coffee' }])
   * await client.collection('comments').create({ post: post.id, text: 'First!' }, { minimal: true })
   * await client.collection('posts').create({ title: 'Hi', author: userId, comments: [{ text: 'Made with it' }] })
   */
  create(record: CreateInput<S, C>, options: MinimalWrite): Promise<void>
  create(records: readonly CreateInput<S, C>[], options: MinimalWrite): Promise<void>
  create<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    record: CreateInput<S, C>,
    options?: RecordQuery<S, C, F, E> & WriteOptions,
  ): Promise<Result<S, C, F, E>>
  create<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    records: readonly CreateInput<S, C>[],
    options?: RecordQuery<S, C, F, E> & WriteOptions,
  ): Promise<Result<S, C, F, E>[]>
  create(body: object, options?: AnyWrite): Promise<unknown> {
    return this.#calls.write('POST', this.#calls.records, body, options)
  }

  /**
   * Changes the fields that are given and leaves the others. Operators change the value that is there: `{ $inc: 1 }`,
   * `{ $push: 'x' }`, `{ $pull: 'x' }`, `{ $min: 0 }`, `{ $max: 9 }`, `{ $unset: true }`.
   * @throws HoldfastError `record_not_found`, `validation_failed`, `field_not_writable`, …; with `ifVersion`
   * `version_conflict` when somebody else was faster
   *
   * @example
   * const post = await client.collection('posts').get(id)
   * await client.collection('posts').update(id, { views: post.views + 1 }, { ifVersion: post.version })
   * await client.collection('posts').update(id, { views: { $inc: 1 }, tags: { $push: 'tea' } })
   * await client.collection('posts').update(id, { 'meta.city': 'Berlin', 'meta.visits': { $inc: 1 } })
   */
  update(id: string, changes: UpdateInput<S, C>, options: MinimalWrite & { ifVersion?: number }): Promise<void>
  update<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    id: string,
    changes: UpdateInput<S, C>,
    options?: WriteQuery<S, C, F, E>,
  ): Promise<Result<S, C, F, E>>
  update(id: string, changes: object, options?: AnyWrite): Promise<unknown> {
    return this.#calls.write('PATCH', this.#calls.record(id), changes, options)
  }

  /**
   * Changes the given fields of the record with this id, or makes it where it does not exist. Safe to repeat.
   *
   * @example
   * const team = await client.collection('teams').upsert(id, { name: 'tea' })
   */
  upsert(id: string, record: CreateOf<S, C>, options: MinimalWrite): Promise<void>
  upsert<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    id: string,
    record: CreateOf<S, C>,
    options?: RecordQuery<S, C, F, E>,
  ): Promise<Result<S, C, F, E>>
  upsert(id: string, record: object, options?: AnyWrite): Promise<unknown> {
    return this.#calls.write('PUT', this.#calls.record(id), record, options)
  }

  /**
   * Changes the record that has these values in a unique field or index, or makes it: one record, or up to 10,000.
   *
   * @example
   * const post = await client.collection('posts').upsertBy('slug', { slug: 'hello', title: 'Hello', author: userId })
   */
  upsertBy(by: KeyFields<S, C>, record: CreateOf<S, C>, options?: WriteOptions): Promise<RecordOf<S, C>>
  upsertBy(by: KeyFields<S, C>, records: readonly CreateOf<S, C>[], options?: WriteOptions): Promise<RecordOf<S, C>[]>
  async upsertBy(by: KeyFields<S, C>, body: object, { signal, ...options }: AnyWrite = {}): Promise<unknown> {
    const query = keyText(by)
    return dataOf(await this.#send('PUT', this.#calls.records, { query, body, headers: writeHeaders(options), signal }))
  }

  /**
   * Changes all records that a filter finds, all or none, and tells how many those were.
   * @throws HoldfastError `forbidden` when a record would leave what the caller may write, `validation_failed`, …
   *
   * @example
   * const count = await client.collection('posts').updateMany({ status: 'draft' }, { status: 'published' })
   */
  async updateMany(filter: Filter<S, C>, changes: UpdateInput<S, C>, options: WriteOptions = {}): Promise<number> {
    return this.#calls.writeAll('PATCH', filter, changes, options)
  }

  /**
   * Deletes all records that a filter finds, all or none, and tells how many those were.
   *
   * @example
   * const count = await client.collection('posts').deleteMany({ status: 'draft', views: 0 })
   */
  async deleteMany(filter: Filter<S, C>, options: WriteOptions = {}): Promise<number> {
    return this.#calls.writeAll('DELETE', filter, undefined, options)
  }

  /**
   * Counts, sums, averages, least, greatest and percentiles of the records the caller may read, in groups.
   *
   * @example
   * const rows = await client.collection('posts').aggregate({
   *   filter: { createdAt: { $gt: '2026-01-01T00:00:00Z' } },
   *   groupBy: ['status', { field: 'createdAt', bucket: 'month', as: 'month' }],
   *   aggregates: { n: { count: '*' }, views: { sum: 'views' }, p95: { percentile: 'views', at: 0.95 } },
   *   having: { n: { $gte: 10 } },
   *   sort: ['-n'],
   * })
   * for (const { status, month, n } of rows) console.log(status, month, n)
   */
  async aggregate<const A extends object, const G extends GroupName<S, C> = never>({
    signal,
    ...query
  }: AggregateInput<S, C, A, G>): Promise<AggregateRow<A, G>[]> {
    return dataOf(await this.#send('POST', `${this.#calls.path}/aggregate`, { body: query, signal }))
  }

  /**
   * Writes any number of records, part by part, and gives a line for each that failed; the others stay written. With `by`
   * (fields of a unique field or index) it changes those that are there.
   *
   * @example
   * const rows = [{ title: 'One', author: userId }, { title: 'Two', author: userId }]
   * const report = await client.collection('posts').import(rows)
   * console.log(report.created, report.failed, report.failures)
   */
  async import(
    records: Iterable<CreateOf<S, C>> | AsyncIterable<CreateOf<S, C>>,
    { by, signal }: CallOptions & { by?: KeyFields<S, C> } = {},
  ): Promise<ImportReport> {
    const query = by === undefined ? undefined : keyText(by)
    return importRecords(records, async (text) =>
      this.#send('POST', `${this.#calls.path}/import`, { query, text, headers: importHeaders, signal }),
    )
  }

  /**
   * Every record that a query finds as a file, as they are at one moment: bytes of CSV, of a JSON object per line, or of a
   * JSON array, to be read as they come. What breaks on the way ends in an error of the stream. In CSV, texts that a
   * spreadsheet would calculate get a `'` before them unless `formulas` is `keep`.
   *
   * @example
   * const file = await client.collection('posts').export({ format: 'csv', filter: { status: 'published' }, sort: 'title' })
   * for await (const text of file.pipeThrough(new TextDecoderStream())) console.log(text)
   */
  async export(query: ExportQuery<S, C>): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const { signal, format, formulas, ...wanted } = query
    const body = { format, formulas, ...toWireQuery(wanted as AnyQuery) }
    const options = { body, signal, stream: true }
    return ((await this.#send('POST', `${this.#calls.path}/export`, options)) as Response).body!
  }

  /**
   * Deletes the record with this id.
   * @throws HoldfastError `record_not_found`, `reference_violation` when others point at it and cannot do without
   *
   * @example
   * await client.collection('posts').delete(id)
   */
  async delete(id: string, { signal, ...options }: WriteOptions & { ifVersion?: number } = {}): Promise<void> {
    await this.#send('DELETE', this.#calls.record(id), { headers: writeHeaders(options), signal })
  }

  /**
   * A page of the versions of a record, newest first, in a collection with `history`: who changed what and when, as far as
   * the caller may read it today. With `fields`, each comes with those of the record as it was.
   * @throws HoldfastError `record_not_found`, `not_kept` where the collection keeps no history
   *
   * @example
   * const { data } = await client.collection('posts').versions(id, { limit: 10 })
   * for (const { version, at, user, changes } of data) console.log(version, at, user, changes.title?.from, changes.title?.to)
   */
  async versions<const F extends FieldName<S, C> = never>(
    id: string,
    query: VersionsQuery<F> = {},
  ): Promise<Page<Version<S, C, F>>> {
    return (await this.#calls.read(`${this.#calls.record(id)}/versions`, query)) as Page<Version<S, C, F>>
  }

  /**
   * One version, with the record as it was.
   * @throws HoldfastError `record_not_found`, `not_kept`
   *
   * @example
   * const { record, changes } = await client.collection('posts').version(id, 1)
   * console.log(record.title, Object.keys(changes))
   */
  async version<const F extends FieldName<S, C> = FieldName<S, C>>(
    id: string,
    version: number,
    query: VersionQuery<F> = {},
  ): Promise<Version<S, C, F>> {
    return dataOf(await this.#calls.read(this.#calls.version(id, version), query))
  }

  /**
   * Makes a record what it was in a version: an update of the fields that differ and that the caller may read and change. A
   * record that was deleted comes back first, where the caller may delete it.
   * @throws HoldfastError what an update throws, `not_kept`
   *
   * @example
   * const post = await client.collection('posts').get(id)
   * await client.collection('posts').restoreVersion(id, post.version - 1, { ifVersion: post.version })
   */
  restoreVersion(id: string, version: number, options: MinimalWrite & { ifVersion?: number }): Promise<void>
  restoreVersion<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    id: string,
    version: number,
    options?: WriteQuery<S, C, F, E>,
  ): Promise<Result<S, C, F, E>>
  restoreVersion(id: string, version: number, options?: AnyWrite): Promise<unknown> {
    return this.#calls.write('POST', `${this.#calls.version(id, version)}/restore`, undefined, options)
  }

  /**
   * Tells of every change to the records that a filter finds, as the caller may read them, in the order they were made.
   * After a break, of whatever length and on whatever side, it goes on after the last event: nothing is missed and nothing
   * comes twice. `enter` and `leave`: a change brought a record into the filter or the caller's rules, or out of them.
   * `reset`: what was told before may no longer hold, because rules or roles have changed or the break was too long;
   * with `snapshot` all records follow anew. Gives what ends it.
   *
   * @example
   * const stop = client.collection('posts').subscribe({ filter: { status: 'published' } }, (event) => {
   *   if (event.type === 'create' || event.type === 'update') console.log(event.record.title)
   *   if (event.type === 'delete') console.log('gone:', event.record.id)
   * })
   * stop()
   */
  subscribe<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    query: SubscribeQuery<S, C, F, E>,
    listener: (event: RecordEvent<Result<S, C, F, E>>) => void,
  ): () => void {
    return followChanges(this.#socket, this.#name, query, listener as (event: RecordEvent<object>) => void)
  }

  /**
   * Keeps the first records of a query current: calls back with all of them, at once and after every change. Sorted by `id`
   * unless told, 100 records unless told, 1000 at most. Gives what ends it.
   *
   * @example
   * const stop = client.collection('posts').live({ filter: { status: 'draft' }, sort: '-createdAt', limit: 20 }, (posts) => {
   *   for (const post of posts) console.log(post.title)
   * })
   * stop()
   */
  live<const F extends FieldName<S, C> = FieldName<S, C>, const E extends ExpandInput<S, C> = NoExpand>(
    query: LiveQuery<S, C, F, E>,
    listener: (records: readonly Result<S, C, F, E>[]) => void,
  ): () => void {
    const change = listener as unknown as (records: readonly LiveRecord[]) => void
    return followRecords(this.#socket, this.#name, query, change)
  }
}

/** Fields of a unique field or index. */
type KeyFields<S extends SchemaShape<S>, C extends keyof S> = FieldName<S, C> | readonly FieldName<S, C>[]

const keyText = (by: string | readonly string[]): string =>
  toQueryString({ by: typeof by === 'string' ? by : by.join(',') })
