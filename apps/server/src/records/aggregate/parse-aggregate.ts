import { type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import { ALWAYS, and, type Condition, parseFilter, parseSearch, type Reader } from '../../query/index.js'
import type { AggregateColumn, CheckedAggregate, ColumnOrder, Group } from './aggregate-query.js'
import { parseAggregates } from './parse-aggregates.js'
import { parseGroups } from './parse-groups.js'

const keys = ['filter', 'search', 'groupBy', 'aggregates', 'having', 'sort', 'limit'] as const
const defaultGroups = 100

/** An object with no other keys than these; what they hold is untrusted. */
type RawAggregate = { readonly [key in (typeof keys)[number]]?: Json }

/**
 * The body of `POST /aggregate` → checked query. Every field is resolved through the caller's scope.
 * @throws invalid_query, unknown_field, unknown_operator, invalid_value, query_too_complex; each with the path
 */
export function parseAggregate(body: unknown, scope: RowScope): CheckedAggregate {
  const raw = parseBody(body)
  const groups = parseGroups(raw.groupBy, scope)
  const aggregates = parseAggregates(raw.aggregates, scope)
  if (groups.length + aggregates.length === 0)
    throw invalidAt('invalid_query', 'aggregates', 'Ask for at least one aggregate or group')
  refuseTwins(groups, aggregates)
  refuseManyJoins(groups, aggregates)
  return {
    scope,
    filter: parseConditions(raw, scope),
    groups,
    aggregates,
    having: parseHaving(raw.having, aggregates),
    sort: parseSort(raw.sort, groups, aggregates),
    limit: parseLimit(raw.limit),
  }
}

/** The filter, and what is searched for: of these records and no others. */
function parseConditions({ filter, search }: RawAggregate, scope: RowScope): Condition {
  const condition = parseFilter(filter, scope)
  return search === undefined ? condition : and(parseSearch(search, scope), condition)
}

function parseBody(body: unknown): RawAggregate {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalidAt('invalid_query', '', 'The query must be an object')
  if (JSON.stringify(body).length > limits.queryBytes)
    throw invalidAt('query_too_complex', 'query', `A query may have ${limits.queryBytes} bytes`)
  for (const key of Object.keys(body))
    if (!keys.some((known) => known === key))
      throw invalidAt(
        'invalid_query',
        key.slice(0, 60),
        `${key.slice(0, 60)} is not a part of an aggregate query`,
        `Use ${keys.join(', ')}.`,
      )
  return body as RawAggregate
}

function refuseTwins(groups: readonly Group[], aggregates: readonly AggregateColumn[]): void {
  const twin = aggregates.find(({ name }) => groups.some((group) => group.name === name))
  if (twin)
    throw invalidAt(
      'invalid_query',
      `aggregates.${twin.name}`,
      `A group is called ${twin.name} too`,
      'Give the aggregate another name.',
    )
}

/** Each relation on a path is a join, and PostgreSQL plans joins at more than linear cost. */
function refuseManyJoins(groups: readonly Group[], aggregates: readonly AggregateColumn[]): void {
  const hops = [...groups, ...aggregates].flatMap(({ path }) => path?.hops ?? [])
  if (new Set(hops.map(({ name }) => name)).size > limits.aggregateRelations)
    throw invalidAt(
      'query_too_complex',
      'aggregates',
      `Groups and aggregates may follow ${limits.aggregateRelations} relations together`,
    )
}

/** A condition in which aggregates stand for fields: those of a collection that has nothing else, not even texts to search. */
function parseHaving(raw: Json | undefined, aggregates: readonly AggregateColumn[]): Condition {
  const byName = new Map(aggregates.map(({ name, result }) => [name, result]))
  const reader: Reader = {
    collection: { name: 'aggregates', table: '', names: [...byName.keys()], field: (name) => byName.get(name) },
    condition: ALWAYS,
    readable: (name) => {
      const shape = byName.get(name)
      return shape && { shape, mask: ALWAYS }
    },
    related: () => undefined,
  }
  return parseFilter(raw, reader, 'having')
}

/** `-total,status` by name; ties, and all where nothing is said, by the groups. */
function parseSort(
  raw: Json | undefined,
  groups: readonly Group[],
  aggregates: readonly AggregateColumn[],
): ColumnOrder[] {
  const columns = new Map([
    ...groups.map(({ name, column }) => [name, column] as const),
    ...aggregates.map(({ name, result }) => [name, result.column] as const),
  ])
  const asked = sortItems(raw).map((item): ColumnOrder => {
    const descending = item.startsWith('-')
    const column = columns.get(descending ? item.slice(1) : item)
    if (column === undefined)
      throw invalidAt('invalid_query', 'sort', `${item.slice(0, 60)} is neither a group nor an aggregate of this query`)
    return { column, descending }
  })
  const named = new Set(asked.map(({ column }) => column))
  if (named.size < asked.length) throw invalidAt('invalid_query', 'sort', 'A name is given twice')
  const rest = groups.filter(({ column }) => !named.has(column))
  return [...asked, ...rest.map(({ column }) => ({ column, descending: false }))]
}

function sortItems(raw: Json | undefined): readonly string[] {
  if (raw === undefined) return []
  const items = typeof raw === 'string' ? raw.split(',') : raw
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string'))
    throw invalidAt('invalid_query', 'sort', 'sort must be a text or a list of texts')
  if (items.length > limits.sortKeys)
    throw invalidAt('query_too_complex', 'sort', `Sort by ${limits.sortKeys} names at most`)
  return items as string[]
}

function parseLimit(raw: Json | undefined): number {
  if (raw === undefined) return defaultGroups
  if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 1 && raw <= limits.aggregateGroups) return raw
  throw invalidAt('invalid_query', 'limit', `limit must lie between 1 and ${limits.aggregateGroups}`)
}
