import type { Executor } from '../../platform/db/index.js'
import { inTransaction, type Target } from './target.js'

/** From so many bytes on, written rows no longer fit into what PostgreSQL gives a statement by default. */
const manyBytes = 2 * 1024 * 1024
const roomKb = 32 * 1024

/**
 * Runs a statement that writes many rows. The change log is given all of them together, and where they find no room in
 * memory PostgreSQL writes them into a file and reads them back. Whoever set it to more room keeps it.
 */
export function withRoomFor<T>(
  columns: readonly Buffer[],
  target: Target,
  write: (target: Target) => Promise<T>,
): Promise<T> {
  const bytes = columns.reduce((sum, column) => sum + column.length, 0)
  if (bytes < manyBytes) return write(target)
  return inTransaction(target, async (tx) => {
    await makeRoom(tx)
    return write(tx)
  })
}

const makeRoom = (tx: Executor): Promise<unknown> =>
  tx.run({
    text: `select set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, ${roomKb}) || 'kB', true)`,
    values: [],
  })
