/** Work that outlives the request and the process: a durable queue and schedules on PostgreSQL. */
export type { EnqueueAllOptions, EnqueueOptions } from './add-jobs.js'
export { JobBook, type ListedJob } from './job-book.js'
export type { JobData, JobHandler, JobOptions, RunningJob } from './job-kind.js'
export { GiveUp, RetryLater } from './job-outcomes.js'
export { type JobQueue, Jobs } from './jobs.js'
export type { JobPlace, JobQuery } from './list-jobs.js'
