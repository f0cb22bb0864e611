import type { SchemaStep } from '@holdfast/contract'
import type pg from 'pg'
import type { Transaction } from '../../platform/db/index.js'
import { describeFailure } from './describe-failure.js'
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
  const locks = new Map<string, SchemaStep['lock']>()
  for (const { table, lock } of steps) {
    if (table === undefined) continue
    const known = locks.get(table) ?? 'NONE'
    if (strength.indexOf(lock) > strength.indexOf(known)) locks.set(table, lock)
  }
  const sorted = [...locks].sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [table, lock] of sorted) await runDdl(transaction, `lock table ${table} in ${lock} mode`)
}

/** Runs the steps in order. @throws schema_change_failed, naming the step in words */
export async function runSteps(transaction: Transaction, steps: readonly DdlStep[]): Promise<void> {
  for (const step of steps)
    for (const sql of step.sql)
      try {
        await runDdl(transaction, sql)
      } catch (error) {
        throw describeFailure(error, step)
      }
}

/** The extended protocol takes one statement at a time: nothing can be smuggled in behind it. */
export async function runDdl({ manager }: Transaction, sql: string): Promise<void> {
  const client: pg.PoolClient = await manager.queryRunner!.connect()
  await client.query({ text: sql, queryMode: 'extended' } as pg.QueryConfig)
}
