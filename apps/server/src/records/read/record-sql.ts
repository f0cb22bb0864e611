import { quoteIdentifier } from '../../lib/index.js'
import {
  type Condition,
  conditionKey,
  conditionToSql,
  type FieldShape,
  isAlways,
  type SqlContext,
} from '../../query/index.js'
import { expandMetaJson } from '../expand/expand-meta.js'
import { relatedRows } from '../expand/related-rows.js'
import { matchSql } from './match-meta.js'
import type { Expansion, ExpansionTarget, SelectedField, Selection } from './selection.js'
import { openSql } from './sort-sql.js'

/**
 * `expr as "name", …`: one column per selected field, `matchMeta` and `expand`. Masks are not in it: see {@link recordJson}.
 * A whole row of these is always called by a name that begins with `_`, as no field does: PostgreSQL would take the field instead.
 */
export function recordColumns(
  selection: Selection,
  row: string,
  context: SqlContext,
  fields: readonly SelectedField[] = selection.fields,
): string {
  const columns = fields.map(({ field }) => `${field.select(row)} as ${quoteIdentifier(field.name)}`)
  if (selection.match) columns.push(`${matchSql(selection.match, row, context)} as "matchMeta"`)
  if (selection.expand.length > 0) columns.push(`${expandJson(selection.expand, row, context)} as "expand"`)
  const meta = expandMetaJson(selection.expand, row, context)
  if (meta !== undefined) columns.push(`${meta} as "expandMeta"`)
  return columns.join(', ')
}

/** Every selected field is shown in every row, so that the row itself is the answer. */
export const isUnmasked = (selection: Selection): boolean => selection.fields.every(({ mask }) => isAlways(mask))

/**
 * The JSON of one record as a SQL expression over `row`. A field the caller may not read in this row is absent: with one
 * mask by choosing between two shapes, with several by taking the closed names out of the widest shape.
 */
export function recordJson(selection: Selection, row: string, context: SqlContext): string {
  const shape = (fields: readonly SelectedField[]): string =>
    `(select row_to_json(_x) from (select ${recordColumns(selection, row, context, fields)}) _x)`
  const masks = distinctMasks(selection.fields)
  if (masks.length === 0) return shape(selection.fields)
  if (masks.length === 1) {
    const open = conditionToSql(masks[0]!.mask, row, context)
    const always = selection.fields.filter(({ mask }) => isAlways(mask))
    return `case when ${open} then ${shape(selection.fields)} else ${shape(always)} end`
  }
  const closed = masks.map(
    ({ mask, names }) => `case when ${conditionToSql(mask, row, context)} then '{}' else ${nameArray(names)} end`,
  )
  return `(to_jsonb(${shape(selection.fields)}) - (${closed.join(' || ')}))::json`
}

/**
 * `select <JSON of a record> as j …` over the rows that `rest` (FROM and what follows) gives. Where nothing is masked the
 * row itself is made JSON, which costs PostgreSQL less than a sub-select for each.
 */
function selectRecords(selection: Selection, row: string, context: SqlContext, rest: string): string {
  if (!isUnmasked(selection)) return `select ${recordJson(selection, row, context)} as j ${rest}`
  return `select row_to_json(_x) as j from (select ${recordColumns(selection, row, context)} ${rest}) _x`
}

/** Field names pass the name pattern, so the array literal needs no escapes. */
const nameArray = (names: readonly string[]): string => `'{${names.join(',')}}'::text[]`

function distinctMasks(fields: readonly SelectedField[]): { mask: Condition; names: string[] }[] {
  const masks = new Map<string, { mask: Condition; names: string[] }>()
  for (const { field, mask } of fields) {
    if (isAlways(mask)) continue
    const key = conditionKey(mask)
    const entry = masks.get(key) ?? { mask, names: [] }
    entry.names.push(field.name)
    masks.set(key, entry)
  }
  return [...masks.values()]
}

// ── expanded relations ───────────────────────────────────────────────────────────────────────────────────────────────

function expandJson(expand: readonly Expansion[], row: string, context: SqlContext): string {
  const columns = expand.map((item) => `${expansionJson(item, row, context)} as ${quoteIdentifier(item.relation.name)}`)
  return `(select row_to_json(_e) from (select ${columns.join(', ')}) _e)`
}

function expansionJson({ relation, mask, target }: Expansion, row: string, context: SqlContext): string {
  const toMany = relation.relation!.kind !== 'one'
  const nothing = toMany ? `'[]'::json` : 'null::json'
  if (!target) return nothing
  const found = toMany ? listJson(relation, target, row, context) : oneJson(relation, target, row, context)
  return isAlways(mask) ? found : `case when ${conditionToSql(mask, row, context)} then ${found} else ${nothing} end`
}

function oneJson(relation: FieldShape, { selection }: ExpansionTarget, row: string, context: SqlContext): string {
  const alias = context.alias()
  const { collection, condition } = selection.scope
  const rest = `from ${collection.table} ${alias} where ${alias}."id" = ${row}.${relation.column}${openSql(condition, alias, context)}`
  return `(${selectRecords(selection, alias, context, rest)})`
}

function listJson(relation: FieldShape, target: ExpansionTarget, row: string, context: SqlContext): string {
  const { alias, sql, beyond, order } = relatedRows(relation, target, row, context)
  const rest = `${sql}${beyond()} order by ${order()} limit ${target.limit}`
  return `(select coalesce(json_agg(l.j), '[]') from (${selectRecords(target.selection, alias, context, rest)}) l)`
}
