import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { fieldKinds } from '../fields/index.js'
import { collectionIdOf, columnOf, linkTableOf, tableOf } from '../names.js'
import { systemFieldDefinitions } from '../system-fields.js'
import { isStored } from './column-sql.js'
import { listSql } from './log-lists.js'
import { cause, keepsVersions, logColumns, logTables, undoneRelations } from './log-tables.js'

/**
 * One changed row, as nearly all statements change, is paired without a join. Many are paired by their place in the two
 * tables, which PostgreSQL fills side by side: an id may be in them more than once, where a cascade changes a row twice.
 * A full join cannot become a loop in a loop, even by a plan that was made for one row. Statements for the block `logging`.
 */
export function logRecords(collection: CollectionDefinition, all: readonly CollectionDefinition[]): string {
  const id = `'${collectionIdOf(collection)}'::uuid`
  const [before, after] = [imageOf(collection, 'o'), imageOf(collection, 'n')]
  const { changes, deletes } = logTables(collection, all)
  const logUpdates = (table: string): string => `insert into ${table} ${logColumns}
      select ${id}, e.action, e.record, case when e.action <> 'create' then ${before.json} end,
        case when e.action <> 'delete' then ${after.json} end, ${cause}
      from ${pairs}${before.join}${after.join}
      cross join lateral (
        select 'update' as action, n."id" as record where o."id" = n."id"
        union all select 'delete', o."id" where o."id" <> n."id"
        union all select 'create', n."id" where o."id" <> n."id") e
      order by n."_at";`
  return `if tg_op = 'INSERT' then
    insert into ${changes} ${logColumns} select ${id}, 'create', n."id", null, ${after.json}, ${cause} from new_rows n${after.join};
  elsif tg_op = 'DELETE' then
    insert into ${deletes} ${logColumns} select ${id}, 'delete', o."id", ${before.json}, null, ${cause} from old_rows o${before.join};
  else
    ${keepUndone(collection, all, logUpdates)}if (select count(*) from (select from new_rows limit 2) x) = 1 then
      insert into ${changes} ${logColumns} select ${id}, 'update', n."id", ${before.json}, ${after.json}, ${cause}
        from old_rows o cross join new_rows n${before.join}${after.join} where o."id" = n."id";
      if found then exit logging; end if;
    end if;
    ${logUpdates(changes)}
  end if;`
}

const numbered = (rows: string): string => `(select row_number() over () as "_at", r.* from ${rows} r)`
const pairs = `${numbered('old_rows')} o full join ${numbered('new_rows')} n on o."_at" = n."_at"`

/** That a delete set a relation to null is kept as long as the delete, where changes of the collection itself are not. */
function keepUndone(
  collection: CollectionDefinition,
  all: readonly CollectionDefinition[],
  logUpdates: (table: string) => string,
): string {
  const relations = keepsVersions(collection) ? [] : undoneRelations(collection, all).map(({ name }) => columnOf(name))
  if (relations.length === 0) return ''
  const columns = relations.map((column, at) => `o.${column} as o${at}, n.${column} as n${at}`)
  const emptied = relations.map((_, at) => `r.o${at} is not null and r.n${at} is null`).join(' or ')
  // (Behind `offset 0` the full join stays one.)
  return `if exists (select from (select ${columns.join(', ')} from ${pairs} offset 0) r where ${emptied}) then
      ${logUpdates('holdfast.changes_kept')}
      exit logging;
    end if;
    `
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
  return `insert into holdfast.changes_kept ${logColumns}
    select '${collectionIdOf(collection)}'::uuid, 'base', n."id", null, (select row_to_json(_x) from (select ${columns.join(', ')}) _x), null
    from ${tableOf(collection.name)} n`
}
