import type { Collection } from '../../collections/index.js'
import { AppError } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import { trashDaysOf } from '../past/kept-days.js'
import { keptTable, type LoggedRows, PastSource, pastCollection, rowColumns } from '../past/past-source.js'

/** @throws not_kept */
export function requireTrash({ name, definition }: Collection): void {
  if (definition.trash) return
  throw new AppError('not_kept', `${name} keeps no trash`, {
    hint: 'An admin can switch it on: "trash": true, or {"days": 90}, in the definition of the collection.',
  })
}

/** The deleted records of a collection, each as it was when it was deleted last, as far as they lie within the scopes. */
export function trashScope(first: RowScope, ...others: readonly RowScope[]): RowScope {
  const { collection } = first
  const past = pastCollection(collection)
  const source = new PastSource(collection, deletedRows(collection))
  return others.reduce((scope, other) => scope.within(other.inPast(past, source)), first.inPast(past, source))
}

function deletedRows({ id, table, definition }: Collection): LoggedRows {
  const days = trashDaysOf(definition)
  const young = days === undefined ? '' : ` and c.at > now() - make_interval(days => ${days})`
  return {
    key: 'trash',
    select: () =>
      `select distinct on (c.record) ${rowColumns('c.before')} from ${keptTable} c` +
      ` where c.collection = '${id}' and c.action = 'delete'${young} order by c.record, c.position desc`,
    where: `not exists (select from ${table} t where t."id" = c.record)`,
  }
}
