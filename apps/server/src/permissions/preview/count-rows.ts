import type { PreviewedRecord } from '@holdfast/contract'
import type { Collection } from '../../collections/index.js'
import { type Database, databaseErrorOf } from '../../platform/db/index.js'
import { type Bindings, bindParams, type Condition, conditionToSql, Params, SqlContext } from '../../query/index.js'

/** Records that are counted at most, and shown. */
const countedRecords = 10_000
const sampledRecords = 5
const statementMs = 2000

export interface CountedRows {
  /** Null: it took too long. */
  readonly count: number | null
  readonly more: boolean
  readonly sample: PreviewedRecord[]
}

/** Time that a whole preview may take in the database. */
export class Deadline {
  private readonly endsAtMs: number

  constructor(ms: number) {
    this.endsAtMs = Date.now() + ms
  }

  /** For the next statement; 0 when the time is over. */
  get nextMs(): number {
    return Math.max(0, Math.min(statementMs, this.endsAtMs - Date.now()))
  }
}

/** Counts the records that satisfy a condition, within limits. */
export async function countRows(
  db: Database,
  collection: Collection,
  condition: Condition,
  bindings: Bindings,
  deadline: Deadline,
): Promise<CountedRows> {
  const { nextMs } = deadline
  if (nextMs < 1) return { count: null, more: false, sample: [] }
  const { text, values } = planCount(collection, condition, bindings)
  try {
    const [row] = await db.transaction(async (transaction) => {
      await transaction.run({ text: 'set transaction read only', values: [] })
      await transaction.run({ text: `set local statement_timeout = ${Math.ceil(nextMs)}`, values: [] })
      return (await transaction.run({ text, values })).rows
    })
    const found = row![0] as number
    const sample = JSON.parse(row![1] as string) as PreviewedRecord[]
    return { count: Math.min(found, countedRecords), more: found > countedRecords, sample }
  } catch (error) {
    if (!isTimeout(error)) throw error
    return { count: null, more: false, sample: [] }
  }
}

function planCount(collection: Collection, condition: Condition, bindings: Bindings) {
  const context = new SqlContext(new Params())
  const found =
    `select p."id" as id, ${labelSql(collection, 'p')} as label, row_number() over () as place` +
    ` from ${collection.table} p where ${conditionToSql(condition, 'p', context)} limit ${countedRecords + 1}`
  const text =
    `select count(*)::int4, coalesce(json_agg(json_build_object('id', id, 'label', label))` +
    ` filter (where place <= ${sampledRecords}), '[]')::text from (${found}) s`
  return { text, values: bindParams(context.params.sources, bindings) }
}

const isTimeout = (error: unknown): boolean => databaseErrorOf(error)?.code === '57014'

/** What a person may know a record by: its first text that is not hidden. */
export function labelSql({ fields }: Collection, row: string): string {
  const field = [...fields.values()].find(
    ({ system, hidden, definition }) => !system && !hidden && ['text', 'email', 'slug'].includes(definition.type),
  )
  return field ? `left(${row}.${field.column}, 100)` : 'null::text'
}
