import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { collectionIdOf, linkTableOf, tableOf } from '../names.js'
import { cause, keepsDeleted, keptTable, logColumns, logTables } from './log-tables.js'

export const listSql = (rows: string, source: string): string =>
  `coalesce((select json_agg(l."target" order by l."position") from ${rows} l where l."source" = ${source}), '[]')`

/** From so many changed links on, a statement is planned for as many as there are. */
const manyLinks = 100

/**
 * A list that changes is a change of its record: unless that was changed in the same transaction already, its version is
 * counted here, which logs it; the list itself is logged beside it, with the version it belongs to, and readers put the two
 * together.
 */
export function logList(
  field: FieldDefinition,
  collection: CollectionDefinition,
  all: readonly CollectionDefinition[],
): string {
  const { changes, deletes: own } = logTables(collection, all)
  const target = all.find(({ name }) => name === field.collection)
  const deletes = target && keepsDeleted(target, all) ? keptTable : own
  const parts = {
    insert: { log: changes, rows: 'new_rows', old: keptLinks(field) },
    update: {
      log: changes,
      rows: '(select "source" from new_rows union select "source" from old_rows)',
      old: `${keptLinks(field)} union all select * from old_rows`,
    },
    delete: {
      log: deletes,
      rows: 'old_rows',
      old: `select * from ${linkTableOf(field.id!)} union all select * from old_rows`,
    },
  }
  const log = (part: LinkChange): string => logChange(field, collection, part)
  return `if tg_op = 'INSERT' then ${log(parts.insert)}
  elsif tg_op = 'DELETE' then ${log(parts.delete)}
  else ${log(parts.update)}
  end if;`
}

/** `rows` name the records whose lists changed, `old` are the links there were, those of other records among them. */
interface LinkChange {
  readonly log: string
  readonly rows: string
  readonly old: string
}

const keptLinks = ({ id }: FieldDefinition): string =>
  `select * from ${linkTableOf(id!)} k where not exists (select from new_rows n where n."source" = k."source" and n."target" = k."target")`

/**
 * Few lists are looked up one by one. Many are put together at once, by a statement that is planned anew each time: a plan
 * that was made for one link would compare all with all.
 */
function logChange(field: FieldDefinition, collection: CollectionDefinition, { log, rows, old }: LinkChange): string {
  const records = tableOf(collection.name)
  const sources = `(select distinct "source" from ${rows} r)`
  const begin = `insert into ${log} ${logColumns} select '${collectionIdOf(collection)}'::uuid, 'list', s."source"`
  const version = `(select p."version" from ${records} p where p."id" = s."source")`
  const after = (list: string): string => `json_build_object('${field.name}', ${list}, 'version', ${version})`
  const before = (list: string): string => `json_build_object('${field.name}', ${list})`
  const links = linkTableOf(field.id!)
  const keys = collection.changeLog === 'keys'
  const few = `${begin}, ${keys ? 'null, null' : `${before(listSql(`(${old})`, 's."source"'))}, ${after(listSql(links, 's."source"'))}`}, ${cause} from ${sources} s`
  const grouped = `select l."source", json_agg(l."target" order by l."position") as list from (${old}) l where l."source" in (select "source" from ${rows} r) group by l."source"`
  const many = `${begin}, ${before(`coalesce(b.list, '[]')`)}, ${after(listSql(links, 's."source"'))}, ${cause} from ${sources} s left join (${grouped}) b on b."source" = s."source"`
  const insert = keys
    ? `${few};`
    : `if (select count(*) from (select from ${rows} r limit ${manyLinks}) x) < ${manyLinks} then
      ${few};
    else
      execute $many$${many}$many$;
    end if;`
  return `
    update ${records} p set "version" = p."version" + 1, "updatedAt" = now() from ${sources} s
      where p."id" = s."source" and case when p."updatedAt" = now()::timestamptz(3) then not holdfast.changed_here(p.xmin) else true end;
    ${insert}`
}
