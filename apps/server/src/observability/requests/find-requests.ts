import { type LoggedRequest, type Page, principalKinds } from '@holdfast/contract'
import type { Database } from '../../platform/db/index.js'
import { type Filters, findLines } from '../find-lines.js'

const conditions: Filters = {
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

/** @throws invalid_query, invalid_cursor */
export const findRequests = (db: Database, raw: Readonly<Record<string, unknown>>): Promise<Page<LoggedRequest>> =>
  findLines<LoggedRequest>(db, select, conditions, raw)

/** What the list can be narrowed by. */
export const requestFilters = Object.entries(conditions).map(([name, { hint }]) => ({ name, hint }))

const select = `
  select json_build_object('id', id::text, 'at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'method', method, 'route', route,
    'path', path, 'query', query, 'status', status, 'ms', ms, 'bytes', bytes, 'address', address, 'principal', principal,
    'principalId', principal_id, 'impersonatorId', impersonator_id, 'userAgent', user_agent, 'requestId', request_id,
    'errorCode', error_code)::text
  from holdfast.requests`
