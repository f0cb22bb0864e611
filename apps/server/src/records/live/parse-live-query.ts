import { limits } from '@holdfast/contract'
import type { RowScope } from '../../permissions/index.js'
import { ALWAYS, and, parseFilter } from '../../query/index.js'
import { parseLimit } from '../read/parse-limit.js'
import { parseSelection } from '../read/parse-selection.js'
import { parseSort } from '../read/parse-sort.js'
import type { RawListQuery } from '../read/raw-query.js'
import type { ListQuery } from '../read/selection.js'

/** What somebody wants to be told of, checked: also the list of the records there are when they begin. */
export type LiveQuery = ListQuery

/** The filter, fields, expanded relations and order of a list, without what belongs to pages; with `record`, of that one only. @throws as lists do */
export function parseLiveQuery(raw: RawListQuery, scope: RowScope, record?: string): LiveQuery {
  const filter = and(
    record === undefined ? ALWAYS : parseFilter({ id: record }, scope, 'record'),
    parseFilter(raw.filter, scope, 'filter', raw.filterIsText),
  )
  const sort = parseSort(raw.sort ?? [], scope, filter, 'sort')
  const limit = parseLimit(raw.limit, 'limit') ?? limits.maxLimit
  const selection = parseSelection(raw, scope, limit)
  return { selection, filter, sort, limit, offset: undefined, count: { mode: 'none' }, explained: false }
}
