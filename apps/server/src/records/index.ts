/** The CRUD engine: collection → scopes → parse → plan → run → respond. */
export { type RecordAnswer, RecordsService } from './records.service.js'
export { RecordWrites, type WriteOptions } from './write/record-writes.js'
export type { Written } from './write/run-write.js'
