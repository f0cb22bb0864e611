import type { Collection } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import { conditionToSql, isAlways, Params, SqlContext } from '../../query/index.js'
import type { Plan } from '../plan.js'
import { type Echo, echoColumns, noteCause } from '../write/plan-write.js'
import type { Owner } from './nested-steps.js'

/** Deletes the records whose ids are input 0; rows are the ids of those that were there and the caller's to delete. */
export function planDeleteChildren({ collection, condition }: RowScope): Plan {
  const params = new Params()
  const open = isAlways(condition) ? '' : ` and ${conditionToSql(condition, 'p', new SqlContext(params))}`
  const text = `delete from ${collection.table} as p where p."id" = any(${params.input(0)}::uuid[])${open} and ${noteCause(params)} returning p."id"`
  return { text, params: params.sources }
}

/** Locks children of the record that is input 0, of those whose ids are input 1; rows are the ids. */
export function planOwned({ children, via }: Pick<Owner, 'children' | 'via'>): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const [parent, ids] = [params.input(0), params.input(1)]
  const open = isAlways(children.condition) ? '' : ` and ${conditionToSql(children.condition, 'p', context)}`
  const text =
    `select p."id" from ${children.collection.table} p where p.${via.column} = ${parent}::uuid` +
    ` and p."id" = any(${ids}::uuid[])${open} order by p."id" for update of p`
  return { text, params: params.sources }
}

/** What is answered of the records whose ids are input 0, in their order. */
export function planWritten(collection: Collection, echo: Echo): Plan {
  const params = new Params()
  const ids = params.input(0)
  const columns = echoColumns(echo, new SqlContext(params)).join(', ')
  const text = `select ${columns} from ${collection.table} p join unnest(${ids}::uuid[]) with ordinality o(id, at) on p."id" = o.id order by o.at`
  return { text, params: params.sources }
}
