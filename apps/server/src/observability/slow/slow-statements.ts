import { createHash } from 'node:crypto'
import type { QueryAdvice } from '@holdfast/contract'
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { addSparse, bucketCount, bucketOf, toSparse } from '../metrics/latency.js'

interface SlowSettings {
  readonly thresholdMs: number
  readonly retentionDays: number
}

interface Shape {
  count: number
  totalMs: number
  maxMs: number
  readonly buckets: number[]
  firstAt: Date
  lastAt: Date
  advice: readonly QueryAdvice[] | undefined
}

const writeEveryMs = 5000
/** Shapes that wait in memory. */
const mostShapes = 300
/** Statements are kept whole up to here; longer ones say the rest no better. */
const maxTextLength = 20_000
/** How long advice on a statement is good for. */
const adviceMs = 60 * 60_000

/**
 * Statements that took long, by their text: it holds placeholders where values would be, so none of those is kept. Costs
 * others nothing; see `platform/db/statement-watch.ts`.
 */
@Injectable()
export class SlowStatements implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly settings: Settings<SlowSettings>
  private readonly advisedAtMs = new Map<string, number>()
  private shapes = new Map<string, Shape>()
  private timer: NodeJS.Timeout | undefined
  private writing: Promise<void> | undefined

  constructor(
    private readonly db: Database,
    private readonly log: Log,
    private readonly store: SettingsStore,
    jobs: Jobs,
  ) {
    this.settings = store.define(section)
    jobs.define('observe.dropSlow', { schedule: '19 3 * * *' }, async () => {
      const { retentionDays } = await this.settings.get()
      await this.db.run({ text: dropOld, values: [retentionDays] })
    })
    db.statements.tell = (text, tookMs) => this.note(text, tookMs)
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), writeEveryMs).unref()
    this.store.onChange((name) => name === section.name && void this.follow())
    void this.follow()
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer)
    await this.flush()
  }

  get thresholdMs(): number {
    return this.db.statements.slowMs
  }

  /** Asks for advice on a statement that was slow, unless there was some lately; never throws, and nobody waits for it. */
  advise(text: string, tookMs: number, ask: () => Promise<readonly QueryAdvice[]>): void {
    if (tookMs < this.thresholdMs || performance.now() - (this.advisedAtMs.get(text) ?? -adviceMs) < adviceMs) return
    if (this.advisedAtMs.size > mostShapes) this.advisedAtMs.clear()
    this.advisedAtMs.set(text, performance.now())
    ask().then(
      (advice) => {
        this.shapeOf(text).advice = advice
      },
      (error: unknown) => this.log.debug({ err: error }, 'could not find out why a statement was slow'),
    )
  }

  /** Writes down what was slow. Never throws: it waits in memory for a better time. */
  flush(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = undefined
    })
    return this.writing
  }

  private note(text: string, tookMs: number): void {
    // What a connection begins with and transactions wait for is no statement anybody could make faster.
    if (!/^\s*(with|select|insert|update|delete|merge)\b/i.test(text) || text.length > maxTextLength) return
    if (!this.shapes.has(text) && this.shapes.size >= mostShapes) return
    const shape = this.shapeOf(text)
    shape.count += 1
    shape.totalMs += tookMs
    shape.maxMs = Math.max(shape.maxMs, tookMs)
    shape.lastAt = new Date()
    addSparse(shape.buckets, [bucketOf(tookMs), 1])
  }

  private shapeOf(text: string): Shape {
    let shape = this.shapes.get(text)
    if (!shape) {
      const now = new Date()
      const buckets = new Array<number>(bucketCount).fill(0)
      shape = { count: 0, totalMs: 0, maxMs: 0, buckets, firstAt: now, lastAt: now, advice: undefined }
      this.shapes.set(text, shape)
    }
    return shape
  }

  private async write(): Promise<void> {
    const { shapes } = this
    if (shapes.size === 0) return
    this.shapes = new Map()
    const rows = [...shapes].map(([sql, { buckets, advice, ...shape }]) => ({
      id: createHash('sha256').update(sql).digest('hex').slice(0, 20),
      sql,
      collection: collectionOf(sql),
      ...shape,
      buckets: toSparse(buckets),
      advice: advice ?? null,
    }))
    try {
      for (const row of rows) await this.db.run({ text: upsert, values: [JSON.stringify(row)] })
    } catch (error) {
      this.log.debug({ err: error }, 'could not write down which statements were slow')
    }
  }

  private async follow(): Promise<void> {
    try {
      this.db.statements.slowMs = (await this.settings.get()).thresholdMs
    } catch (error) {
      this.log.debug({ err: error }, 'could not read from when on statements are slow')
    }
  }
}

/** The first table of collections that is read or written. */
const collectionOf = (sql: string): string | null =>
  /(?:from|into|update)\s+(?:only\s+)?"?public"?\."?(\w+)"?/i.exec(sql)?.[1] ?? null

const section = {
  name: 'observe.slowStatements',
  description: 'From when on a statement of PostgreSQL is slow, and how long it is remembered',
  schema: {
    type: 'object' as const,
    additionalProperties: false as const,
    properties: {
      thresholdMs: { type: 'integer' as const, minimum: 1, maximum: 600_000, description: 'Milliseconds' },
      retentionDays: { type: 'integer' as const, minimum: 1, maximum: 400, description: 'Since it was last slow' },
    },
  },
  defaults: { thresholdMs: 200, retentionDays: 30 } satisfies SlowSettings,
}

// Buckets are pairs of a bucket and a count, appended: reading adds up what is of the same one. A thousand are enough to tell.
const upsert = `
  insert into holdfast.slow_statements as s (id, sql, collection, count, total_ms, max_ms, buckets, first_at, last_at, advice)
  select r.id, r.sql, r.collection, r.count, r."totalMs", r."maxMs", r.buckets, r."firstAt", r."lastAt", r.advice
  from json_to_record($1::json) r (id text, sql text, collection text, count bigint, "totalMs" float8, "maxMs" float8,
    buckets int[], "firstAt" timestamptz, "lastAt" timestamptz, advice json)
  on conflict (id) do update set count = s.count + excluded.count, total_ms = s.total_ms + excluded.total_ms,
    max_ms = greatest(s.max_ms, excluded.max_ms), last_at = excluded.last_at,
    buckets = case when cardinality(s.buckets) < 1000 then s.buckets || excluded.buckets else excluded.buckets end,
    advice = coalesce(excluded.advice, s.advice)`

const dropOld = `delete from holdfast.slow_statements where last_at < now() - $1 * interval '1 day'`
