import { limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import { and, type Condition, parseFilter, parseSearch } from '../../query/index.js'
import { parseCount } from '../count/parse-count.js'
import { parseMatch } from './match-meta.js'
import { parseLimit } from './parse-limit.js'
import { openInList, parseSelection } from './parse-selection.js'
import { parseSort } from './parse-sort.js'
import type { RawListQuery } from './raw-query.js'
import type { ListQuery } from './selection.js'

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

function parseExplain(value: string | undefined): boolean {
  if (value === undefined || value === 'plan') return value === 'plan'
  throw invalidAt('invalid_query', 'explain', 'explain is plan')
}
