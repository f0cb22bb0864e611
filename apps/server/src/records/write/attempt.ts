import type { Database, Executor } from '../../platform/db/index.js'

/**
 * Runs statements that may fail where another try follows: inside somebody's transaction a failure undoes only them. On the
 * database itself they are a transaction of their own anyway.
 */
export const attempt = <T>(target: Database | Executor, work: () => Promise<T>): Promise<T> =>
  'transaction' in target ? work() : inSavepoint(target, work)

/** The savepoint goes in both cases: attempts nest, and a rollback must reach the one that failed and none inside it. */
async function inSavepoint<T>(tx: Executor, work: () => Promise<T>): Promise<T> {
  await tx.run({ text: 'savepoint attempt', values: [] })
  try {
    const result = await work()
    await tx.run({ text: 'release savepoint attempt', values: [] })
    return result
  } catch (error) {
    await tx.run({ text: 'rollback to savepoint attempt', values: [] })
    await tx.run({ text: 'release savepoint attempt', values: [] })
    throw error
  }
}
