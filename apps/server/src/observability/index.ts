/** What operators see: health, numbers over time, the log of requests, slow statements, the size of the database. */
export { AnswersPageOf, listOf, orNull, shape, text, time, whole } from './describe.js'
export { type Filters, findLines } from './find-lines.js'
export { Metrics } from './metrics/metrics.js'
export { writeMetrics } from './metrics/write-metrics.js'
export { Readiness } from './readiness.js'
export { SlowStatements } from './slow/slow-statements.js'
