import type { JobInfo, JobSchedule } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError } from '../lib/index.js'
import { Database } from '../platform/db/index.js'
import { Jobs } from './jobs.js'
import { getJob, type JobPlace, type JobQuery, listJobs, retryNow } from './list-jobs.js'
import { redact } from './redact.js'

/** A job, and its exact place in the list: times on the wire have milliseconds only. */
export interface ListedJob {
  readonly info: JobInfo
  readonly place: JobPlace
}

/** Jobs as admins see and steer them. */
@Injectable()
export class JobBook {
  constructor(
    private readonly jobs: Jobs,
    private readonly db: Database,
  ) {}

  async list(query: JobQuery): Promise<ListedJob[]> {
    await this.jobs.start()
    const { rows } = await this.db.run(listJobs(query))
    return (rows as Row[]).map((row) => this.toListed(row))
  }

  /** @throws not_found */
  async get(id: string): Promise<JobInfo> {
    await this.jobs.start()
    const { rows } = await this.db.run(getJob(id))
    if (rows[0] === undefined) throw new AppError('not_found', 'There is no such job')
    return this.toListed(rows[0] as Row).info
  }

  /** Has a job tried now that failed, was cancelled or waits. @throws not_found, conflict for one that runs or is done */
  async retry(id: string): Promise<JobInfo> {
    const { runner } = await this.jobs.start()
    const { rowCount } = await this.db.run(retryNow(id))
    const job = await this.get(id)
    if (rowCount === 0) throw new AppError('conflict', `The job is ${job.state}; it cannot be tried again`)
    runner.wake(job.name)
    return job
  }

  /** @throws not_found, conflict for a job that has ended */
  async cancel(id: string): Promise<JobInfo> {
    const { boss, runner } = await this.jobs.start()
    const { name } = await this.get(id)
    const { affected } = (await boss.cancel(name, id)) as { affected?: number }
    const job = await this.get(id)
    if (affected === 0) throw new AppError('conflict', `The job is ${job.state}; it cannot be cancelled`)
    runner.cancel(id)
    return job
  }

  async schedules(): Promise<JobSchedule[]> {
    const { boss } = await this.jobs.start()
    const found = await boss.getSchedules()
    return found
      .map(({ name, cron, timezone }) => {
        const [next] = boss.previewSchedule(cron, { tz: timezone, count: 1 })
        return { name, cron, timezone, nextRunAt: next?.toISOString() ?? null }
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  private toListed([text, createdAt]: Row): ListedJob {
    const job: JobInfo = JSON.parse(text)
    const kind = this.jobs.find(job.name)
    // What is secret in a job nobody here knows, nobody here can say.
    const data = kind ? (redact(job.data, kind.redact) as JobInfo['data']) : null
    return { info: { ...job, data }, place: { createdAt, id: job.id } }
  }
}

type Row = [job: string, createdAt: string]
