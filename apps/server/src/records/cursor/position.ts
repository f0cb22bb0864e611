import { hash } from 'node:crypto'
import type { Collection } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import { conditionKey, type FieldShape, isAlways, type SqlContext } from '../../query/index.js'
import {
  type CursorValue,
  type ExpansionTarget,
  type FieldSortKey,
  isMeasured,
  type ListQuery,
  type Position,
  type SortKey,
  sortKeyName,
} from '../read/selection.js'
import { isNullable, sortExpression } from '../read/sort-sql.js'

/** What a cursor is good for, without the caller: fields, expanded relations, limit and count may differ from page to page. */
export const listKey = ({ selection: { scope }, filter, sort }: Pick<ListQuery, 'selection' | 'filter' | 'sort'>) =>
  hash(
    'sha256',
    `${scope.collection.name}\n${sortSignature(sort)}\n${conditionKey(filter)}${scope.source ? `\n${scope.source.key}` : ''}`,
    'base64url',
  )

/** The same for the records of an expanded relation. */
export const expansionKey = (scope: RowScope, relation: FieldShape, target: ExpansionTarget | undefined): string => {
  const list = target ? `${sortSignature(target.sort)}\n${conditionKey(target.filter)}` : 'nothing'
  return hash('sha256', `${scope.collection.name}\n${relation.name}\n${list}`, 'base64url')
}

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
 * The records beyond a position, in the reading order. `bind` makes one of its values a parameter.
 * PostgreSQL puts nulls last ascending and first descending. One row comparison where it can be, because an index serves that.
 */
export function beyondPosition(
  order: readonly SortKey[],
  { inclusive, values }: Position,
  row: string,
  context: SqlContext,
  bind: (index: number) => string,
): string {
  const at = order.map((key, index): Place => ({ key, value: values[index]!, bind: () => bind(index) }))
  if (isOneComparison(at)) {
    const left = at.map(({ key }) => sortExpression(key, row, context)).join(', ')
    const right = at.map(valueSql).join(', ')
    return `(${left}) ${order[0]!.descending ? '<' : '>'}${inclusive ? '=' : ''} (${right})`
  }
  const ties = (count: number): string[] => at.slice(0, count).map((place) => tiesWith(place, row, context))
  const alternatives = at.map((place, index) => [...ties(index), comesAfter(place, row, context)])
  if (inclusive) alternatives.push(ties(at.length))
  const any = alternatives.map((parts) => `(${parts.join(' and ')})`).join(' or ')
  return `${firstBound(at[0]!, row, context)}(${any})`
}

/**
 * Where the first key ascends and may be null, what lies beyond a value are two ranges of an index: greater values, then
 * nulls. An index begins in the middle for one range, not for both at once, so they are read apart. `bind` as above.
 */
export function beyondInParts(
  order: readonly SortKey[],
  position: Position,
  row: string,
  context: SqlContext,
  bind: (index: number) => string,
): [greater: string, nulls: string] {
  const [first, ...rest] = order as [FieldSortKey, ...SortKey[]]
  const column = `${row}.${first.field.column}`
  const field = Object.create(first.field, { nullable: { value: false } }) as FieldShape
  const known: SortKey = { ...first, field }
  return [beyondPosition([known, ...rest], position, row, context, bind), `${column} is null`]
}

/** Only where an index begins with the key: without one, two ranges are two readings of the whole table. */
export const isInParts = (order: readonly SortKey[], { values }: Position, collection: Collection): boolean => {
  const first = order[0]!
  return (
    !isMeasured(first) &&
    !first.descending &&
    values[0] !== null &&
    first.hops.length === 0 &&
    first.field.nullable &&
    isAlways(first.mask) &&
    leadsAnIndex(collection, first.field.name)
  )
}

const leadsAnIndex = ({ definition }: Collection, name: string): boolean =>
  definition.fields.some(
    (field) => field.name === name && (field.index || field.unique || field.type === 'relation'),
  ) || (definition.indexes ?? []).some(({ fields }) => fields[0]!.replace(/^-/, '') === name)

/** A sort key, and the value of the record at the position: once to decide by, and as a parameter. */
interface Place {
  readonly key: SortKey
  readonly value: CursorValue
  bind(): string
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
  return `${column} ${key.descending ? '<=' : '>='} ${valueSql(place)} and `
}

function comesAfter(place: Place, row: string, context: SqlContext): string {
  const { key, value } = place
  // Said before the column is built: PostgreSQL refuses a parameter that its text does not use.
  if (value === null && !key.descending) return 'false'
  const column = sortExpression(key, row, context)
  if (value === null) return `${column} is not null`
  const compared = `${column} ${key.descending ? '<' : '>'} ${valueSql(place)}`
  return !key.descending && isNullable(key) ? `(${compared} or ${column} is null)` : compared
}

function tiesWith(place: Place, row: string, context: SqlContext): string {
  const column = sortExpression(place.key, row, context)
  return place.value === null ? `${column} is null` : `${column} = ${valueSql(place)}`
}

const valueSql = ({ key, bind }: Place): string => `${bind()}::${isMeasured(key) ? 'float8' : key.field.sqlType}`
