import { limits } from '@holdfast/contract'
import type { Field } from '../collections/index.js'
import { defineError, invalidAt } from '../lib/index.js'
import { RowScope } from '../permissions/index.js'
import { ALWAYS, type FieldShape, parseFilter, readableField, relatedReader, unknownField } from '../query/index.js'
import { type CursorCodec, sortSignature } from './cursor.js'
import { parseExpand, type RawExpand } from './parse-expand.js'
import type { RawListQuery } from './raw-query.js'
import type { Count, Expansion, ExpansionTarget, ListQuery, Selection, SortKey } from './selection.js'

const invalidQuery = defineError('invalid_query')

/** Comparisons that have no order one could sort by. */
const unsortable: ReadonlySet<string> = new Set(['list', 'json', 'geo'])

/** Untrusted list query → checked one. @throws unknown_field, invalid_query, invalid_value, invalid_cursor, … with the path */
export function parseListQuery(raw: RawListQuery, scope: RowScope, cursors: CursorCodec): ListQuery {
  const sort = parseSort(raw.sort ?? [], scope, 'sort')
  const limit = parseLimit(raw.limit, 'limit') ?? limits.defaultLimit
  if (raw.cursor !== undefined && raw.offset !== undefined) throw invalidQuery('Give cursor or offset, not both')
  return {
    selection: parseSelection(raw, scope, limit),
    filter: parseFilter(raw.filter, scope, 'filter', raw.filterIsText),
    sort,
    limit,
    offset: raw.offset ?? 0,
    after:
      raw.cursor === undefined ? undefined : cursors.decode(raw.cursor, scope.collection.name, sortSignature(sort)),
    count: parseCount(raw.count),
  }
}

/** Which fields and expanded relations an answer of so many records holds. */
export function parseSelection(raw: Pick<RawListQuery, 'fields' | 'expand'>, scope: RowScope, records = 1): Selection {
  const expand = raw.expand ? parseExpand(raw.expand) : []
  const selection = buildSelection(scope, raw.fields, expand, '')
  refuseTooMany(records * recordsPerRecord(selection, expand))
  return selection
}

function refuseTooMany(records: number): void {
  if (records > limits.answerRecords)
    throw invalidAt(
      'query_too_complex',
      'expand',
      `With these limits the answer may hold ${records} records; the most is ${limits.answerRecords}`,
      'Ask for smaller pages, or give the expanded relations a limit: comments(limit:10).',
    )
}

/** One, and what may be expanded under it. A list that is expanded whole counts as a page of the default length. */
const recordsPerRecord = (selection: Selection, expand: readonly RawExpand[]): number =>
  selection.expand.reduce((sum, { relation, target }, index) => {
    const { limit = limits.defaultLimit, expand: inner } = expand[index]!
    const records = relation.relation!.kind === 'one' ? 1 : limit
    return sum + (target ? records * recordsPerRecord(target.selection, inner) : 0)
  }, 1)

function buildSelection(
  scope: RowScope,
  fields: readonly string[] | undefined,
  expand: readonly RawExpand[],
  at: string,
): Selection {
  return {
    scope,
    fields: fields?.length ? selectFields(fields, scope, `${at}fields`) : scope.readableFields(),
    expand: expand.map((item) => buildExpansion(item, scope, `${at}expand`)),
  }
}

function selectFields(names: readonly string[], scope: RowScope, at: string) {
  return [...new Set(names)].map((name) => {
    const { mask } = readableField(scope, name, at)
    const field = scope.collection.fields.get(name)
    if (!field) throw unknownField(at, name)
    return { field, mask }
  })
}

function buildExpansion(item: RawExpand, scope: RowScope, at: string): Expansion {
  const where = `${at}.${item.name}`
  const { shape, mask } = readableField(scope, item.name, where)
  if (!shape.relation) throw invalidAt('invalid_query', where, `${item.name} is not a relation`)
  const target = scope.related(shape)
  return { relation: shape, mask, target: target && buildTarget(item, shape, target, where) }
}

function buildTarget(item: RawExpand, relation: FieldShape, scope: RowScope, at: string): ExpansionTarget {
  const toMany = relation.relation!.kind !== 'one'
  if (!toMany && (item.filter !== undefined || item.sort || item.limit !== undefined))
    throw invalidAt(
      'invalid_query',
      at,
      `${item.name} is one record`,
      'filter, sort and limit are for to-many relations.',
    )
  const listed = relation.relation!.kind === 'many'
  return {
    selection: buildSelection(scope, item.fields, item.expand, `${at}.`),
    filter: parseFilter(item.filter, scope, `${at}.filter`),
    sort: listed && !item.sort ? [] : parseSort(item.sort ?? [], scope, `${at}.sort`),
    limit: parseLimit(item.limit, `${at}.limit`) ?? (listed ? limits.maxLimit : limits.defaultLimit),
  }
}

/** `-createdAt,author.name` → sort keys, ending with `id`. */
function parseSort(items: readonly string[], scope: RowScope, at: string): SortKey[] {
  if (items.length > limits.sortKeys)
    throw invalidAt('query_too_complex', at, `Sort by ${limits.sortKeys} fields at most`)
  const keys = items.map((item) => parseSortKey(item, scope, at))
  const names = keys.map(sortKeyName)
  if (new Set(names).size < names.length) throw invalidAt('invalid_query', at, 'A field is named twice')
  if (names.includes('id')) return keys
  const id: Field = scope.collection.fields.get('id')!
  return [...keys, { hops: [], field: id, mask: ALWAYS, descending: keys.at(-1)?.descending ?? false }]
}

function parseSortKey(item: string, scope: RowScope, at: string): SortKey {
  const descending = item.startsWith('-')
  const path = (descending ? item.slice(1) : item).split('.')
  if (path.length > limits.expandDepth)
    throw invalidAt('query_too_complex', at, `A sort may follow ${limits.expandDepth - 1} relations`)
  let reader = scope
  const hops = path.slice(0, -1).map((name) => {
    const { shape, mask } = readableField(reader, name, at)
    const target = relatedReader(shape, reader, at)
    if (shape.relation?.kind !== 'one' || !(target instanceof RowScope))
      throw invalidAt('invalid_query', at, `${name} leads to many records; sort by a field of one`)
    reader = target
    return { relation: shape, scope: target, mask }
  })
  const { shape: field, mask } = readableField(reader, path.at(-1)!, at)
  if (unsortable.has(field.comparison) || (field.relation && field.relation.kind !== 'one'))
    throw invalidAt('invalid_query', at, `${field.name} has no order to sort by`)
  return { hops, field, mask, descending }
}

export const sortKeyName = (key: SortKey): string =>
  [...key.hops.map((hop) => hop.relation.name), key.field.name].join('.')

function parseLimit(value: number | undefined, at: string): number | undefined {
  if (value !== undefined && (value < 1 || value > limits.maxLimit))
    throw invalidAt(
      'invalid_query',
      at,
      `${at} must lie between 1 and ${limits.maxLimit}`,
      'Read on with the cursor of the page.',
    )
  return value
}

function parseCount(value: string | undefined): Count {
  if (value === undefined || value === 'none') return { mode: 'none' }
  if (value === 'exact' || value === 'estimated') return { mode: value }
  const upTo = /^upTo:(\d{1,9})$/.exec(value)
  if (upTo && Number(upTo[1]) > 0) return { mode: 'upTo', max: Number(upTo[1]) }
  throw invalidAt('invalid_query', 'count', 'count is none, exact, estimated or upTo:N')
}
