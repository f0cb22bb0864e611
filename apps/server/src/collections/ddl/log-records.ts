import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { fieldKinds } from '../fields/index.js'
import { collectionIdOf, columnOf, linkTableOf, tableOf } from '../names.js'
import { systemFieldDefinitions } from '../system-fields.js'
import { isStored } from './column-sql.js'
import { listSql } from './log-lists.js'
import { cause, keepsVersions, keptTable, logColumns, logTables, undoneRelations } from './log-tables.js'

/**
 * Inserted and deleted rows are logged together. Updated ones come one by one, in the order in which they were changed: a
 * cascade may change a row twice in one statement, and whoever works with psql may give a row another id.
 */
export function logRecords(collection: CollectionDefinition, all: readonly CollectionDefinition[]): string {
  const { changes, deletes } = logTables(collection, all)
  const undone = undoneRelations(collection, all).map(({ name }) => columnOf(name))
  // That a delete set a relation to null is kept as long as the delete.
  const kept = undone.map((column) => `(old.${column} is not null and new.${column} is null)`).join(' or ')
  const other = keepsVersions(collection) || kept === '' ? '' : `elsif ${kept} then${logUpdate(collection, keptTable)}`
  return `if tg_op = 'INSERT' then${logSql(collection, changes, { to: 'n' }, 'new_rows n')}
  elsif tg_op = 'DELETE' then${logSql(collection, deletes, { from: 'o' }, 'old_rows o')}
  ${other}else${logUpdate(collection, changes)}
  end if;`
}

/** Logs the row that a row trigger is told of. */
const logUpdate = (collection: CollectionDefinition, table: string): string => `
    if old."id" = new."id" then${logSql(collection, table, { from: 'old', to: 'new' })}
    else${logSql(collection, table, { from: 'old' })}${logSql(collection, table, { to: 'new' })}
    end if;`

/** What a record was, and what it is. One of them is missing where it was created or deleted. */
interface Rows {
  readonly from?: string
  readonly to?: string
}

/** Logs what became of the rows in `source`; without one, of a single row. */
function logSql(collection: CollectionDefinition, table: string, { from, to }: Rows, source = '(select) one'): string {
  const action = from === undefined ? 'create' : to === undefined ? 'delete' : 'update'
  const none = { json: 'null', join: '' }
  const before = from === undefined ? none : imageOf(collection, from)
  const after = to === undefined ? none : imageOf(collection, to)
  const what = `'${collectionIdOf(collection)}'::uuid, '${action}', ${to ?? from}."id", ${before.json}, ${after.json}`
  return `
    insert into ${table} ${logColumns} select ${what}, ${cause} from ${source}${before.join}${after.join};`
}

/** JSON of a row, and what to join for it: what is joined so costs less than a subquery of its own. */
interface Image {
  readonly json: string
  readonly join: string
}

/** The record as answers give it, by the names of its fields; lists are logged for themselves. */
function imageOf(collection: CollectionDefinition, row: string): Image {
  if (collection.changeLog === 'keys') return { json: 'null::json', join: '' }
  const columns = loggedFields(collection).map((field) => fieldSql(field, row))
  // No field begins with `_`: PostgreSQL would take a field of the name for the row.
  return { json: `row_to_json(_${row})`, join: ` cross join lateral (select ${columns.join(', ')}) _${row}` }
}

const loggedFields = ({ fields }: CollectionDefinition): FieldDefinition[] => [
  ...systemFieldDefinitions(false),
  ...fields.filter(isStored),
]

function fieldSql(field: FieldDefinition, row: string): string {
  const column = `${row}.${columnOf(field.name)}`
  const value = fieldKinds[field.type].select?.(column, field)
  return value === undefined ? column : `${value} as ${columnOf(field.name)}`
}

/** The first version of the records that are there when history begins. */
export function baselineSql(collection: CollectionDefinition): string {
  const lists = collection.fields.filter(({ type, many }) => type === 'relation' && many)
  const columns = [
    ...loggedFields(collection).map((field) => fieldSql(field, 'n')),
    ...lists.map((field) => `${listSql(linkTableOf(field.id!), 'n."id"')} as ${columnOf(field.name)}`),
  ]
  return `insert into ${keptTable} ${logColumns}
    select '${collectionIdOf(collection)}'::uuid, 'base', n."id", null, (select row_to_json(_x) from (select ${columns.join(', ')}) _x), null
    from ${tableOf(collection.name)} n`
}
