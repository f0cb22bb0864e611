import type { Page } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import type { Database } from '../platform/db/index.js'

/** What a list of lines can be narrowed by: each is one comparison, with its value as a parameter. */
export interface Filters {
  readonly [name: string]: {
    sql(value: string): string
    readonly pattern: RegExp
    /** What the value must be. */
    readonly hint: string
  }
}

const maxLimit = 500

/**
 * A page of a table of lines that are ordered by `id`, a number, newest first. `select` gives each as JSON text.
 * @throws invalid_query, invalid_cursor
 */
export async function findLines<T extends { id: string }>(
  db: Database,
  select: string,
  filters: Filters,
  raw: Readonly<Record<string, unknown>>,
): Promise<Page<T>> {
  const { limit: wanted, cursor, after, ...given } = raw
  const limit = parseLimit(wanted)
  const values: unknown[] = [limit + 1]
  const where: string[] = []
  const add = (sql: (value: string) => string, value: unknown) => where.push(sql(`$${values.push(value)}`))
  if (cursor !== undefined) add((value) => `id < ${value}::bigint`, parseId('invalid_cursor', 'cursor', cursor))
  if (after !== undefined) add((value) => `id > ${value}::bigint`, parseId('invalid_query', 'after', after))
  for (const [name, value] of Object.entries(given)) {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined
    if (!filter)
      throw invalidAt(
        'invalid_query',
        name,
        `This list takes ${Object.keys(filters).join(', ')}, limit, cursor and after`,
      )
    if (typeof value !== 'string' || !filter.pattern.test(value))
      throw invalidAt('invalid_query', name, `${name} must be ${filter.hint}`)
    add(filter.sql, value)
  }
  const text = `${select} ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by id desc limit $1`
  const { rows } = await db.run({ text, values })
  const data = rows.slice(0, limit).map(([json]) => JSON.parse(json as string) as T)
  return { data, meta: { nextCursor: rows.length > limit ? data.at(-1)!.id : null } }
}

function parseLimit(value: unknown): number {
  if (value === undefined) return 50
  const limit = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 0
  if (limit >= 1 && limit <= maxLimit) return limit
  throw invalidAt('invalid_query', 'limit', `limit must be a whole number from 1 to ${maxLimit}`)
}

function parseId(code: 'invalid_cursor' | 'invalid_query', name: string, value: unknown): string {
  if (typeof value === 'string' && /^\d{1,18}$/.test(value)) return value
  throw invalidAt(code, name, `${name} must be the id of a line, such as the nextCursor of an earlier page`)
}
