import { and, conditionToSql, isAlways, Params, SqlContext } from '../../query/index.js'
import { holdsPositions } from '../expand/expand-meta.js'
import type { Plan } from '../plan.js'
import { recordJson } from '../read/record-sql.js'
import type { ListQuery } from '../read/selection.js'
import { orderBy } from '../read/sort-sql.js'

/** A row per record: its JSON. */
export interface ExportPlan extends Plan {
  /** Its records hold positions in expanded relations, which must be made cursors. */
  readonly sealed: boolean
}

/** AND(scope, filter) → the statement that gives every record, in order. Pure. */
export function planExport({ selection, filter, sort }: ListQuery): ExportPlan {
  const row = 'p'
  const params = new Params()
  const context = new SqlContext(params)
  const from = context.rowsOf(selection.scope, row)
  const json = recordJson(selection, row, context)
  const open = and(selection.scope.condition, filter)
  const where = isAlways(open) ? '' : ` where ${conditionToSql(open, row, context)}`
  const text = `select ${json} from ${from}${where} order by ${orderBy(sort, row, context)}`
  return { text, params: params.sources, sealed: holdsPositions(selection) }
}
