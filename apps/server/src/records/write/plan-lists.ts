import type { Field } from '../../collections/index.js'
import type { WriteScope } from '../../permissions/index.js'
import { Params, SqlContext } from '../../query/index.js'
import type { Plan } from '../plan.js'
import { referenceCheck } from './reference-check.js'

const linkTableOf = (field: Field): string => (field.relation as { linkTable: string }).linkTable

/** Fills empty lists: inputs are, flat, the ids of the records, the targets and the positions of these. */
export function planFill(field: Field, scope: WriteScope): Plan {
  const params = new Params()
  const rows = `select * from ${entriesSql(params)}`
  return { text: insertSql(field, scope, rows, new SqlContext(params)), params: params.sources }
}

/** The same at the end of lists that may have items. Those that are there already stay where they are. */
export function planPush(field: Field, scope: WriteScope): Plan {
  const params = new Params()
  const table = linkTableOf(field)
  const next = `coalesce((select max("position") + 1 from ${table} where "source" = e.id), 0)`
  const rows =
    `select e.id, e.target, ${next} + e.at from ${entriesSql(params)} e(id, target, at)` +
    ` where not exists (select 1 from ${table} where "source" = e.id and "target" = e.target)`
  return { text: insertSql(field, scope, rows, new SqlContext(params)), params: params.sources }
}

/** Takes items out of lists: inputs are, flat, the ids of the records and the targets. */
export function planPull(field: Field): Plan {
  const params = new Params()
  const entries = `unnest(${params.input(0)}::uuid[], ${params.input(1)}::uuid[]) e(id, target)`
  const text = `delete from ${linkTableOf(field)} l using ${entries} where l."source" = e.id and l."target" = e.target`
  return { text, params: params.sources }
}

/** Empties the lists of the records whose ids are input 0. */
export function planClear(field: Field): Plan {
  const params = new Params()
  const text = `delete from ${linkTableOf(field)} where "source" = any(${params.input(0)}::uuid[])`
  return { text, params: params.sources }
}

const entriesSql = (params: Params): string =>
  `unnest(${params.input(0)}::uuid[], ${params.input(1)}::uuid[], ${params.input(2)}::int4[])`

function insertSql(field: Field, scope: WriteScope, rows: string, context: SqlContext): string {
  const check = referenceCheck(field, scope, 'l."target"', context)
  return `insert into ${linkTableOf(field)} as l ("source", "target", "position") ${rows} returning ${check ?? '1'}`
}
