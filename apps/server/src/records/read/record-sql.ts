import { quoteIdentifier } from '../../lib/index.js'
import {
  and,
  type Condition,
  conditionKey,
  conditionToSql,
  type FieldShape,
  isAlways,
  type SqlContext,
} from '../../query/index.js'
import {
  type Expansion,
  type ExpansionTarget,
  isMeasured,
  type SelectedField,
  type Selection,
  type SortKey,
} from './selection.js'

/**
 * `expr as "name", …`: one column per selected field, and `expand`. Masks are not in it: see {@link recordJson}. A whole row
 * of these is always called by a name that begins with `_`, as no field does: PostgreSQL would take the field instead.
 */
export function recordColumns(
  selection: Selection,
  row: string,
  context: SqlContext,
  fields: readonly SelectedField[] = selection.fields,
): string {
  const columns = fields.map(({ field }) => `${field.select(row)} as ${quoteIdentifier(field.name)}`)
  if (selection.expand.length > 0) columns.push(`${expandJson(selection.expand, row, context)} as "expand"`)
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
  const rest = `from ${collection.table} ${alias} where ${alias}."id" = ${row}.${relation.column}${scopeSql(condition, alias, context)}`
  return `(${selectRecords(selection, alias, context, rest)})`
}

function listJson(relation: FieldShape, target: ExpansionTarget, row: string, context: SqlContext): string {
  const { selection, sort, limit } = target
  const alias = context.alias()
  const link = context.alias()
  const { from, where } = relatedFrom(relation, selection.scope.collection.table, alias, link, row)
  const open = scopeSql(and(selection.scope.condition, target.filter), alias, context)
  const order = sort.length > 0 ? orderBy(sort, alias, context) : `${link}."position"`
  const rest = `from ${from} where ${where}${open} order by ${order} limit ${limit}`
  return `(select coalesce(json_agg(l.j), '[]') from (${selectRecords(selection, alias, context, rest)}) l)`
}

/** The records behind a to-many relation, as FROM and WHERE. */
function relatedFrom(
  relation: FieldShape,
  table: string,
  alias: string,
  link: string,
  row: string,
): { from: string; where: string } {
  const shape = relation.relation!
  if (shape.kind === 'many')
    return {
      from: `${shape.linkTable} ${link} join ${table} ${alias} on ${alias}."id" = ${link}."target"`,
      where: `${link}."source" = ${row}."id"`,
    }
  const via = shape.kind === 'inverse' ? shape.via() : relation
  if (via.relation?.kind === 'many')
    return {
      from: `${via.relation.linkTable} ${link} join ${table} ${alias} on ${alias}."id" = ${link}."source"`,
      where: `${link}."target" = ${row}."id"`,
    }
  return { from: `${table} ${alias}`, where: `${alias}.${via.column} = ${row}."id"` }
}

const scopeSql = (condition: Condition, row: string, context: SqlContext): string =>
  isAlways(condition) ? '' : ` and ${conditionToSql(condition, row, context)}`

// ── order ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const orderBy = (sort: readonly SortKey[], row: string, context: SqlContext): string =>
  sort.map((key) => `${sortExpression(key, row, context)}${key.descending ? ' desc' : ''}`).join(', ')

/** The value a record is sorted by; null where the caller may not read it, so that the order tells nothing. */
export function sortExpression(key: SortKey, row: string, context: SqlContext): string {
  if (isMeasured(key)) return key.measure.toSql(row, context)
  const [hop, ...rest] = key.hops
  if (!hop) return maskedColumn(key.field.column, key.mask, row, context)
  const alias = context.alias()
  const inner = sortExpression({ ...key, hops: rest }, alias, context)
  const relation = maskedColumn(hop.relation.column, hop.mask, row, context)
  const open = scopeSql(hop.scope.condition, alias, context)
  return `(select ${inner} from ${hop.scope.collection.table} ${alias} where ${alias}."id" = ${relation}${open})`
}

const maskedColumn = (column: string, mask: Condition, row: string, context: SqlContext): string =>
  isAlways(mask) ? `${row}.${column}` : `case when ${conditionToSql(mask, row, context)} then ${row}.${column} end`

export const isNullable = (key: SortKey): boolean =>
  isMeasured(key) || key.hops.length > 0 || key.field.nullable || !isAlways(key.mask)
