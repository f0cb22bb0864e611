import { setTimeout as sleep } from 'node:timers/promises'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import type { Database } from '../platform/db/index.js'
import type { Log } from '../platform/log/index.js'
import type { JobData, JobKind } from './job-kind.js'
import { GiveUp, RetryLater } from './job-outcomes.js'
import { beat, endAttempt, type Held, handBack, look, takeFromDead } from './job-sql.js'
import { retryDelaySeconds } from './retry-delay.js'

/** How often a node looks for work of others' making, and says which jobs it runs. */
const lookEveryMs = 2000
/** And how soon again when the database was away. */
const lookAgainMs = 500
/** How long the database must have been there before somebody is called dead: the living say first that they are not. */
const steadyMs = 3 * lookAgainMs
/** How long to wait for a database that is away. */
const pausesMs = [100, 250, 500, 1000, 2000, 4000, 4000]
/** What handlers get between the signal and the end of the node. */
const lastWordMs = 1000

interface Running extends Held {
  readonly kind: JobKind
  readonly cancel: AbortController
  readonly ended: Promise<void>
}

/** What goes on with one kind of job on this node. */
interface Lane {
  readonly kind: JobKind
  running: number
  pulling: Promise<void> | undefined
  /** There may be more than was taken. */
  more: boolean
}

/** Runs the jobs of one node. */
export class JobRunner {
  private readonly lanes: ReadonlyMap<string, Lane>
  private readonly running = new Set<Running>()
  private timer: NodeJS.Timeout | undefined
  private looking: Promise<void> = Promise.resolve()
  private steadySinceMs: number | undefined
  private stopping = false
  private stopped = false

  constructor(
    private readonly boss: PgBoss,
    private readonly db: Database,
    kinds: readonly JobKind[],
    private readonly log: Log,
  ) {
    this.lanes = new Map(kinds.map((kind) => [kind.name, { kind, running: 0, pulling: undefined, more: false }]))
    this.lookOn()
  }

  /** A job of this kind may be due now. */
  wake(name: string): void {
    const lane = this.lanes.get(name)
    if (lane) void this.pull(lane)
  }

  /** Tells the handler of a job that was cancelled, when it runs here. */
  cancel(id: string): void {
    for (const running of this.running) if (running.id === id) running.cancel.abort(new Error('The job was cancelled'))
  }

  /** Takes no more jobs, lets the running ones end, and gives back those that do not in time. */
  async stop(timeoutMs: number): Promise<void> {
    this.stopping = true
    await Promise.all([...this.lanes.values()].map(({ pulling }) => pulling))
    await this.ended(Math.max(timeoutMs - lastWordMs, timeoutMs / 2))
    for (const { cancel } of this.running) cancel.abort(new Error('The node stops'))
    await this.ended(Math.min(lastWordMs, timeoutMs / 2))
    this.stopped = true
    clearTimeout(this.timer)
    await this.looking
    const left = [...this.running]
    this.running.clear()
    if (left.length > 0) await this.db.run(handBack(left))
  }

  private async ended(timeoutMs: number): Promise<void> {
    if (this.running.size === 0) return
    const patience = new AbortController()
    const timeout = sleep(timeoutMs, undefined, { signal: patience.signal }).catch(() => {})
    await Promise.race([Promise.all([...this.running].map(({ ended }) => ended)), timeout])
    patience.abort()
  }

  // ── looking ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private lookOn(): void {
    let pauseMs = lookEveryMs
    this.looking = this.look().catch((err: unknown) => {
      pauseMs = lookAgainMs
      this.steadySinceMs = undefined
      this.log.debug({ err }, 'could not look for jobs')
    })
    void this.looking.then(() => {
      if (this.stopped) return
      this.timer = setTimeout(() => this.lookOn(), pauseMs * (0.9 + 0.2 * Math.random())).unref()
    })
  }

  private async look(): Promise<void> {
    await this.beat()
    if (this.stopping) return
    const idle = [...this.lanes.values()].filter(({ kind, running }) => running < kind.concurrency)
    const names = idle.map(({ kind }) => kind.name)
    const { rows } = await this.db.run(look(names, [...this.lanes.keys()]))
    const [ready, heldByTheDead] = rows[0] as [string, boolean]
    this.steadySinceMs ??= performance.now()
    if (heldByTheDead && performance.now() - this.steadySinceMs >= steadyMs) await this.takeFromDead()
    for (const name of JSON.parse(ready) as string[]) await this.pull(this.lanes.get(name)!)
  }

  private async beat(): Promise<void> {
    const held = [...this.running]
    if (held.length === 0) return
    const { rows } = await this.db.run(beat(held))
    const kept = new Set((rows as [string][]).map(([id]) => id))
    for (const running of held)
      if (!kept.has(running.id)) running.cancel.abort(new Error('The job was cancelled or given to another node'))
  }

  private async takeFromDead(): Promise<void> {
    const { rows } = await this.db.run(takeFromDead([...this.lanes.keys()]))
    for (const [name, id, state] of rows) this.log.warn({ job: name, id, state }, 'the process that ran a job is gone')
  }

  // ── running ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes as many jobs of this kind as may run; one call at a time, and once more when asked meanwhile. */
  private pull(lane: Lane): Promise<void> {
    if (this.stopping) return Promise.resolve()
    lane.more = true
    lane.pulling ??= this.fill(lane)
      .catch((err: unknown) => this.log.debug({ err, job: lane.kind.name }, 'could not take jobs'))
      .finally(() => {
        lane.pulling = undefined
      })
    return lane.pulling
  }

  private async fill(lane: Lane): Promise<void> {
    for (;;) {
      const free = lane.kind.concurrency - lane.running
      if (!lane.more || free <= 0 || this.stopping) return
      lane.more = false
      const jobs = await this.boss.fetch<JobData>(lane.kind.name, { batchSize: free, includeMetadata: true })
      if (jobs.length === free) lane.more = true
      for (const job of jobs) this.begin(lane, job)
    }
  }

  private begin(lane: Lane, job: JobWithMetadata<JobData>): void {
    const { id, name, retryCount } = job
    const cancel = new AbortController()
    lane.running++
    // A handler may throw before it waits for anything: it is begun when the job is in the books.
    const ended = Promise.resolve().then(() => this.run(running, job))
    const running: Running = { id, name, retryCount, kind: lane.kind, cancel, ended }
    this.running.add(running)
    void ended.then(() => {
      this.running.delete(running)
      lane.running--
      if (lane.more) void this.pull(lane)
    })
  }

  /** Never throws: what cannot be written down now is found by the next look after the dead. */
  private async run(running: Running, job: JobWithMetadata<JobData>): Promise<void> {
    const { kind, cancel } = running
    const attempt = Math.max(1, job.retryCount + 1 - Math.max(0, job.retryLimit - kind.retries))
    try {
      await inTime(kind, cancel, kind.handler({ id: job.id, data: job.data, attempt, signal: cancel.signal }))
    } catch (error) {
      return this.fail(running, attempt, error)
    }
    await this.writeDown(running, () => this.boss.complete(running.name, running))
  }

  private fail(running: Running, attempt: number, error: unknown): Promise<void> {
    const { name, id, kind, cancel } = running
    if (this.stopping && cancel.signal.aborted) return this.writeDown(running, () => this.db.run(handBack([running])))
    const delay = error instanceof RetryLater ? error.afterSeconds : retryDelaySeconds(kind.backoff, attempt)
    const end = endAttempt(running, describe(error), error instanceof GiveUp ? undefined : delay)
    this.log.warn({ err: error, job: name, id, attempt }, 'a job failed')
    return this.writeDown(running, () => this.db.run(end))
  }

  /** PostgreSQL may be away for a moment, in which the job stays this node's: what was done need not be done again. */
  private async writeDown({ name, id }: Running, write: () => Promise<unknown>): Promise<void> {
    for (const pauseMs of pausesMs) {
      try {
        await write()
        return
      } catch (err) {
        this.log.debug({ err, job: name, id }, 'could not write down how a job ended; trying again')
      }
      await sleep(pauseMs)
    }
    this.log.warn({ job: name, id }, 'could not write down how a job ended; it will be done again')
  }
}

/** Waits for the work until its time is over; the slot is free then, even if the handler does not listen to its signal. */
async function inTime(kind: JobKind, cancel: AbortController, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`It took longer than ${kind.timeoutSeconds} s`)
      cancel.abort(error)
      reject(error)
    }, kind.timeoutSeconds * 1000).unref()
  })
  try {
    await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

const maxMessageLength = 2000

/** What is kept of an error: no stack, which is in the log. */
const describe = (error: unknown): { message: string } => ({
  message: (error instanceof Error ? error.message || error.name : String(error)).slice(0, maxMessageLength),
})
