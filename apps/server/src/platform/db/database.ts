import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import type pg from 'pg'
import type { QueryResult } from 'pg'
import { type DataSource, type EntityManager, QueryRunnerAlreadyReleasedError } from 'typeorm'
import { type Executor, runOn } from './executor.js'
import type { Statement, StatementResult } from './statement.js'
import { StatementNames } from './statement-names.js'
import type { StatementWatch } from './statement-watch.js'

export type IsolationLevel = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE'

export interface TransactionOptions {
  readonly isolation?: IsolationLevel | undefined
  /** The work cannot be done a second time, as when it reads from a stream. */
  readonly once?: boolean
}

/** A transaction in progress: runs statements, and has TypeORM's manager for the system's entities. */
export interface Transaction extends Executor {
  readonly manager: EntityManager
  /** Calls `then` once the transaction is committed; never when it is rolled back. */
  afterCommit(then: () => void): void
}

/** The one way to PostgreSQL. Record SQL goes through {@link run}, system entities through {@link dataSource}. */
@Injectable()
export class Database implements Executor, OnApplicationShutdown {
  protected readonly pool: pg.Pool

  constructor(
    readonly dataSource: DataSource,
    readonly names = new StatementNames(),
  ) {
    this.pool = (dataSource.driver as unknown as { master: pg.Pool }).master
  }

  /** Of the statements of all connections of the pool. */
  get statements(): StatementWatch {
    return (this.pool.options as unknown as { watch: StatementWatch }).watch
  }

  /** How many connections there are, how many of them do something, and who waits for one. */
  get connections(): { readonly open: number; readonly busy: number; readonly waiting: number; readonly most: number } {
    const { totalCount, idleCount, waitingCount, options } = this.pool
    return { open: totalCount, busy: totalCount - idleCount, waiting: waitingCount, most: options.max ?? 0 }
  }

  /**
   * Runs one statement on any free connection. Rows are arrays of text, number, boolean and null; see `row-types.ts`.
   * @throws whatever pg throws; `toAppError` says what the caller may know of it
   */
  run(statement: Statement): Promise<StatementResult> {
    return runOn(this.pool, this.names, statement)
  }

  /** For a library that brings its own SQL: rows are objects with values as pg reads them, and one text may hold several statements. */
  runForeign(text: string, values?: unknown[]): Promise<QueryResult> {
    return this.pool.query(text, values)
  }

  /** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const runner = this.dataSource.createQueryRunner()
    const client: pg.PoolClient = await runner.connect()
    try {
      const committed: (() => void)[] = []
      await runner.startTransaction(options.isolation)
      const result = await work({
        manager: runner.manager,
        run: (statement) => runOn(client, this.names, statement),
        afterCommit: (then) => committed.push(then),
      })
      await runner.commitTransaction()
      for (const then of committed) then()
      return result
    } catch (error) {
      // A connection that cannot roll back must not serve another request.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => client.end())
      throw error instanceof QueryRunnerAlreadyReleasedError ? connectionLost(error) : error
    } finally {
      await runner.release()
    }
  }

  /** Prepares every statement anew: a prepared one keeps the types its parameters had before a schema change. */
  forgetStatements(): void {
    this.names.forget()
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy()
  }
}

/** TypeORM gives up a connection that breaks, and speaks of that in place of the break. */
const connectionLost = (cause: Error) => new Error('Connection terminated during a transaction', { cause })
