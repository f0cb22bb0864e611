import type { Json } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import { type Bindings, bindParams } from '../../query/index.js'
import type { Plan } from '../plan.js'

/** A node of PostgreSQL's plan, as `EXPLAIN (FORMAT JSON)` gives it; what is read of it here. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Total Cost': number
  readonly 'Plan Rows': number
  readonly 'Relation Name'?: string
  readonly Filter?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

/** Asks the planner how it would run a statement with these values. Nothing is run. */
export const askPlanner = async (db: Executor, plan: Plan, bindings: Bindings): Promise<PlanNode> =>
  rootOf(await explain(db, plan, bindings))

/** The whole answer of `EXPLAIN (FORMAT JSON)`. */
export async function explain(db: Executor, { text, params }: Plan, bindings: Bindings): Promise<Json> {
  const { rows } = await db.run({ text: `explain (format json) ${text}`, values: bindParams(params, bindings) })
  return JSON.parse(rows[0]![0] as string) as Json
}

export const rootOf = (answer: Json): PlanNode => (answer as unknown as [{ Plan: PlanNode }])[0].Plan

/** The node and all below it. */
export const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** SQL over `pg_class`: rows of a table, as far as PostgreSQL knows; before it has looked, by the size of the file. */
export const knownRows = `case when reltuples >= 0 then reltuples::float8 else pg_relation_size(oid) / 200.0 end::float8`

/** Rows of tables by their names. */
export async function tableSizes(db: Executor, tables: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const text = `select relname::text, ${knownRows} from pg_class
    where relnamespace = 'public'::regnamespace and relname::text = any($1)`
  const { rows } = await db.run({ text, values: [tables] })
  return new Map(rows as [string, number][])
}
