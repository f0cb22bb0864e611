import { conditionToSql, isAlways, Params, SqlContext } from '../../query/index.js'
import { holdsPositions } from '../expand/expand-meta.js'
import type { Plan } from '../plan.js'
import { isUnmasked, recordColumns, recordJson } from './record-sql.js'
import type { Selection } from './selection.js'

/** `sealed`: its JSON holds positions in expanded relations, which must be made cursors. */
export type GetPlan = Plan & { readonly sealed: boolean }

/** One record by its id (input 0): a row with its JSON and, where the caller may read it, its version; no row outside the scope. */
export function planGet(selection: Selection): GetPlan {
  const params = new Params()
  const context = new SqlContext(params)
  const id = params.input(0)
  const sealed = holdsPositions(selection)
  const { condition } = selection.scope
  const rows = context.rowsOf(selection.scope, 'p')
  const open = isAlways(condition) ? '' : ` and ${conditionToSql(condition, 'p', context)}`
  const rest = `from ${rows} where p."id" = ${id}::uuid${open}`
  if (!isUnmasked(selection))
    return {
      text: `select ${recordJson(selection, 'p', context)}, ${versionSql(selection, 'p', context)} ${rest}`,
      params: params.sources,
      sealed,
    }
  const version = selection.fields.some(({ field }) => field.name === 'version') ? '_t."version"' : 'null'
  return {
    text: `select row_to_json(_t), ${version} from (select ${recordColumns(selection, 'p', context)} ${rest}) _t`,
    params: params.sources,
    sealed,
  }
}

/** The version, for the ETag, where the caller may read it: an ETag must not tell of changes in fields that are closed. */
export function versionSql(selection: Selection, row: string, context: SqlContext): string {
  const version = selection.fields.find(({ field }) => field.name === 'version')
  if (!version) return 'null'
  if (isAlways(version.mask)) return `${row}."version"`
  return `case when ${conditionToSql(version.mask, row, context)} then ${row}."version" end`
}
