import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { Meters } from '../../platform/meters/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { dropOld, type NodeWindow, rollUp, writeWindows } from './metrics-store.js'
import { ProcessGauges } from './process-gauges.js'
import { RequestMeter } from './request-meter.js'
import type { Window } from './window.js'

/** Minutes that are kept in memory while the database is away: three hours of them. */
const mostPending = 180
const minuteMs = 60_000

/** Counts, and writes down what was counted once a minute. */
@Injectable()
export class Metrics implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  readonly requests = new RequestMeter()
  readonly process = new ProcessGauges()
  private readonly node = `${hostname()}-${randomBytes(4).toString('hex')}`
  private readonly settings: Settings<{ retentionDays: number }>
  private minute = startOfMinute()
  private pending: NodeWindow[] = []
  private before: Record<string, number> = {}
  private timer: NodeJS.Timeout | undefined
  private writing: Promise<void> | undefined

  constructor(
    private readonly db: Database,
    private readonly meters: Meters,
    private readonly log: Log,
    store: SettingsStore,
    jobs: Jobs,
  ) {
    this.settings = store.define({
      name: 'observe.metrics',
      description: 'Numbers over time: how long they are kept',
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          retentionDays: {
            type: 'integer',
            minimum: 1,
            maximum: 400,
            description: 'Per minute for two days, then per hour',
          },
        },
      },
      defaults: { retentionDays: 30 },
    })
    jobs.define('observe.rollUp', { schedule: '11 * * * *' }, async ({ signal }) => {
      await rollUp(this.db, signal)
      await dropOld(this.db, (await this.settings.get()).retentionDays)
    })
  }

  onApplicationBootstrap(): void {
    this.schedule()
  }

  /** What was counted in the last minute, while the database is still there. */
  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer)
    await this.flush()
  }

  onApplicationShutdown(): void {
    this.process.stop()
  }

  /** Writes down what was counted so far, this minute included. Never throws: numbers wait in memory for a better time. */
  flush(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = undefined
    })
    return this.writing
  }

  private schedule(): void {
    this.timer = setTimeout(
      () => {
        this.schedule()
        void this.flush()
      },
      minuteMs - (Date.now() % minuteMs) + 5,
    ).unref()
  }

  private async write(): Promise<void> {
    this.turn()
    const current = { at: this.minute, window: this.read(false) }
    try {
      await writeWindows(this.db, this.node, [...this.pending, current])
      this.pending = []
    } catch (error) {
      this.log.debug({ err: error }, 'could not write down what was counted; trying again in a minute')
    }
  }

  /** Begins a minute where one is over. */
  private turn(): void {
    const minute = startOfMinute()
    if (minute.getTime() === this.minute.getTime()) return
    this.pending = [...this.pending, { at: this.minute, window: this.read(true) }].slice(-mostPending)
    this.minute = minute
  }

  private read(begin: boolean): Window {
    const counted = this.counted()
    const counts: Record<string, number> = {}
    for (const [name, value] of Object.entries(counted)) {
      const more = value - (this.before[name] ?? 0)
      if (more > 0) counts[name] = more
    }
    const window = { classes: this.requests.read(begin), gauges: this.gauges(), counts }
    if (begin) {
      this.before = counted
      this.process.begin()
    }
    return window
  }

  private gauges(): Record<string, number> {
    const { busy, waiting } = this.db.connections
    const { eventLoopDelayMs, memoryBytes } = this.process
    const connections = this.meters.gauges.find(({ name }) => name === 'realtime_connections')?.read() ?? 0
    return { databaseBusy: busy, databaseWaiting: waiting, eventLoopDelayMs, memoryBytes, connections }
  }

  private counted(): Record<string, number> {
    const sums: Record<string, number> = {}
    for (const { name, labels, value } of this.meters.counters.values()) {
      const found = seriesOf[`${name} ${/result="(\w+)"/.exec(labels)?.[1] ?? ''}`]
      if (found !== undefined) sums[found] = (sums[found] ?? 0) + value
    }
    return sums
  }
}

/** Counters that are shown over time. */
const seriesOf: Readonly<Record<string, string>> = {
  'jobs_total done': 'jobsDone',
  'jobs_total failed': 'jobsFailed',
  'mails_total sent': 'mailsSent',
  'mails_total failed': 'mailsFailed',
  'requests_not_logged_total ': 'notLogged',
}

const startOfMinute = (): Date => new Date(Math.floor(Date.now() / minuteMs) * minuteMs)
