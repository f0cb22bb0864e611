import type { Counted, Page, RestoreResult, TrashedRecord } from '@holdfast/contract'
import { dataOf } from './answer.js'
import { queryText } from './encode-query.js'
import type { ListQuery, NoExpand, Result, SortKey, WriteOptions } from './query.js'
import type { FieldName, SchemaShape } from './schema.js'
import { type Send, segment } from './transport.js'
import { writeHeaders } from './write.js'

/** When a record was deleted. */
type DeletedAt = 'deletedAt' | '-deletedAt'

/** Which deleted records: those deleted last come first, unless told. */
export interface TrashQuery<S extends SchemaShape<S>, C extends keyof S, F extends FieldName<S, C>>
  extends Omit<ListQuery<S, C, F, NoExpand>, 'expand' | 'highlight' | 'offset' | 'asOf' | 'sort'> {
  sort?: SortKey<S, C> | DeletedAt | readonly SortKey<S, C>[]
}

/** Deleted records of a collection with `trash`. `client.collection(name).trash`. */
export class Trash<S extends SchemaShape<S>, C extends keyof S & string> {
  readonly #send: Send
  readonly #path: string

  /** @internal */
  constructor(send: Send, path: string) {
    this.#send = send
    this.#path = `${path}/trash`
  }

  /**
   * A page of the deleted records that the caller may read and could have deleted.
   * @throws HoldfastError `not_kept` where the collection has no trash, `forbidden`
   *
   * @example
   * const { data } = await client.collection('posts').trash.list({ filter: { status: 'draft' }, fields: ['title'] })
   * for (const { record, deletedAt, deletedBy, expiresAt } of data) console.log(record.title, deletedAt, expiresAt)
   */
  async list<const F extends FieldName<S, C> = FieldName<S, C>>({
    signal,
    ...query
  }: TrashQuery<S, C, F> = {}): Promise<Page<TrashedRecord<Result<S, C, F, NoExpand>>>> {
    const answer = await this.#send('GET', this.#path, { query: queryText(query), signal })
    return answer as Page<TrashedRecord<Result<S, C, F, NoExpand>>>
  }

  /**
   * Brings a deleted record back with what was deleted with it, under the same ids, all or nothing. Who may delete a record
   * may bring it back.
   * @throws HoldfastError `record_not_found`; `unique_violation`, `reference_violation`, `conflict` where it no longer fits
   *
   * @example
   * const { restored } = await client.collection('posts').trash.restore(id)
   * for (const { collection, count } of restored) console.log(collection, count)
   */
  async restore(id: string, options: WriteOptions = {}): Promise<RestoreResult> {
    return dataOf(await this.#write('POST', `${this.#path}/${segment(id)}/restore`, options))
  }

  /**
   * Forgets a deleted record for good, with what was deleted with it and all their versions. For admins.
   * @throws HoldfastError `record_not_found`, `forbidden`
   *
   * @example
   * await client.collection('posts').trash.purge(id)
   */
  async purge(id: string, options: WriteOptions = {}): Promise<void> {
    await this.#write('DELETE', `${this.#path}/${segment(id)}`, options)
  }

  /**
   * Forgets all deleted records of the collection for good, and tells how many those were. For admins.
   *
   * @example
   * const count = await client.collection('posts').trash.empty()
   */
  async empty(options: WriteOptions = {}): Promise<number> {
    return dataOf<Counted>(await this.#write('DELETE', this.#path, options)).count
  }

  #write(method: string, path: string, { signal, ...options }: WriteOptions): Promise<unknown> {
    return this.#send(method, path, { headers: writeHeaders(options), signal })
  }
}
