import type pg from 'pg'
import type { QueryArrayResult } from 'pg'
import { rowTypes } from './row-types.js'
import type { StatementNames } from './statement-names.js'

/** One SQL statement. With a `name` it is prepared under that name; without, it is prepared once it repeats. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
  readonly name?: string
}

/** What can run a statement: the database itself, or a transaction. Rows are arrays, in the order of the select list. */
export interface Executor {
  /** Who and what request its writes come from, for the change log: `<user id> <request id>`. */
  readonly cause?: string
  run(statement: Statement): Promise<QueryArrayResult>
}

type Queryable = Pick<pg.ClientBase, 'query'>

/** Runs one statement on a connection or on the pool. */
export const runOn = (target: Queryable, names: StatementNames, statement: Statement) =>
  target.query(new ArrayQuery(statement, names.nameFor(statement))) as Promise<QueryArrayResult>

/** What pg is asked. It copies every own property for every query, so what can stands on the prototype. */
export class ArrayQuery {
  constructor(
    private readonly statement: Statement,
    readonly name: string | undefined,
  ) {}

  get text(): string {
    return this.statement.text
  }

  get values(): unknown[] {
    return this.statement.values as unknown[]
  }

  get rowMode(): 'array' {
    return 'array'
  }

  get types(): typeof rowTypes {
    return rowTypes
  }
}
