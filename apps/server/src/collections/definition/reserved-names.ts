import { namePattern, systemFields } from '@holdfast/contract'
import type { Report } from '../collection.js'

/** Keys every JavaScript object or promise has: a record with such a field would not behave like data. */
const objectKeys = [
  ...['constructor', 'prototype', 'hasownproperty', 'isprototypeof', 'propertyisenumerable'],
  ...['tolocalestring', 'tostring', 'valueof', 'tojson', 'then'],
]

/** Words nobody needs as a name and that mislead whoever reads a log, a query or a path. */
const misleading = ['select', 'insert', 'union', 'drop', 'truncate', 'alter', 'grant', 'revoke', 'null', 'undefined']

/** PostgreSQL gives every table these columns. */
const postgresColumns = ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid', 'oid']

const reservedFields = new Set([
  ...systemFields.map((name) => name.toLowerCase()),
  ...['expand', 'expandmeta', 'matchmeta'],
  ...objectKeys,
  ...misleading,
  ...postgresColumns,
])

/** Segments of our own paths, and names of PostgreSQL's own schemas. */
const reservedCollections = new Set([
  ...['admin', 'auth', 'batch', 'collections', 'records', 'query', 'aggregate', 'me', 'schema', 'openapi'],
  ...['health', 'metrics', 'graphql', 'realtime', 'holdfast', 'public', 'information_schema'],
  ...objectKeys,
  ...misleading,
])

/** Sign-in keeps these outside the collection; a field of that name would be taken for it. */
const reservedInUsers = new Set(['password', 'roles'])

export function checkFieldName(name: string, collection: string, path: string, report: Report): void {
  if (!checkPattern(name, path, report)) return
  const lower = name.toLowerCase()
  if (reservedFields.has(lower) || (collection === 'users' && reservedInUsers.has(lower)))
    report(path, 'reserved_name', `${name} is a reserved name`)
}

export function checkCollectionName(name: string, path: string, report: Report): void {
  if (!checkPattern(name, path, report)) return
  if (reservedCollections.has(name.toLowerCase()) || name.toLowerCase().startsWith('pg_'))
    report(path, 'reserved_name', `${name} is a reserved name`)
}

export function checkPattern(name: string, path: string, report: Report): boolean {
  if (namePattern.test(name)) return true
  report(
    path,
    'invalid_name',
    'a name begins with a small letter and goes on with letters, digits and _, at most 59 in all',
  )
  return false
}
