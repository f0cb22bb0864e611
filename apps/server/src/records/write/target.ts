import type { Principal } from '../../auth/index.js'
import type { Executor, IsolationLevel, TransactionOptions } from '../../platform/db/index.js'

/** What can begin a transaction: the database, as records use it. */
export interface Transactions extends Executor {
  transaction<T>(work: (tx: Executor) => Promise<T>, options?: TransactionOptions): Promise<T>
}

/** What a write runs in: the database, or a transaction somebody else began. */
export type Target = Transactions | Executor

/** The database for the writes of one request: the change log is told who they come from, without asking again. */
export function causedBy(db: Transactions, principal: Principal, requestId: string): Transactions {
  const cause = causeOf(principal, requestId)
  return {
    cause,
    run: (statement) => db.run(statement),
    transaction: (work, options) =>
      db.transaction((tx) => work({ run: (statement) => tx.run(statement), cause }), options),
  }
}

/** `<user id> <request id>`, and the admin who acts as the user, or the key that was shown. */
function causeOf(principal: Principal, requestId: string): string {
  if (principal.kind === 'public') return ` ${requestId}`
  if (principal.kind === 'key') return ` ${requestId} key:${principal.keyId}`
  const { userId, keyId, impersonatorId } = principal
  if (keyId !== undefined) return `${userId} ${requestId} key:${keyId}`
  return impersonatorId === undefined ? `${userId} ${requestId}` : `${userId} ${requestId} admin:${impersonatorId}`
}

/** Runs work in the transaction that is there, or in one of its own. */
export const inTransaction = <T>(
  target: Target,
  work: (tx: Executor) => Promise<T>,
  options: { isolation?: IsolationLevel | undefined } = {},
): Promise<T> => ('transaction' in target ? target.transaction(work, options) : work(target))

/** A transaction, or a part of the one that is there: a failure undoes all of it and nothing else. */
export const inOwnPart = <T>(target: Target, work: (tx: Executor) => Promise<T>): Promise<T> =>
  'transaction' in target ? inTransaction(target, work) : attempt(target, () => work(target))

/**
 * Runs statements that may fail where another try follows: inside somebody's transaction a failure undoes only them. On the
 * database itself they are a transaction of their own anyway.
 */
export const attempt = <T>(target: Target, work: () => Promise<T>): Promise<T> =>
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
