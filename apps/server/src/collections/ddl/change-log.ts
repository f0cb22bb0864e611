import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { fieldKinds } from '../fields/index.js'
import { collectionIdOf, columnOf, linkTableOf, logFunctionOf, tableOf } from '../names.js'
import { systemFieldDefinitions } from '../system-fields.js'
import { isStored } from './column-sql.js'

/**
 * What writes the changes of one collection to the log: a function with triggers on its table, and one for each of its link
 * tables. `signature` is equal as long as they need not be made anew.
 */
export interface LogObjects {
  readonly signature: string
  readonly create: readonly string[]
  readonly drop: readonly string[]
}

const transitions = {
  insert: 'new table as new_rows',
  update: 'old table as old_rows new table as new_rows',
  delete: 'old table as old_rows',
} as const

export function logObjectsOf(collection: CollectionDefinition, all: readonly CollectionDefinition[]): LogObjects {
  const table = tableOf(collection.name)
  const id = collectionIdOf(collection)
  const lists = collection.fields.filter(({ type, many }) => type === 'relation' && many)
  const counting = `create trigger count_version before update on ${table} for each row when (new."version" = old."version") execute function holdfast.count_version()`
  const off = collection.changeLog === 'off'
  const logging = off ? [] : [logFunction(id, logBody(collection, all)), ...logTriggers(table, id)]
  const listing = off
    ? []
    : lists.flatMap((field) => [
        logFunction(field.id!, listBody(field, collection, all)),
        ...logTriggers(linkTableOf(field.id!), field.id!),
      ])
  const create = [counting, ...logging, ...listing]
  return {
    signature: create.filter((sql) => sql.startsWith('create function')).join('\n'),
    create,
    drop: [
      `drop trigger if exists count_version on ${table}`,
      ...[id, ...lists.map((field) => field.id!)].map(dropLogFunction),
    ],
  }
}

/** Its triggers go with it. */
export const dropLogFunction = (id: string): string => `drop function if exists ${logFunctionOf(id)} cascade`

const logFunction = (id: string, body: string): string =>
  `create function ${logFunctionOf(id)} returns trigger language plpgsql as $log$\n${body}\n$log$`

const logTriggers = (table: string, id: string): string[] =>
  Object.entries(transitions).map(
    ([event, tables]) =>
      `create trigger log_${event} after ${event} on ${table} referencing ${tables} for each statement execute function ${logFunctionOf(id)}`,
  )

/** Versions are kept with history; a delete also where a restore brings the record back, with what it took along. */
const keepsVersions = ({ history }: CollectionDefinition): boolean => Boolean(history)

const keepsDeleted = (collection: CollectionDefinition, all: readonly CollectionDefinition[]): boolean =>
  keepsVersions(collection) || reachesTrash(collection, all)

/** Deleted records of it go to a trash: its own, or with the record they belong to. */
export function reachesTrash(collection: CollectionDefinition, all: readonly CollectionDefinition[]): boolean {
  const seen = new Set<string>()
  const reach = ({ name, trash, fields }: CollectionDefinition): boolean => {
    if (trash) return true
    if (seen.has(name)) return false
    seen.add(name)
    return fields.some(({ collection: target, onDelete }) => {
      const owner = onDelete === 'cascade' ? all.find((other) => other.name === target) : undefined
      return owner !== undefined && reach(owner)
    })
  }
  return reach(collection)
}

/** Relations that are set to null by deletes that can be undone: a restore sets them again. */
const undoneRelations = (
  { fields }: CollectionDefinition,
  all: readonly CollectionDefinition[],
): readonly FieldDefinition[] =>
  fields.filter(({ type, many, required, onDelete = required ? 'restrict' : 'setNull', collection }) => {
    const target = type === 'relation' && !many && onDelete === 'setNull' && all.find(({ name }) => name === collection)
    return target && keepsDeleted(target, all)
  })

/** Where changes, and where deletes, of a collection are logged. */
const logTables = (collection: CollectionDefinition, all: readonly CollectionDefinition[]) => ({
  changes: keepsVersions(collection) ? 'holdfast.changes_kept' : 'holdfast.changes_head',
  deletes: keepsDeleted(collection, all) ? 'holdfast.changes_kept' : 'holdfast.changes_head',
})

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

// ── the table of records ─────────────────────────────────────────────────────────────────────────────────────────────

const logColumns = '(collection, action, record, before, after, cause)'
const cause = `current_setting('holdfast.cause', true)`

/** One changed row, as nearly all statements change, is paired without a join. */
function logBody(collection: CollectionDefinition, all: readonly CollectionDefinition[]): string {
  const id = `'${collectionIdOf(collection)}'::uuid`
  const image = imageSql(collection)
  const { changes, deletes } = logTables(collection, all)
  return `begin
  if tg_op = 'INSERT' then
    insert into ${changes} ${logColumns} select ${id}, 'create', n."id", null, ${image('n')}, ${cause} from new_rows n;
  elsif tg_op = 'DELETE' then
    insert into ${deletes} ${logColumns} select ${id}, 'delete', o."id", ${image('o')}, null, ${cause} from old_rows o;
  else
    ${keepUndone(collection, all, id, image)}if (select count(*) from (select from new_rows limit 2) x) = 1 then
      insert into ${changes} ${logColumns} select ${id}, 'update', n."id", ${image('o')}, ${image('n')}, ${cause}
        from old_rows o, new_rows n where o."id" = n."id";
      if found then return null; end if;
    end if;
    ${logUpdates(changes, id, image)}
  end if;
  return null;
end`
}

const logUpdates = (
  table: string,
  id: string,
  image: (row: string) => string,
): string => `insert into ${table} ${logColumns}
      select ${id}, case when o."id" is null then 'create' when n."id" is null then 'delete' else 'update' end,
        coalesce(n."id", o."id"), case when o."id" is not null then ${image('o')} end,
        case when n."id" is not null then ${image('n')} end, ${cause}
      from old_rows o full join new_rows n on o."id" = n."id";`

/** That a delete set a relation to null is kept as long as the delete, where changes of the collection itself are not. */
function keepUndone(
  collection: CollectionDefinition,
  all: readonly CollectionDefinition[],
  id: string,
  image: (row: string) => string,
): string {
  const relations = keepsVersions(collection) ? [] : undoneRelations(collection, all).map(({ name }) => columnOf(name))
  if (relations.length === 0) return ''
  const emptied = relations.map((column) => `o.${column} is not null and n.${column} is null`).join(' or ')
  return `if exists (select from old_rows o join new_rows n on o."id" = n."id" where ${emptied}) then
      ${logUpdates('holdfast.changes_kept', id, image)}
      return null;
    end if;
    `
}

/** The record as answers give it, by the names of its fields; lists are logged for themselves. */
function imageSql(collection: CollectionDefinition): (row: string) => string {
  if (collection.changeLog === 'keys') return () => 'null::json'
  const fields = loggedFields(collection)
  // No field begins with `_`: PostgreSQL would take a field of the name for the row.
  return (row) => `(select row_to_json(_x) from (select ${fields.map((field) => fieldSql(field, row)).join(', ')}) _x)`
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

// ── link tables ──────────────────────────────────────────────────────────────────────────────────────────────────────

const listSql = (rows: string, source: string): string =>
  `coalesce((select json_agg(l."target" order by l."position") from ${rows} l where l."source" = ${source}), '[]')`

/**
 * A list that changes is a change of its record: unless that was changed in the same transaction already, its version is
 * counted here, which logs it; the list itself is logged beside it, and readers put the two together.
 */
function listBody(
  field: FieldDefinition,
  collection: CollectionDefinition,
  all: readonly CollectionDefinition[],
): string {
  const { changes, deletes: own } = logTables(collection, all)
  const target = all.find(({ name }) => name === field.collection)
  const deletes = target && keepsDeleted(target, all) ? 'holdfast.changes_kept' : own
  const links = linkTableOf(field.id!)
  const list = (rows: string): string => `json_build_object('${field.name}', ${listSql(rows, 's."source"')})`
  const others = `select * from ${links} k where not exists (select from new_rows n where n."source" = k."source" and n."target" = k."target")`
  const before = {
    insert: list(`(${others})`),
    update: list(`(${others} union all select * from old_rows)`),
    delete: list(`(select * from ${links} union all select * from old_rows)`),
  }
  const images = collection.changeLog !== 'keys'
  const log = (kept: string, rows: string, old: string): string => `
    update ${tableOf(collection.name)} p set "version" = p."version" + 1, "updatedAt" = now()
      from (select distinct "source" from ${rows}) s where p."id" = s."source" and p."updatedAt" <> now()::timestamptz(3);
    insert into ${kept} ${logColumns}
      select '${collectionIdOf(collection)}'::uuid, 'list', s."source", ${images ? old : 'null'}, ${images ? list(links) : 'null'}, ${cause}
      from (select distinct "source" from ${rows}) s;`
  return `begin
  if tg_op = 'INSERT' then ${log(changes, 'new_rows', before.insert)}
  elsif tg_op = 'DELETE' then ${log(deletes, 'old_rows', before.delete)}
  else ${log(changes, '(select "source" from new_rows union select "source" from old_rows) r', before.update)}
  end if;
  return null;
end`
}
