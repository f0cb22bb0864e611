import type { ServerResponse } from 'node:http'
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import type { IpNetwork } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database } from '../../platform/db/index.js'
import { AnswerWatch, type HeaderList, listTrusted } from '../../platform/http/index.js'
import { Log } from '../../platform/log/index.js'
import { type Counted, Meters } from '../../platform/meters/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { Metrics } from '../metrics/metrics.js'
import type { RouteStats } from '../metrics/route-stats.js'
import { type RequestEntry, toEntry } from './request-entry.js'
import { type RequestSettings, requestSettings } from './request-settings.js'

const writeEveryMs = 1000
/** Lines that wait in memory while the database is away. */
const mostWaiting = 5000
/** Errors and slow requests are kept beyond the limit, up to so many times of it. */
const importantFactor = 4
const slowMs = 1000
/** Of what is beyond the limit, one of so many is kept. */
const sampleEvery = 100
const trimmedAtOnce = 20_000

/** Writes down requests, off the path of the answer: what is kept is written once a second, in one statement. */
@Injectable()
export class RequestLog implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly settings: Settings<RequestSettings>
  private readonly proxies: readonly IpNetwork[]
  private readonly leftOut: Counted
  private keep: RequestSettings['keep'] = 'all'
  private perSecond = 0
  private kept = 0
  private important = 0
  private beyond = 0
  private waiting: RequestEntry[] = []
  private timer: NodeJS.Timeout | undefined
  private writing: Promise<void> | undefined

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly db: Database,
    private readonly log: Log,
    private readonly metrics: Metrics,
    meters: Meters,
    watch: AnswerWatch,
    private readonly store: SettingsStore,
    jobs: Jobs,
  ) {
    this.leftOut = meters.counter(
      'requests_not_logged_total',
      'Requests that the log left out to stay within its limit.',
    )
    this.proxies = listTrusted(config.trustedProxies)
    this.settings = store.define(requestSettings)
    this.perSecond = requestSettings.defaults.maxPerSecond
    jobs.define('observe.trimRequests', { schedule: '*/10 * * * *' }, ({ signal }) => this.trim(signal))
    watch.tell = (response, status, headers, tookMs) => this.note(response, status, headers, tookMs)
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tick(), writeEveryMs).unref()
    this.store.onChange((section) => section === requestSettings.name && void this.follow())
    void this.follow()
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer)
    await this.flush()
  }

  /** Writes down what waits. Never throws: without a database the newest lines wait, and the others are counted as left out. */
  flush(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = undefined
    })
    return this.writing
  }

  private note(response: ServerResponse, status: number, headers: HeaderList, tookMs: number): void {
    const stats = this.metrics.requests.count(response, status, tookMs)
    if (this.keep === 'all' && !(stats.quiet && status < 400)) this.noteIfRoom(response, status, headers, tookMs, stats)
    else if (this.keep === 'errors' && status >= 400) this.noteIfRoom(response, status, headers, tookMs, stats)
  }

  private noteIfRoom(
    response: ServerResponse,
    status: number,
    headers: HeaderList,
    tookMs: number,
    { route }: RouteStats,
  ): void {
    if (this.kept < this.perSecond) this.kept += 1
    else if ((status >= 500 || tookMs >= slowMs) && this.important < this.perSecond * importantFactor)
      this.important += 1
    else if (++this.beyond % sampleEvery !== 0) {
      this.leftOut.value += 1
      return
    }
    if (this.waiting.length >= mostWaiting) {
      this.leftOut.value += 1
      return
    }
    this.waiting.push(toEntry(response, status, headers, tookMs, route, this.proxies))
  }

  private tick(): void {
    this.kept = 0
    this.important = 0
    if (this.waiting.length > 0) void this.flush()
  }

  private async write(): Promise<void> {
    const entries = this.waiting
    if (entries.length === 0) return
    this.waiting = []
    try {
      await this.db.run({ text: insert, values: [JSON.stringify(entries)] })
    } catch (error) {
      this.waiting = [...entries, ...this.waiting].slice(-mostWaiting)
      this.log.debug({ err: error }, 'could not write the log of requests; trying again')
    }
  }

  private async follow(): Promise<void> {
    try {
      const { keep, maxPerSecond } = await this.settings.get()
      this.keep = keep
      this.perSecond = maxPerSecond
    } catch (error) {
      this.log.debug({ err: error }, 'could not read the settings of the log of requests')
    }
  }

  private async trim(signal: AbortSignal): Promise<void> {
    const { retentionDays, maxRows } = await this.settings.get()
    while (!signal.aborted) {
      const { rowCount } = await this.db.run({ text: trim, values: [retentionDays, maxRows, trimmedAtOnce] })
      if ((rowCount ?? 0) < trimmedAtOnce) return
    }
  }
}

const insert = `
  insert into holdfast.requests (at, method, route, path, query, status, ms, bytes, address, principal, principal_id,
    impersonator_id, user_agent, request_id, error_code)
  select * from json_to_recordset($1::json) r (at timestamptz, method text, route text, path text, query text, status smallint,
    ms real, bytes bigint, address text, principal text, principal_id uuid, impersonator_id uuid, user_agent text,
    request_id text, error_code text)`

// Ids grow with time and are not given twice: they tell how many rows there are at most.
const trim = `
  delete from holdfast.requests where id in (
    select id from holdfast.requests
    where at < now() - $1 * interval '1 day' or id <= (select max(id) from holdfast.requests) - $2
    order by id limit $3)`
