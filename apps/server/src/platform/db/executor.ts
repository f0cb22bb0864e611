import type pg from 'pg'
import { LeanQuery } from './lean-query.js'
import type { Statement, StatementResult } from './statement.js'
import type { StatementNames } from './statement-names.js'

/** What can run a statement: the database itself, or a transaction. Rows are arrays, in the order of the select list. */
export interface Executor {
  /** Who and what request its writes come from, for the change log: `<user id> <request id>`. */
  readonly cause?: string
  run(statement: Statement): Promise<StatementResult>
}

/** Runs one statement on a connection or on the pool. */
export const runOn = (
  target: Pick<pg.ClientBase, 'query'>,
  names: StatementNames,
  statement: Statement,
): Promise<StatementResult> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, result?: StatementResult): void => (error ? reject(error) : resolve(result!))
    target.query(new LeanQuery(statement, names.find(statement.text)) as never, done as never)
  })
