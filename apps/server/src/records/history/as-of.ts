import type { Collection } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import { keptTable, type LoggedRows, PastSource, pastCollection, rowColumns } from '../past/past-source.js'

const timePattern = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+ -]\d\d:\d\d))?$/

/** `2026-11-20T14:30:00Z`. A `+` that was not escaped in the URL has become a space. @throws invalid_query */
export function parseTime(text: string, at: string): Date {
  const time = new Date(timePattern.test(text) ? text.replace(' ', '+') : Number.NaN)
  if (Number.isNaN(time.getTime())) throw invalidAt('invalid_query', at, `${at} is a time like 2026-11-20T14:30:00Z`)
  return time
}

/** @throws not_kept */
export function requireHistory({ name, definition }: Collection): void {
  if (definition.history) return
  throw new AppError('not_kept', `${name} keeps no history`, {
    hint: 'An admin can switch it on: "history": true, or {"days": 90}, in the definition of the collection.',
  })
}

/** The same rows and fields as they were at a time. @throws not_kept */
export function scopeAt(scope: RowScope, time: Date): RowScope {
  requireHistory(scope.collection)
  return scope.inPast(
    pastCollection(scope.collection),
    new PastSource(scope.collection, rowsAt(scope.collection, time)),
  )
}

/**
 * Of each record the last version that began by then. Times are compared as answers give them, in milliseconds, so that the
 * time of a version gives that version.
 */
const rowsAt = ({ id }: Collection, time: Date): LoggedRows => ({
  key: `as of ${time.toISOString()}`,
  select: ({ params }) =>
    `select distinct on (c.record) ${rowColumns('c.after')} from ${keptTable} c` +
    ` where c.collection = '${id}' and c.action <> 'list'` +
    ` and date_trunc('milliseconds', c.at) <= ${params.value(time.toISOString())}::timestamptz` +
    ' order by c.record, c.position desc',
  where: `c.action <> 'delete'`,
})
