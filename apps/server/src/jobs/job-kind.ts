import type { Backoff } from './retry-delay.js'

/** What a job is given: JSON, so that it survives the process. */
export type JobData = object

/** How a kind of job is run. */
export interface JobOptions<T extends JobData> {
  /** How often a failed job is tried again. 3 where nothing is said. */
  readonly retries?: number
  /** How long it waits before that. 5 s where nothing is said, then twice as long each time, an hour at most. */
  readonly backoff?: Backoff
  /** How many of them one node runs at a time. 1 where nothing is said. */
  readonly concurrency?: number
  /** Longest time one attempt may take; beyond it the attempt has failed. 15 minutes where nothing is said, a day at most. */
  readonly timeoutSeconds?: number
  /** Five fields of cron, in UTC: one job at each tick, however many nodes there are. The job's data is `{}`. */
  readonly schedule?: string
  /** Keys of the data, at any depth, whose values nobody is shown. */
  readonly redact?: readonly (keyof T & string)[]
}

/** A job as its handler gets it. */
export interface RunningJob<T extends JobData> {
  readonly id: string
  readonly data: T
  /** 1 on the first attempt. An attempt that ended with its process is not counted. */
  readonly attempt: number
  /** Aborted when the job is cancelled, has taken too long or was given to another node, and before the node stops. */
  readonly signal: AbortSignal
}

/**
 * Does the work. A job is done at least once: a process may end after the work and before that is written down, so work that
 * must not be done twice looks first. Throwing has it tried again.
 */
export type JobHandler<T extends JobData> = (job: RunningJob<T>) => Promise<void>

/** A kind of job with everything said. */
export interface JobKind {
  readonly name: string
  readonly retries: number
  readonly backoff: Backoff
  readonly concurrency: number
  readonly timeoutSeconds: number
  readonly schedule: string | undefined
  readonly redact: readonly string[]
  readonly handler: JobHandler<JobData>
}

const namePattern = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)+$/

/** @throws Error for a name that is not like `backup.create` */
export function toKind<T extends JobData>(name: string, options: JobOptions<T>, handler: JobHandler<T>): JobKind {
  if (!namePattern.test(name)) throw new Error(`A job is named like backup.create; "${name}" is not`)
  return {
    name,
    retries: options.retries ?? 3,
    backoff: options.backoff ?? { firstSeconds: 5, maxSeconds: 3600 },
    concurrency: options.concurrency ?? 1,
    timeoutSeconds: options.timeoutSeconds ?? 15 * 60,
    schedule: options.schedule,
    redact: options.redact ?? [],
    // What is read back is what `enqueue` of the same kind wrote.
    handler: handler as unknown as JobHandler<JobData>,
  }
}
