import type { SchemaStep } from '@holdfast/contract'
import type pg from 'pg'
import type { Transaction } from '../../platform/db/index.js'
import { inWords } from './describe-failure.js'
import type { DdlStep } from './step.js'

/** Weakest first; a table is locked once, with the strongest lock any step needs, so that two changes cannot deadlock. */
const strength: readonly SchemaStep['lock'][] = [
  'NONE',
  'ROW EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'ACCESS EXCLUSIVE',
]

/** Locks the tables of the steps: from here on, what is counted stays true until the transaction ends. */
export async function lockTables(transaction: Transaction, steps: readonly DdlStep[]): Promise<void> {
  const strongest = new Map<string, DdlStep>()
  for (const step of steps) {
    if (step.table === undefined || step.lock === 'NONE') continue
    const known = strongest.get(step.table)
    if (!known || strength.indexOf(step.lock) > strength.indexOf(known.lock)) strongest.set(step.table, step)
  }
  const sorted = [...strongest].sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [table, step] of sorted)
    await inWords(step, () => runDdl(transaction, `lock table ${table} in ${step.lock} mode`))
}

/** Runs the steps in order. @throws schema_change_failed, naming the step in words */
export async function runSteps(transaction: Transaction, steps: readonly DdlStep[]): Promise<void> {
  for (const step of steps) for (const sql of step.sql) await inWords(step, () => runDdl(transaction, sql))
}

/** The extended protocol takes one statement at a time: nothing can be smuggled in behind it. */
export async function runDdl({ manager }: Transaction, sql: string): Promise<void> {
  const client: pg.PoolClient = await manager.queryRunner!.connect()
  await client.query({ text: sql, queryMode: 'extended' } as pg.QueryConfig)
}
