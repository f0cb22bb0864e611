import type { JobInfo, JobSchedule, JobState, Page } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from '../transport.js'

/** Which jobs. */
export interface JobQuery extends PageOptions {
  state?: JobState
  /** One kind of job, such as `sessions.dropEnded`. */
  name?: string
}

/** `client.admin.jobs`. */
export class AdminJobs {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * A page of the work the server does by itself, the newest first. What failed for good is kept, with its error.
   *
   * @example
   * const { data } = await client.admin.jobs.list({ state: 'failed' })
   * for (const job of data) console.log(job.name, job.attempts, job.error)
   */
  async list({ signal, ...query }: JobQuery = {}): Promise<Page<JobInfo>> {
    return (await this.#send('GET', '/admin/jobs', { query: toQueryString({ ...query }), signal })) as Page<JobInfo>
  }

  /**
   * One job.
   * @throws HoldfastError `not_found`
   *
   * @example
   * const { state, runAt } = await client.admin.jobs.get(id)
   */
  async get(id: string, options: CallOptions = {}): Promise<JobInfo> {
    return dataOf(await this.#send('GET', `/admin/jobs/${segment(id)}`, options))
  }

  /**
   * Tries a job now that failed, was cancelled or waits.
   * @throws HoldfastError `conflict` when it runs or is completed
   *
   * @example
   * for (const { id } of (await client.admin.jobs.list({ state: 'failed' })).data) await client.admin.jobs.retry(id)
   */
  async retry(id: string, options: CallOptions = {}): Promise<JobInfo> {
    return dataOf(await this.#send('POST', `/admin/jobs/${segment(id)}/retry`, options))
  }

  /**
   * Cancels a job that waits or runs.
   * @throws HoldfastError `conflict` when it is over
   *
   * @example
   * await client.admin.jobs.cancel(id)
   */
  async cancel(id: string, options: CallOptions = {}): Promise<JobInfo> {
    return dataOf(await this.#send('POST', `/admin/jobs/${segment(id)}/cancel`, options))
  }

  /**
   * Jobs that are begun by the clock.
   *
   * @example
   * for (const { name, cron, nextRunAt } of await client.admin.jobs.schedules()) console.log(name, cron, nextRunAt)
   */
  async schedules(options: CallOptions = {}): Promise<JobSchedule[]> {
    return dataOf(await this.#send('GET', '/admin/jobs/schedules', options))
  }
}
