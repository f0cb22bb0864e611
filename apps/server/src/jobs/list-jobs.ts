import { type JobState, jobStates } from '@holdfast/contract'
import type { Statement } from '../platform/db/index.js'
import { jobSchema } from './job-sql.js'

/** Which jobs are listed, newest first: as many as `limit` after the one at `after`. */
export interface JobQuery {
  readonly state?: JobState | undefined
  readonly name?: string | undefined
  readonly limit: number
  readonly after?: JobPlace | undefined
}

/** Where a job stands in the list. */
export interface JobPlace {
  readonly createdAt: string
  readonly id: string
}

/** What pg-boss calls the states. */
const stored: Readonly<Record<JobState, string>> = {
  waiting: 'created',
  running: 'active',
  retrying: 'retry',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** pg-boss' own queues are none of ours. */
const ours = `j.name not like '\\_\\_pgboss%'`

/** The index of jobs begins with their name. */
const oneOfUs = `j.name in (select q.name from ${jobSchema}.queue q) and j.id = $1`

const time = (column: string): string => `to_char(j.${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const select = `
  select json_build_object('id', j.id, 'name', j.name,
    'state', case j.state::text ${jobStates.map((state) => `when '${stored[state]}' then '${state}'`).join(' ')} end,
    'data', j.data, 'attempts', j.retry_count + (j.started_on is not null)::int, 'maxAttempts', j.retry_limit + 1,
    'createdAt', ${time('created_on')}, 'startedAt', ${time('started_on')}, 'completedAt', ${time('completed_on')},
    'runAt', ${time('start_after')},
    'error', case when j.state in ('retry', 'failed', 'cancelled') then left(coalesce(j.output ->> 'message', j.output #>> '{value,message}', j.output ->> 'value'), 2000) end),
    j.created_on::text
  from ${jobSchema}.job j where ${ours}`

export const listJobs = ({ state, name, limit, after }: JobQuery): Statement => ({
  text: `${select}
    and ($1::text is null or j.state = $1::${jobSchema}.job_state) and ($2::text is null or j.name = $2)
    and ($3::timestamptz is null or (j.created_on, j.id) < ($3, $4::uuid))
    order by j.created_on desc, j.id desc limit $5`,
  values: [state ? stored[state] : null, name ?? null, after?.createdAt ?? null, after?.id ?? null, limit],
})

export const getJob = (id: string): Statement => ({ text: `${select} and ${oneOfUs}`, values: [id] })

/** One attempt more, at once, for a job that failed or was cancelled; the next attempt at once for one that waits. */
export const retryNow = (id: string): Statement => ({
  text: `update ${jobSchema}.job j set start_after = now(), completed_on = null,
      state = case when j.state = 'created' then 'created' else 'retry' end::${jobSchema}.job_state,
      retry_limit = j.retry_limit + (j.state in ('failed', 'cancelled') and j.retry_count >= j.retry_limit)::int
    where ${ours} and ${oneOfUs} and j.state in ('created', 'retry', 'failed', 'cancelled')`,
  values: [id],
})
