import { limits, type Page } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import { isId } from './parse-id.js'

/** A page of things that are ordered by id, newest first. */
export interface PageQuery {
  readonly limit: number
  /** The id the page begins after. */
  readonly after?: string
}

/** @throws invalid_query, invalid_cursor */
export function parsePageQuery(raw: Readonly<Record<string, unknown>>): PageQuery {
  const { limit, cursor, ...others } = raw
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw invalidAt('invalid_query', unknown, 'This list takes limit and cursor, nothing else')
  return { limit: parseLimit(limit), after: cursor === undefined ? undefined : parseCursor(cursor) }
}

/** The page out of what was found. Asked for one more than the limit, the database tells whether another page follows. */
export function toPage<T extends { id: string }>(found: readonly T[], { limit }: PageQuery): Page<T> {
  const data = found.slice(0, limit)
  return { data, meta: { nextCursor: found.length > limit ? data.at(-1)!.id : null } }
}

function parseLimit(value: unknown): number {
  if (value === undefined) return limits.defaultLimit
  const limit = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : 0
  if (limit >= 1 && limit <= limits.maxLimit) return limit
  throw invalidAt('invalid_query', 'limit', `limit must be a whole number from 1 to ${limits.maxLimit}`)
}

function parseCursor(value: unknown): string {
  if (typeof value === 'string' && isId(value)) return value
  throw invalidAt('invalid_cursor', 'cursor', 'cursor must be the nextCursor of an earlier page')
}
