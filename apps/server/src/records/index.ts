/** The CRUD engine: collection → scopes → parse → plan → run → respond. */
export { RecordsService } from './records.service.js'
export { InternalWrites } from './write/internal-writes.js'
