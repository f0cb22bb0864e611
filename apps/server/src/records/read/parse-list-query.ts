import { limits } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import { RowScope } from '../../permissions/index.js'
import {
  ALWAYS,
  and,
  type Condition,
  type FieldShape,
  jsonPlace,
  type Measure,
  measuresOf,
  parseFilter,
  parseSearch,
  type ReadableField,
  readableField,
  relatedReader,
  unknownField,
} from '../../query/index.js'
import { expansionKey } from '../cursor/position.js'
import { parseExpand, type RawExpand } from '../expand/parse-expand.js'
import { parseMatch } from './match-meta.js'
import type { RawListQuery } from './raw-query.js'
import {
  type Count,
  type Expansion,
  type ExpansionTarget,
  type FieldSortKey,
  isMeasured,
  type ListQuery,
  type Position,
  type Selection,
  type SortKey,
  sortKeyName,
} from './selection.js'

/** Comparisons that have no order one could sort by. */
const unsortable: ReadonlySet<string> = new Set(['list', 'json', 'geo', 'vector'])

/** Untrusted list query → checked one. @throws unknown_field, invalid_query, invalid_value, … with the path */
export function parseListQuery(raw: RawListQuery, scope: RowScope): ListQuery {
  const filter = parseConditions(raw, scope)
  const sort = parseSort(raw.sort ?? [], scope, filter, 'sort')
  const limit = parseLimit(raw.limit, 'limit') ?? limits.defaultLimit
  return {
    selection: { ...parseSelection(raw, scope, limit, openInList), match: parseMatch(raw.highlight, filter, scope) },
    filter,
    sort,
    limit,
    offset: raw.offset,
    count: parseCount(raw.count, 'count'),
    explained: parseExplain(raw.explain),
  }
}

/** The filter, and what is searched for. */
function parseConditions(raw: RawListQuery, scope: RowScope): Condition {
  const filter = parseFilter(raw.filter, scope, 'filter', raw.filterIsText)
  return raw.search === undefined ? filter : and(parseSearch(raw.search, scope), filter)
}

/** Opens a cursor of an expanded relation; `key` says what it must be good for. @throws invalid_cursor, invalid_query */
export type OpenExpandCursor = (cursor: string, key: string) => Position

/** In a list there are many records, and a cursor is of one. */
const openInList: OpenExpandCursor = () => {
  throw invalidAt(
    'invalid_query',
    'expand',
    'A cursor inside expand goes on in one record',
    'Read that record: GET …/records/{id}?expand=comments(cursor:…). In a list, cursor:start asks for cursors.',
  )
}

/**
 * Which fields and expanded relations an answer of so many records holds.
 * Without `open` the answer has no place for totals and cursors of expanded relations.
 */
export function parseSelection(
  raw: Pick<RawListQuery, 'fields' | 'expand'>,
  scope: RowScope,
  records = 1,
  open?: OpenExpandCursor,
): Selection {
  const expand = raw.expand ? parseExpand(raw.expand) : []
  const selection = buildSelection(scope, raw.fields, expand, '', open)
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
  open: OpenExpandCursor | undefined,
): Selection {
  return {
    scope,
    fields: fields?.length ? selectFields(fields, scope, `${at}fields`) : scope.readableFields(),
    expand: expand.map((item) => buildExpansion(item, scope, `${at}expand`, open)),
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

function buildExpansion(item: RawExpand, scope: RowScope, at: string, open: OpenExpandCursor | undefined): Expansion {
  const where = `${at}.${item.name}`
  const { shape, mask } = readableField(scope, item.name, where)
  if (!shape.relation) throw invalidAt('invalid_query', where, `${item.name} is not a relation`)
  refuseListOptions(item, shape, where, open)
  const scopeBehind = scope.related(shape)
  const listed = scopeBehind && buildTarget(item, shape, scopeBehind, where, open)
  const wanted = item.count !== undefined || item.cursor !== undefined
  if (!wanted) return { relation: shape, mask, target: listed, meta: undefined }
  const key = expansionKey(scope, shape, listed)
  const position = item.cursor === undefined || item.cursor === 'start' ? undefined : open!(item.cursor, key)
  const meta = { count: parseExpandCount(item.count, `${where}.count`), key }
  return { relation: shape, mask, target: listed && { ...listed, position }, meta }
}

/** What belongs to lists only, or to answers that have a place for it. */
function refuseListOptions(
  item: RawExpand,
  { name, relation }: FieldShape,
  at: string,
  open: OpenExpandCursor | undefined,
): void {
  const asksForMeta = item.count !== undefined || item.cursor !== undefined
  if (relation!.kind === 'one') {
    if (asksForMeta || item.filter !== undefined || item.sort || item.limit !== undefined)
      throw invalidAt(
        'invalid_query',
        at,
        `${name} is one record`,
        'filter, sort, limit, count and cursor are for to-many relations.',
      )
  } else if (asksForMeta && !open)
    throw invalidAt('invalid_query', at, 'count and cursor are for reading', 'Read the record after it is written.')
}

function parseExpandCount(value: string | undefined, at: string): Count {
  const count = parseCount(value, at)
  if (count.mode !== 'estimated') return count
  throw invalidAt('invalid_query', at, 'An expanded relation cannot be estimated', 'Use exact or upTo:N.')
}

function buildTarget(
  item: RawExpand,
  relation: FieldShape,
  scope: RowScope,
  at: string,
  open: OpenExpandCursor | undefined,
): ExpansionTarget {
  const listed = relation.relation!.kind === 'many'
  const filter = parseFilter(item.filter, scope, `${at}.filter`)
  // A cursor belongs to the one record that is read, not to those expanded under it.
  const inner = open && openInList
  return {
    selection: buildSelection(scope, item.fields, item.expand, `${at}.`, inner),
    filter,
    sort: listed && !item.sort ? [] : parseSort(item.sort ?? [], scope, filter, `${at}.sort`),
    limit: parseLimit(item.limit, `${at}.limit`) ?? (listed ? limits.maxLimit : limits.defaultLimit),
    position: undefined,
  }
}

/** `-createdAt,author.name` → sort keys, ending with `id`. Of a filter that measures records, the best come first. */
function parseSort(items: readonly string[], scope: RowScope, filter: Condition, at: string): SortKey[] {
  if (items.length > limits.sortKeys)
    throw invalidAt('query_too_complex', at, `Sort by ${limits.sortKeys} fields at most`)
  const measures = measuresOf(filter)
  const best = measures.slice(0, 1).map((measure): SortKey => ({ measure, descending: measure.descending }))
  const keys =
    items.length === 0
      ? best
      : items.map((item) => parseMeasureKey(item, measures, at) ?? parseSortKey(item, scope, at))
  const names = keys.map(sortKeyName)
  if (new Set(names).size < names.length) throw invalidAt('invalid_query', at, 'A field is named twice')
  if (names.includes('id')) return keys
  const id: Field = scope.collection.fields.get('id')!
  return [...keys, { hops: [], field: id, mask: ALWAYS, descending: lastDirection(keys) }]
}

/** The id follows the direction of the field before it, so that one index can serve both. */
function lastDirection(keys: readonly SortKey[]): boolean {
  const last = keys.at(-1)
  return last !== undefined && !isMeasured(last) && last.descending
}

/** `$distance`, `-$rank`: a measure that the filter gives. */
function parseMeasureKey(item: string, measures: readonly Measure[], at: string): SortKey | undefined {
  const match = /^(-?)\$(\w{1,20})$/.exec(item)
  if (!match) return undefined
  const measure = measures.find(({ name }) => name === match[2])
  if (measure) return { measure, descending: match[1] === '-' }
  throw invalidAt(
    'invalid_query',
    at,
    `Nothing in the filter gives a $${match[2]}`,
    '$distance needs $near or $nearest in the filter, $rank needs search or $search.',
  )
}

function parseSortKey(item: string, scope: RowScope, at: string): SortKey {
  const descending = item.startsWith('-')
  const path = (descending ? item.slice(1) : item).split('.')
  if (path.length > limits.expandDepth + limits.jsonPathDepth) throw tooManyHops(at)
  const { hops, field } = followSort(path, scope, at)
  if (hops.length >= limits.expandDepth) throw tooManyHops(at)
  const { shape, mask } = field
  if (unsortable.has(shape.comparison) || (shape.relation && shape.relation.kind !== 'one'))
    throw invalidAt(
      'invalid_query',
      at,
      `${shape.name.slice(0, 60)} has no order to sort by`,
      shape.path && 'Inside JSON, the schema of the field must say that the value is a text, a number or a boolean.',
    )
  return { hops, field: shape, mask, descending }
}

const tooManyHops = (at: string) =>
  invalidAt('query_too_complex', at, `A sort may follow ${limits.expandDepth - 1} relations`)

/** To-one relations, then a field, or a place in a JSON field. */
function followSort([name, ...rest]: readonly string[], scope: RowScope, at: string): SortPath {
  const field = readableField(scope, name!, at)
  if (rest.length === 0) return { hops: [], field }
  if (field.shape.inside) return { hops: [], field: jsonPlace(field, rest, at) }
  const { shape: relation, mask } = field
  const target = relatedReader(relation, scope, at)
  if (relation.relation?.kind !== 'one' || !(target instanceof RowScope))
    throw invalidAt('invalid_query', at, `${name} leads to many records; sort by a field of one`)
  const { hops, field: last } = followSort(rest, target, at)
  return { hops: [{ relation, scope: target, mask }, ...hops], field: last }
}

type SortPath = { readonly hops: FieldSortKey['hops']; readonly field: ReadableField }

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

function parseCount(value: string | undefined, at: string): Count {
  if (value === undefined || value === 'none') return { mode: 'none' }
  if (value === 'exact' || value === 'estimated') return { mode: value }
  const upTo = /^upTo:(\d{1,9})$/.exec(value)
  if (upTo && Number(upTo[1]) > 0) {
    if (Number(upTo[1]) <= limits.countUpTo) return { mode: 'upTo', max: Number(upTo[1]) }
    throw invalidAt(
      'invalid_query',
      at,
      `upTo counts to ${limits.countUpTo} at most`,
      'Use count=estimated for a rough total, count=exact for an exact one.',
    )
  }
  throw invalidAt('invalid_query', at, 'count is none, exact, estimated or upTo:N')
}

function parseExplain(value: string | undefined): boolean {
  if (value === undefined || value === 'plan') return value === 'plan'
  throw invalidAt('invalid_query', 'explain', 'explain is plan')
}
