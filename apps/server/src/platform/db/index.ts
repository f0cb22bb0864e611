/** PostgreSQL: the pool and its transactions, system migrations, signals between nodes, what its errors mean. */
export { Database, type IsolationLevel, type Transaction } from './database.js'
export type { Executor, Statement } from './executor.js'
export { migrate } from './migrate.js'
export { openDataSource, systemSchema } from './open-data-source.js'
export { databaseErrorOf, toAppError } from './postgres-errors.js'
export { retryConflicts } from './retry-conflicts.js'
export { Signals } from './signals.js'
export { findTextOrder } from './text-order.js'
