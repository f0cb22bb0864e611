/** Work that outlives the request and the process: a durable queue and schedules on PostgreSQL. */
export { JobBook, type ListedJob } from './job-book.js'
export type { JobHandler, JobOptions } from './job-kind.js'
export { GiveUp, RetryLater } from './job-outcomes.js'
export { type JobQueue, Jobs } from './jobs.js'
export type { JobPlace, JobQuery } from './list-jobs.js'
