/** How far a job is. `retrying` waits to be tried again; `failed` has used up its attempts and is kept with its error. */
export const jobStates = ['waiting', 'running', 'retrying', 'completed', 'failed', 'cancelled'] as const

export type JobState = (typeof jobStates)[number]

/** Work the server does by itself, as `GET /api/v1/admin/jobs` lists it. Times are ISO 8601 UTC. */
export interface JobInfo {
  id: string
  name: string
  state: JobState
  /** What the job was given, without its secrets; null where this node does not know the kind of job. */
  data: { [key: string]: unknown } | null
  /** How often it was begun. */
  attempts: number
  /** How often it may be begun. One more for each time its process ended under it, and each time an admin had it tried again. */
  maxAttempts: number
  createdAt: string
  /** When the last attempt began. */
  startedAt: string | null
  completedAt: string | null
  /** When it is due, or was. */
  runAt: string
  /** Why the last attempt failed. */
  error: string | null
}

/** A kind of job that is begun by the clock, as `GET /api/v1/admin/jobs/schedules` lists it. */
export interface JobSchedule {
  name: string
  /** Minute, hour, day of the month, month, day of the week. */
  cron: string
  timezone: string
  nextRunAt: string | null
}
