import { type LoggedRequest, type Page, principalKinds } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { Database } from '../../platform/db/index.js'

/** Conditions by the name of their parameter: each is one comparison, with its value as a parameter. */
const conditions: Readonly<
  Record<string, { readonly sql: (value: string) => string; readonly pattern: RegExp; readonly hint: string }>
> = {
  from: {
    sql: (value) => `at >= ${value}::timestamptz`,
    pattern: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
    hint: 'a time such as 2026-01-31T12:00:00Z',
  },
  to: {
    sql: (value) => `at < ${value}::timestamptz`,
    pattern: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
    hint: 'a time such as 2026-01-31T12:00:00Z',
  },
  method: { sql: (value) => `method = ${value}`, pattern: /^[A-Z]{3,10}$/, hint: 'a method such as GET' },
  route: { sql: (value) => `route = ${value}`, pattern: /^\/.{0,500}$/, hint: 'a route with its parameters in braces' },
  path: { sql: (value) => `strpos(path, ${value}) > 0`, pattern: /^.{1,200}$/, hint: 'a part of the path' },
  status: { sql: (value) => `status = ${value}::smallint`, pattern: /^[1-5]\d\d$/, hint: 'a status such as 404' },
  result: { sql: (value) => `(status >= 400 and status / 100 = ${value}::int)`, pattern: /^[45]$/, hint: '4 or 5' },
  minMs: { sql: (value) => `ms >= ${value}::real`, pattern: /^\d{1,9}$/, hint: 'a number of milliseconds' },
  principal: {
    sql: (value) => `principal = ${value}`,
    pattern: new RegExp(`^(${principalKinds.join('|')})$`),
    hint: principalKinds.join(', '),
  },
  principalId: {
    sql: (value) => `principal_id = ${value}::uuid`,
    pattern: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
    hint: 'the id of a user or a key',
  },
  address: { sql: (value) => `address = ${value}`, pattern: /^[\da-fA-F.:]{2,45}$/, hint: 'an address' },
  requestId: { sql: (value) => `request_id = ${value}`, pattern: /^[\w.-]{8,64}$/, hint: 'the id of a request' },
  errorCode: { sql: (value) => `error_code = ${value}`, pattern: /^[a-z_]{2,60}$/, hint: 'the code of an error' },
}

const maxLimit = 500

/** @throws invalid_query, invalid_cursor */
export async function findRequests(db: Database, raw: Readonly<Record<string, unknown>>): Promise<Page<LoggedRequest>> {
  const { limit: wanted, cursor, after, ...filters } = raw
  const limit = parseLimit(wanted)
  const values: unknown[] = [limit + 1]
  const where: string[] = []
  const add = (sql: (value: string) => string, value: unknown) => where.push(sql(`$${values.push(value)}`))
  if (cursor !== undefined) add((value) => `id < ${value}::bigint`, parseId('invalid_cursor', 'cursor', cursor))
  if (after !== undefined) add((value) => `id > ${value}::bigint`, parseId('invalid_query', 'after', after))
  for (const [name, value] of Object.entries(filters)) {
    const condition = conditions[name]
    if (!condition)
      throw invalidAt(
        'invalid_query',
        name,
        `This list takes ${Object.keys(conditions).join(', ')}, limit, cursor and after`,
      )
    if (typeof value !== 'string' || !condition.pattern.test(value))
      throw invalidAt('invalid_query', name, `${name} must be ${condition.hint}`)
    add(condition.sql, value)
  }
  const text = `${select} ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by id desc limit $1`
  const { rows } = await db.run({ text, values })
  const data = rows.slice(0, limit).map(([json]) => JSON.parse(json as string) as LoggedRequest)
  return { data, meta: { nextCursor: rows.length > limit ? data.at(-1)!.id : null } }
}

/** What the list can be narrowed by. */
export const requestFilters = Object.entries(conditions).map(([name, { hint }]) => ({ name, hint }))

export function parseLimit(value: unknown): number {
  if (value === undefined) return 50
  const limit = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 0
  if (limit >= 1 && limit <= maxLimit) return limit
  throw invalidAt('invalid_query', 'limit', `limit must be a whole number from 1 to ${maxLimit}`)
}

export function parseId(code: 'invalid_cursor' | 'invalid_query', name: string, value: unknown): string {
  if (typeof value === 'string' && /^\d{1,18}$/.test(value)) return value
  throw invalidAt(code, name, `${name} must be the id of a line, such as the nextCursor of an earlier page`)
}

const select = `
  select json_build_object('id', id::text, 'at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'method', method, 'route', route,
    'path', path, 'query', query, 'status', status, 'ms', ms, 'bytes', bytes, 'address', address, 'principal', principal,
    'principalId', principal_id, 'impersonatorId', impersonator_id, 'userAgent', user_agent, 'requestId', request_id,
    'errorCode', error_code)::text
  from holdfast.requests`
