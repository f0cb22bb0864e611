import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import type { PgBoss } from 'pg-boss'
import { newId } from '../lib/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Database, type Executor, type Transaction } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import { type JobData, type JobHandler, type JobKind, type JobOptions, toKind } from './job-kind.js'
import { JobRunner } from './job-runner.js'
import { dropCompleted, keepWaiting } from './job-sql.js'
import { closeBoss, openBoss } from './open-boss.js'

/** The server is up before it thinks of jobs. */
const startAfterMs = 1000
const startAgainAfterMs = 3000
/** For a caller's transaction that does not tell when it is committed: most are, by then. */
const guessCommitMs = 50

export interface EnqueueOptions {
  /** The transaction the job belongs to: it is there when that commits, and never when it does not. */
  readonly tx?: Executor & Partial<Pick<Transaction, 'afterCommit'>>
  /** A time, or seconds from now. */
  readonly startAfter?: Date | number
  /** Nothing is added while a job of this kind and key has yet to begin. One that runs already does not count: it may have missed why. */
  readonly key?: string
  /** More is sooner. 0 where nothing is said. */
  readonly priority?: number
}

/** Jobs of one kind: what `define` gives, and the one way to add some. */
export interface JobQueue<T extends JobData> {
  readonly name: string
  /** The id of the new job, or undefined where `key` found one waiting. */
  enqueue(data: T, options?: EnqueueOptions): Promise<string | undefined>
}

/** What there is once jobs run. */
export interface Started {
  readonly boss: PgBoss
  readonly runner: JobRunner
}

/**
 * Work that outlives the request and the process: durable, retried, on any node. Domains define their kinds of jobs while the
 * app is built (constructor or `onModuleInit`); `docs/decisions/0016-jobs-on-pg-boss.md` says how it is made.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly kinds = new Map<string, JobKind>()
  private started: Promise<Started> | undefined
  private timer: NodeJS.Timeout | undefined
  private drained: Promise<void> | undefined

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly log: Log,
  ) {
    this.define('jobs.dropOld', { schedule: '41 3 * * *' }, async () => {
      await this.db.run(dropCompleted)
    })
  }

  /** @throws Error for a name that is taken, or once jobs run */
  define<T extends JobData>(name: string, options: JobOptions<T>, handler: JobHandler<T>): JobQueue<T> {
    if (this.kinds.has(name)) throw new Error(`There are jobs "${name}" already`)
    if (this.started) throw new Error(`Jobs run already: define "${name}" in a constructor or in onModuleInit`)
    this.kinds.set(name, toKind(name, options, handler))
    return { name, enqueue: (data, enqueueOptions) => this.enqueue(name, data, enqueueOptions) }
  }

  /** What this node knows of a kind of job. */
  find(name: string): JobKind | undefined {
    return this.kinds.get(name)
  }

  onApplicationBootstrap(): void {
    this.startLater(startAfterMs)
  }

  /** Takes no more jobs and waits for the running ones, those that take too long going to other nodes. Jobs can still be added. */
  drain(): Promise<void> {
    clearTimeout(this.timer)
    this.drained ??= this.whenStarted(({ runner }) => runner.stop(this.config.shutdownTimeoutMs))
    return this.drained
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.drain()
    await this.whenStarted(async ({ boss, runner }) => {
      // A request that was still answered may have started it again.
      await runner.stop(0)
      await closeBoss(boss)
    })
  }

  /** pg-boss and what runs its jobs here, started if they were not. */
  start(): Promise<Started> {
    clearTimeout(this.timer)
    this.started ??= this.open().catch((error: unknown) => {
      this.started = undefined
      throw error
    })
    return this.started
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async enqueue(name: string, data: JobData, options: EnqueueOptions = {}): Promise<string | undefined> {
    const { boss, runner } = await this.start()
    const id = await this.insert(boss, name, data, options)
    const due = options.startAfter === undefined
    if (id === undefined || !due) return id
    if (!options.tx) runner.wake(name)
    else if (options.tx.afterCommit) options.tx.afterCommit(() => runner.wake(name))
    else setTimeout(() => runner.wake(name), guessCommitMs).unref()
    return id
  }

  private async insert(
    boss: PgBoss,
    name: string,
    data: JobData,
    options: EnqueueOptions,
  ): Promise<string | undefined> {
    const { tx, key, priority = 0, startAfter } = options
    const id = newId()
    const send = () =>
      boss.send(name, data, {
        id,
        priority,
        // Every job has a key: of those without one, none shall keep another away.
        singletonKey: key ?? id,
        ...(startAfter !== undefined && { startAfter }),
        ...(tx && { db: { executeSql: (text: string, values: unknown[] = []) => runAsObjects(tx, text, values) } }),
      })
    for (let attempt = 0; attempt < 10; attempt++) {
      if ((await send()) !== null) return id
      if (key === undefined) break
      // The one that waits must not begin before this transaction has committed what it is for.
      if (((await (tx ?? this.db).run(keepWaiting(name, key))).rowCount ?? 0) > 0) return undefined
    }
    throw new Error(`A job ${name} could not be added`)
  }

  private async open(): Promise<Started> {
    const kinds = [...this.kinds.values()]
    const boss = await openBoss(this.db, kinds, this.log)
    return { boss, runner: new JobRunner(boss, this.db, kinds, this.log) }
  }

  private startLater(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.start().catch((err: unknown) => {
        this.log.warn({ err }, 'jobs could not be started; trying again')
        if (!this.drained) this.startLater(startAgainAfterMs)
      })
    }, afterMs).unref()
  }

  private async whenStarted(then: (started: Started) => Promise<void>): Promise<void> {
    const started = await this.started?.catch(() => undefined)
    if (started) await then(started)
  }
}

/** pg-boss reads rows by name. */
async function runAsObjects(
  tx: Executor,
  text: string,
  values: unknown[],
): Promise<{ rows: Record<string, unknown>[] }> {
  const { fields, rows } = await tx.run({ text, values })
  return { rows: rows.map((row) => Object.fromEntries(fields.map(({ name }, place) => [name, row[place]]))) }
}
