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
  run(statement: Statement): Promise<QueryArrayResult>
}

type Queryable = Pick<pg.ClientBase, 'query'>

/** Runs one statement on a connection or on the pool. */
export const runOn = (target: Queryable, names: StatementNames, { text, values, name }: Statement) =>
  target.query({
    name: name ?? names.nameOf(text),
    text,
    values: values as unknown[],
    rowMode: 'array',
    types: rowTypes,
  }) as Promise<QueryArrayResult>
