/** Work that outlives the request and the process: a durable queue and schedules on PostgreSQL. */
export { JobBook, type ListedJob } from './job-book.js'
export type { JobData, JobHandler, JobOptions, RunningJob } from './job-kind.js'
export { GiveUp, RetryLater } from './job-outcomes.js'
export { type EnqueueOptions, type JobQueue, Jobs } from './jobs.js'
export type { JobPlace, JobQuery } from './list-jobs.js'
