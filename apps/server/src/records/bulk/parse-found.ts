import { invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import { type Condition, parseFilter } from '../../query/index.js'
import { parseQueryString } from '../read/raw-query.js'

/** The records that a caller's filter finds among those the caller may read. */
export interface FoundRecords {
  readonly readable: RowScope
  readonly filter: Condition
}

/** A query string → the records that are meant. @throws invalid_query without a filter, and what a filter of a list throws */
export function parseFound(search: string, readable: RowScope): FoundRecords {
  const { filter, filterIsText } = parseQueryString(search, ['filter'])
  if (filter === undefined || isEmpty(filter))
    throw invalidAt(
      'invalid_query',
      'filter',
      'A filter must say which records are meant',
      'Every record is meant by filter={"id":{"$null":false}}.',
    )
  return { readable, filter: parseFilter(filter, readable, 'filter', filterIsText) }
}

const isEmpty = (filter: unknown): boolean =>
  typeof filter === 'object' && filter !== null && Object.keys(filter).length === 0
