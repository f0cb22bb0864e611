import type { QueryArrayResult } from 'pg'

/** One SQL statement. With a `name` it is prepared once per connection and reused. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
  readonly name?: string
}

/** What can run a statement: the database itself, or a transaction. Rows are arrays, in the order of the select list. */
export interface Executor {
  run(statement: Statement): Promise<QueryArrayResult>
}
