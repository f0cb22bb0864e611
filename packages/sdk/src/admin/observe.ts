import type {
  DatabaseFacts,
  DatabaseSample,
  LoggedRequest,
  MetricsSeries,
  ObserveSummary,
  Page,
  SlowStatements,
} from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from '../transport.js'

/** A span of time. */
export interface TimeRange extends CallOptions {
  /** ISO 8601 UTC. */
  from?: string
  to?: string
}

/** Which numbers. The last hour where nothing is said. */
export interface MetricsQuery extends TimeRange {
  /** Seconds between two points: whole minutes. */
  step?: number
}

/** Which requests. */
export interface RequestQuery extends PageOptions, TimeRange {
  method?: string
  /** With its parameters in braces: `/api/v1/collections/{collection}/records`. */
  route?: string
  /** A part of the path. */
  path?: string
  status?: number
  /** Those answered with 4xx, or with 5xx. */
  result?: 4 | 5
  minMs?: number
  principal?: 'public' | 'user' | 'key'
  /** Of a user or a key. */
  principalId?: string
  address?: string
  requestId?: string
  errorCode?: string
  /** Only lines after this id: for a live view. */
  after?: string
}

/** `client.admin.observe`: how the server does. */
export class AdminObserve {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * How the server does, in a few numbers.
   *
   * @example
   * const { requestsPerMinute, serverErrors, p95Ms } = await client.admin.observe.summary()
   */
  async summary(options: CallOptions = {}): Promise<ObserveSummary> {
    return dataOf(await this.#send('GET', '/admin/observe/summary', options))
  }

  /**
   * Numbers over time, of all nodes together.
   *
   * @example
   * const { points } = await client.admin.observe.metrics({ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', step: 900 })
   * for (const { at, requests, p95Ms } of points) console.log(at, requests, p95Ms)
   */
  async metrics({ signal, ...query }: MetricsQuery = {}): Promise<MetricsSeries> {
    return dataOf(await this.#send('GET', '/admin/observe/metrics', { query: toQueryString({ ...query }), signal }))
  }

  /**
   * A page of the requests that were answered, the newest first.
   *
   * @example
   * const { data } = await client.admin.observe.requests({ result: 5 })
   * for (const { path, status, ms, errorCode } of data) console.log(path, status, ms, errorCode)
   */
  async requests({ signal, ...query }: RequestQuery = {}): Promise<Page<LoggedRequest>> {
    const options = { query: toQueryString({ ...query }), signal }
    return (await this.#send('GET', '/admin/observe/requests', options)) as Page<LoggedRequest>
  }

  /**
   * Statements of PostgreSQL that were slow, those that took most time together first, with advice on indexes.
   *
   * @example
   * const { statements } = await client.admin.observe.slow()
   * for (const { sql, count, p95Ms, advice } of statements) console.log(sql, count, p95Ms, advice[0]?.message)
   */
  async slow(options: CallOptions = {}): Promise<SlowStatements> {
    return dataOf(await this.#send('GET', '/admin/observe/slow', options))
  }

  /**
   * Forgets a slow statement, such as after an index was made for it; without an id, all of them.
   *
   * @example
   * await client.admin.observe.forgetSlow()
   */
  async forgetSlow(id?: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/observe/slow${id === undefined ? '' : `/${segment(id)}`}`, options)
  }

  /**
   * Sizes of the database and its tables, and what goes on in it.
   *
   * @example
   * const { bytes, tables } = await client.admin.observe.database()
   */
  async database(options: CallOptions = {}): Promise<DatabaseFacts> {
    return dataOf(await this.#send('GET', '/admin/observe/database', options))
  }

  /**
   * The size of the database over time, of the last 30 days where nothing is said.
   *
   * @example
   * for (const { at, bytes } of await client.admin.observe.growth()) console.log(at, bytes)
   */
  async growth({ signal, ...query }: TimeRange = {}): Promise<DatabaseSample[]> {
    return dataOf(
      await this.#send('GET', '/admin/observe/database/growth', { query: toQueryString({ ...query }), signal }),
    )
  }
}
