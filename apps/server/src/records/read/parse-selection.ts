import { limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import { type FieldShape, parseFilter, readableField, unknownField } from '../../query/index.js'
import { parseExpandCount } from '../count/parse-count.js'
import { expansionKey } from '../cursor/position.js'
import { parseExpand, type RawExpand } from '../expand/parse-expand.js'
import { refuseTooLarge } from './answer-size.js'
import { parseLimit } from './parse-limit.js'
import { parseSort } from './parse-sort.js'
import type { RawListQuery } from './raw-query.js'
import type { Expansion, ExpansionTarget, Position, SelectedField, Selection } from './selection.js'

/** Opens a cursor of an expanded relation; `key` says what it must be good for. @throws invalid_cursor, invalid_query */
export type OpenExpandCursor = (cursor: string, key: string) => Position

/** For lists: there are many records, and a cursor is of one. */
export const openInList: OpenExpandCursor = () => {
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
  refuseTooLarge(records, selection, expand)
  return selection
}

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

function selectFields(names: readonly string[], scope: RowScope, at: string): SelectedField[] {
  return [...new Set(names)].map((name) => {
    const { mask } = readableField(scope, name, at)
    const field = scope.collection.fields.get(name)
    if (!field) throw unknownField(at, name, scope)
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
