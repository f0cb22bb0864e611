import type { AuditEntry, Page } from '@holdfast/contract'
import { type Filters, findLines } from '../../observability/index.js'
import type { Database } from '../../platform/db/index.js'

const time = { pattern: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, hint: 'a time such as 2026-01-31T12:00:00Z' }

const filters: Filters = {
  from: { sql: (value) => `at >= ${value}::timestamptz`, ...time },
  to: { sql: (value) => `at < ${value}::timestamptz`, ...time },
  action: {
    sql: (value) => `(action = ${value} or starts_with(action, ${value} || '.'))`,
    pattern: /^[a-zA-Z]{1,50}(\.[a-zA-Z]{1,50}){0,5}$/,
    hint: 'an action such as collections.create, or collections for all of them',
  },
  actorId: {
    sql: (value) => `(actor_id = ${value}::uuid or key_id = ${value}::uuid)`,
    pattern: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
    hint: 'the id of a user or a key',
  },
  target: { sql: (value) => `target = ${value}`, pattern: /^.{1,300}$/, hint: 'a name or an id' },
  result: {
    sql: (value) => `(status < 400) = (${value} = 'done')`,
    pattern: /^(done|refused)$/,
    hint: 'done or refused',
  },
}

/** @throws invalid_query, invalid_cursor */
export const findAudit = (db: Database, raw: Readonly<Record<string, unknown>>): Promise<Page<AuditEntry>> =>
  findLines<AuditEntry>(db, select, filters, raw)

const select = `
  select json_build_object('id', id::text, 'at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'action', action,
    'actorId', actor_id, 'actorEmail', actor_email, 'keyId', key_id, 'actingAsId', acting_as_id, 'method', method,
    'route', route, 'target', target, 'paths', paths, 'address', address, 'userAgent', user_agent, 'requestId', request_id,
    'status', status, 'errorCode', error_code)::text
  from holdfast.audit`
