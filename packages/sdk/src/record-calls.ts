import type { Counted, One, Page } from '@holdfast/contract'
import { dataOf } from './answer.js'
import { type AnyQuery, fitsUrl, queryText, toQueryString, toWireQuery } from './encode-query.js'
import { type CallOptions, type Send, segment } from './transport.js'
import { type AnyWrite, writeHeaders } from './write.js'

/** The requests about records of one collection, whatever their types. */
export class RecordCalls {
  readonly #send: Send
  /** Of the collection. */
  readonly path: string

  constructor(send: Send, collection: string) {
    this.#send = send
    this.path = `/collections/${segment(collection)}`
  }

  get records(): string {
    return `${this.path}/records`
  }

  record(id: string): string {
    return `${this.records}/${segment(id)}`
  }

  version(id: string, version: number): string {
    return `${this.record(id)}/versions/${segment(String(version))}`
  }

  /** In a body where it is too long for a URL. */
  async page<T>({ signal, ...wanted }: CallOptions & AnyQuery): Promise<Page<T>> {
    const body = toWireQuery(wanted)
    const query = toQueryString(body)
    const answer = fitsUrl(query)
      ? await this.#send('GET', this.records, { query, signal })
      : await this.#send('POST', `${this.path}/query`, { body, signal })
    return answer as Page<T>
  }

  read(path: string, { signal, ...wanted }: CallOptions & AnyQuery): Promise<unknown> {
    return this.#send('GET', path, { query: queryText(wanted), signal })
  }

  /** What was written; nothing where the answer is `minimal`. */
  async write(method: string, path: string, body: object | undefined, options: AnyWrite = {}): Promise<unknown> {
    const { signal, ...wanted } = options
    const query = queryText(wanted)
    const answer = await this.#send(method, path, { body, query, headers: writeHeaders(options), signal })
    return (answer as One<unknown> | undefined)?.data
  }

  /** Writes all that a filter finds, and gives their number. */
  async writeAll(method: string, filter: object, body: object | undefined, options: AnyWrite): Promise<number> {
    const { signal } = options
    const request = { query: toQueryString({ filter }), body, headers: writeHeaders(options), signal }
    return dataOf<Counted>(await this.#send(method, this.records, request)).count
  }
}
