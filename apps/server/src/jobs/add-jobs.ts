import type { PgBoss } from 'pg-boss'
import { newId } from '../lib/index.js'
import type { Database, Executor, Transaction } from '../platform/db/index.js'
import type { JobData } from './job-kind.js'
import { keepWaiting } from './job-sql.js'

/** How several jobs are added at once. */
export interface EnqueueAllOptions {
  /** The transaction the job belongs to: it is there when that commits, and never when it does not. */
  readonly tx?: Executor & Partial<Pick<Transaction, 'afterCommit'>>
  /** A time, or seconds from now. */
  readonly startAfter?: Date | number
  /** More is sooner. 0 where nothing is said. */
  readonly priority?: number
}

export interface EnqueueOptions extends EnqueueAllOptions {
  /** Nothing is added while a job of this kind and key has yet to begin. One that runs already does not count: it may have missed why. */
  readonly key?: string
}

/** Rows of one statement: more would only make the statement long. */
const atOnce = 1000

/** The id of the new job, or undefined where one with its key waits. */
export async function addJob(
  boss: PgBoss,
  db: Database,
  name: string,
  data: JobData,
  { key, tx, priority = 0, startAfter }: EnqueueOptions,
): Promise<string | undefined> {
  const id = newId()
  // Every job has a key: of those without one, none shall keep another away.
  const options = {
    id,
    priority,
    singletonKey: key ?? id,
    ...(startAfter !== undefined && { startAfter }),
    ...inside(tx),
  }
  for (let attempt = 0; attempt < 10; attempt++) {
    if ((await boss.send(name, data, options)) !== null) return id
    if (key === undefined) break
    // The one that waits must not begin before this transaction has committed what it is for.
    if (((await (tx ?? db).run(keepWaiting(name, key))).rowCount ?? 0) > 0) return undefined
  }
  throw notAdded(name)
}

/** The ids of the new jobs, in their order. */
export async function addJobs(
  boss: PgBoss,
  name: string,
  all: readonly JobData[],
  { tx, priority = 0, startAfter }: EnqueueAllOptions,
): Promise<string[]> {
  const jobs = all.map((data) => {
    const id = newId()
    return { id, data, priority, singletonKey: id, ...(startAfter !== undefined && { startAfter }) }
  })
  for (let from = 0; from < jobs.length; from += atOnce) {
    const some = jobs.slice(from, from + atOnce)
    const added = await boss.insert(name, some, { returnId: true, ...inside(tx) })
    if (added?.length !== some.length) throw notAdded(name)
  }
  return jobs.map(({ id }) => id)
}

/** A transaction with an older snapshot than the queue sees no queue, and pg-boss would be silent about it. */
const notAdded = (name: string): Error => new Error(`A job ${name} could not be added`)

/** pg-boss reads rows by name. */
const inside = (tx: Executor | undefined) =>
  tx && {
    db: {
      executeSql: async (text: string, values: unknown[] = []) => {
        const { columns, rows } = await tx.run({ text, values })
        return { rows: rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]]))) }
      },
    },
  }
