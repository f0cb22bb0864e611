import { createHash } from 'node:crypto'
import type { ErrorItem, SchemaPlan, SchemaStep } from '@holdfast/contract'
import { AppError, quoteLiteral } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { RawChange } from '../definition/check-schema.js'
import { inWords } from './describe-failure.js'
import type { DdlStep } from './step.js'

/**
 * Steps with what they cost: how many records there are, and what would be lost.
 * @throws schema_change_failed when records are in the way of a step
 */
export async function countCosts(executor: Executor, steps: readonly DdlStep[]): Promise<SchemaStep[]> {
  const count = counter(executor)
  const obstacles: ErrorItem[] = []
  const counted: SchemaStep[] = []
  for (const step of steps.filter(({ internal }) => !internal)) {
    const { lost, stopped, rows } = await inWords(step, () => countStep(step, count))
    if (stopped > 0) obstacles.push(obstacleOf(step, step.obstacle!.describe(stopped)))
    const { kind, collection, field, lock } = step
    const description = lost > 0 ? `${step.description}: ${step.loss!.describe(lost)}` : step.description
    counted.push({ kind, collection, field, description, sql: [...step.sql], lossy: lost > 0, lock, rows })
  }
  const [first] = obstacles
  if (first) throw new AppError('schema_change_failed', `${first.path}: ${first.message}`, { errors: obstacles })
  return counted
}

type Count = (sql: string) => Promise<number>

const countStep = async ({ loss, obstacle, table }: DdlStep, count: Count) => ({
  lost: loss ? await count(loss.sql) : 0,
  stopped: obstacle ? await count(obstacle.sql) : 0,
  rows: table === undefined ? 0 : await count(rowsSql(table)),
})

/** Counting a large table takes long, and here it is enough to know how large it is. */
const rowsSql = (table: string): string =>
  `select case when reltuples > 100000 then reltuples::int8 else (select count(*) from ${table}) end from pg_class where oid = ${quoteLiteral(table)}::regclass`

/** Counts records, each question asked once. */
function counter(executor: Executor): Count {
  const answers = new Map<string, number>()
  return async (sql) => {
    const known = answers.get(sql)
    if (known !== undefined) return known
    const { rows } = await executor.run({ text: sql, values: [] })
    const answer = rows[0]![0] as number
    answers.set(sql, answer)
    return answer
  }
}

function obstacleOf({ collection, field }: DdlStep, message: string): ErrorItem {
  return { path: field === undefined ? collection : `${collection}.${field}`, code: 'schema_change_failed', message }
}

/** Names a change of a schema: the same request on the same version has the same hash. */
export function hashOf(version: number, { collections, drop }: RawChange): string {
  const content = [version, collections.map(({ raw }) => raw), drop.map(({ name }) => name)]
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(content)))
    .digest('hex')
    .slice(0, 32)
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]) => [key, sortKeys(item)])
}

export const planOf = (hash: string, steps: SchemaStep[]): SchemaPlan => ({
  hash,
  lossy: steps.some(({ lossy }) => lossy),
  steps,
})
