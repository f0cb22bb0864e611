/** The CRUD engine: collection → scopes → parse → plan → run → respond. */
export { type RecordAnswer, RecordsService, type WriteOptions } from './records.service.js'
export type { Written } from './run-write.js'
