import { type Condition, conditionToSql, fieldToSql, isAlways, type SqlContext } from '../../query/index.js'
import { isMeasured, type SortKey } from './selection.js'

/** `ORDER BY` without the words. */
export const orderBy = (sort: readonly SortKey[], row: string, context: SqlContext): string =>
  sort.map((key) => `${sortExpression(key, row, context)}${key.descending ? ' desc' : ''}`).join(', ')

/** The value a record is sorted by; null where the caller may not read it, so that the order tells nothing. */
export function sortExpression(key: SortKey, row: string, context: SqlContext): string {
  if (isMeasured(key)) return key.measure.toSql(row, context)
  const [hop, ...rest] = key.hops
  if (!hop) return masked(fieldToSql(key.field, row, context), key.mask, row, context)
  const alias = context.alias()
  const inner = sortExpression({ ...key, hops: rest }, alias, context)
  const relation = masked(`${row}.${hop.relation.column}`, hop.mask, row, context)
  const open = openSql(hop.scope.condition, alias, context)
  return `(select ${inner} from ${hop.scope.collection.table} ${alias} where ${alias}."id" = ${relation}${open})`
}

const masked = (value: string, mask: Condition, row: string, context: SqlContext): string =>
  isAlways(mask) ? value : `case when ${conditionToSql(mask, row, context)} then ${value} end`

/** Some record may have no value for the key. */
export const isNullable = (key: SortKey): boolean =>
  isMeasured(key) || key.hops.length > 0 || key.field.nullable || !isAlways(key.mask)

/** The values of the sort keys as a JSON array. Decimals go as text: as numbers of JSON they would lose digits, and the next page would begin elsewhere. */
export const sortValues = (sort: readonly SortKey[], row: string, context: SqlContext): string => {
  const values = sort.map((key) => {
    const value = sortExpression(key, row, context)
    return !isMeasured(key) && key.field.comparison === 'decimal' ? `(${value})::text` : value
  })
  return `json_build_array(${values.join(', ')})::text`
}

/** A condition to add with `and`; nothing where it always holds. */
export const openSql = (condition: Condition, row: string, context: SqlContext): string =>
  isAlways(condition) ? '' : ` and ${conditionToSql(condition, row, context)}`
