import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import type { PgBoss } from 'pg-boss'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Database } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import { Meters } from '../platform/meters/index.js'
import { addJob, addJobs, type EnqueueAllOptions, type EnqueueOptions } from './add-jobs.js'
import { type JobData, type JobHandler, type JobKind, type JobOptions, toKind } from './job-kind.js'
import { RetryLater } from './job-outcomes.js'
import { JobRunner } from './job-runner.js'
import { dropCompleted } from './job-sql.js'
import { closeBoss, openBoss } from './open-boss.js'

/** The server is up before it thinks of jobs. */
const startAfterMs = 1000
const startAgainAfterMs = 3000
/** For a caller's transaction that does not tell when it is committed: most are, by then. */
const guessCommitMs = 50

/** Jobs of one kind: what `define` gives, and the one way to add some. */
export interface JobQueue<T extends JobData> {
  readonly name: string
  /** The id of the new job, or undefined where `key` found one waiting. */
  enqueue(data: T, options?: EnqueueOptions): Promise<string | undefined>
  /** Adds many in few statements; the ids are in their order. Keys are not for these. */
  enqueueAll(all: readonly T[], options?: EnqueueAllOptions): Promise<string[]>
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
    private readonly meters: Meters,
  ) {
    this.define('jobs.dropOld', { schedule: '41 3 * * *' }, async () => {
      await this.db.run(dropCompleted)
    })
  }

  /** @throws Error for a name that is taken, or once jobs run */
  define<T extends JobData>(name: string, options: JobOptions<T>, handler: JobHandler<T>): JobQueue<T> {
    if (this.kinds.has(name)) throw new Error(`There are jobs "${name}" already`)
    if (this.started) throw new Error(`Jobs run already: define "${name}" in a constructor or in onModuleInit`)
    this.kinds.set(name, toKind(name, options, this.counted(name, handler)))
    return {
      name,
      enqueue: (data, given) => this.enqueue(name, data, given),
      enqueueAll: (all, given) => this.enqueueAll(name, all, given),
    }
  }

  private counted<T extends JobData>(job: string, handler: JobHandler<T>): JobHandler<T> {
    const count = (result: string) => this.meters.count('jobs_total', 'Attempts of jobs on this node.', { job, result })
    return async (running) => {
      try {
        await handler(running)
        count('done')
      } catch (error) {
        count(error instanceof RetryLater ? 'later' : 'failed')
        throw error
      }
    }
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
    const id = await addJob(boss, this.db, name, data, options)
    if (id !== undefined) this.wake(runner, name, options)
    return id
  }

  private async enqueueAll(name: string, all: readonly JobData[], options: EnqueueAllOptions = {}): Promise<string[]> {
    const { boss, runner } = await this.start()
    const ids = await addJobs(boss, name, all, options)
    if (ids.length > 0) this.wake(runner, name, options)
    return ids
  }

  /** New jobs begin on this node at once; others find them when they look. */
  private wake(runner: JobRunner, name: string, { tx, startAfter }: EnqueueAllOptions): void {
    const wake = () => runner.wake(name)
    if (startAfter !== undefined) return
    if (!tx) wake()
    else if (tx.afterCommit) tx.afterCommit(wake)
    else setTimeout(wake, guessCommitMs).unref()
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
