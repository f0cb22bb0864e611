import { hash } from 'node:crypto'
import { conditionKey, type SqlContext } from '../../query/index.js'
import { isNullable, sortExpression } from './record-sql.js'
import { isMeasured, type ListQuery, type SortKey, sortKeyName } from './selection.js'

export type CursorValue = string | number | boolean | null

/** A place in an ordered list, next to the record with these values of the sort keys. */
export interface Position {
  /** Which side of the place is wanted. */
  readonly direction: 'after' | 'before'
  /** The record at the place is wanted too. */
  readonly inclusive: boolean
  /** One per sort key. They are what the caller may read: a sort key has no value where its field is closed. */
  readonly values: readonly CursorValue[]
}

/** What a cursor is good for, without the caller: fields, expanded relations, limit and count may differ from page to page. */
export const listKey = ({ selection: { scope }, filter, sort }: Pick<ListQuery, 'selection' | 'filter' | 'sort'>) =>
  hash('sha256', `${scope.collection.name}\n${sortSignature(sort)}\n${conditionKey(filter)}`, 'base64url')

/** Names an order. */
export const sortSignature = (sort: readonly SortKey[]): string =>
  sort.map((key) => `${key.descending ? '-' : ''}${sortKeyName(key)}`).join(',')

/** The part of a position that the SQL text depends on; the values are parameters. */
export const positionShape = ({ direction, inclusive, values }: Position): string =>
  `${direction} ${inclusive} ${values.map((value) => (value === null ? 'null' : '?')).join(',')}`

/** The order in which records are read that come before or after a position: away from it. */
export const readingOrder = (sort: readonly SortKey[], position: Position | undefined): readonly SortKey[] =>
  position?.direction === 'before' ? sort.map((key) => ({ ...key, descending: !key.descending })) : sort

/**
 * The records beyond a position, in the reading order; its values are inputs of the statement from `firstInput` on.
 * PostgreSQL puts nulls last ascending and first descending. One row comparison where it can be, because an index serves that.
 */
export function beyondPosition(
  order: readonly SortKey[],
  { inclusive, values }: Position,
  row: string,
  context: SqlContext,
  firstInput = 0,
): string {
  const at = order.map((key, index): Place => ({ key, value: values[index]!, input: firstInput + index }))
  if (isOneComparison(at)) {
    const left = at.map(({ key }) => sortExpression(key, row, context)).join(', ')
    const right = at.map((place) => valueSql(place, context)).join(', ')
    return `(${left}) ${order[0]!.descending ? '<' : '>'}${inclusive ? '=' : ''} (${right})`
  }
  const ties = (count: number): string[] => at.slice(0, count).map((place) => tiesWith(place, row, context))
  const alternatives = at.map((place, index) => [...ties(index), comesAfter(place, row, context)])
  if (inclusive) alternatives.push(ties(at.length))
  const any = alternatives.map((parts) => `(${parts.join(' and ')})`).join(' or ')
  return `${firstBound(at[0]!, row, context)}(${any})`
}

/** A sort key, the value of the record at the position, and the input that holds it. */
interface Place {
  readonly key: SortKey
  readonly value: CursorValue
  readonly input: number
}

/** A row comparison leaves out rows with nulls; that is right where they come first and have been passed, or where there are none. */
function isOneComparison(at: readonly Place[]): boolean {
  const { descending } = at[0]!.key
  return at.every(({ key, value }) => key.descending === descending && (descending ? value !== null : !isNullable(key)))
}

/** What every record beyond the position satisfies, said once more so that an index on the first key can begin there. */
function firstBound(place: Place, row: string, context: SqlContext): string {
  const { key, value } = place
  if (value === null ? key.descending : !key.descending && isNullable(key)) return ''
  const column = sortExpression(key, row, context)
  if (value === null) return `${column} is null and `
  return `${column} ${key.descending ? '<=' : '>='} ${valueSql(place, context)} and `
}

function comesAfter(place: Place, row: string, context: SqlContext): string {
  const { key, value } = place
  // Said before the column is built: PostgreSQL refuses a parameter that its text does not use.
  if (value === null && !key.descending) return 'false'
  const column = sortExpression(key, row, context)
  if (value === null) return `${column} is not null`
  const compared = `${column} ${key.descending ? '<' : '>'} ${valueSql(place, context)}`
  return !key.descending && isNullable(key) ? `(${compared} or ${column} is null)` : compared
}

function tiesWith(place: Place, row: string, context: SqlContext): string {
  const column = sortExpression(place.key, row, context)
  return place.value === null ? `${column} is null` : `${column} = ${valueSql(place, context)}`
}

const valueSql = ({ key, input }: Place, context: SqlContext): string =>
  `${context.params.input(input)}::${isMeasured(key) ? 'float8' : key.field.sqlType}`
