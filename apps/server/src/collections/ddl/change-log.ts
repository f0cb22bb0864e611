import { createHash } from 'node:crypto'
import type { CollectionDefinition } from '@holdfast/contract'
import { collectionIdOf, linkTableOf, logFunctionOf, tableOf } from '../names.js'
import { columnTypeOf } from './column-sql.js'
import { logList } from './log-lists.js'
import { logRecords } from './log-records.js'

/**
 * What writes the changes of one collection to the log: a function with triggers on its table, and one for each of its link
 * tables. `signature` is equal as long as they need not be made anew.
 */
export interface LogObjects {
  readonly signature: string
  /** That of the signature, which the database remembers: a newer server may log in another way. */
  readonly hash: string
  readonly create: readonly string[]
  readonly drop: readonly string[]
}

/** What a trigger is given: all rows that a statement changed, or one after the other. */
const statementRows = {
  insert: 'referencing new table as new_rows for each statement',
  update: 'referencing old table as old_rows new table as new_rows for each statement',
  delete: 'referencing old table as old_rows for each statement',
} as const

/** Nearly all updates are of one row, where a row trigger costs much less than pairing two tables. */
const recordRows = { ...statementRows, update: 'for each row' } as const

export function logObjectsOf(collection: CollectionDefinition, all: readonly CollectionDefinition[]): LogObjects {
  const table = tableOf(collection.name)
  const id = collectionIdOf(collection)
  const lists = collection.fields.filter(({ type, many }) => type === 'relation' && many)
  const counting = `create trigger count_version before update on ${table} for each row when (new."version" = old."version") execute function holdfast.count_version()`
  const off = collection.changeLog === 'off'
  const logging = off
    ? []
    : [logFunction(id, typesOf(collection) + logRecords(collection, all)), ...logTriggers(table, id, recordRows)]
  const tables = [table, ...lists.map((field) => linkTableOf(field.id!))]
  const listing = off
    ? []
    : lists.flatMap((field) => [
        logFunction(field.id!, logList(field, collection, all)),
        ...logTriggers(linkTableOf(field.id!), field.id!, statementRows),
      ])
  const refusing = off ? [] : tables.map(refuseTruncate)
  const signature = [...logging, ...listing].filter((sql) => sql.startsWith('create function')).join('\n')
  const hash = createHash('sha256').update(signature).digest('hex').slice(0, 16)
  const remembering = `comment on trigger count_version on ${table} is '${hash}'`
  return {
    signature,
    hash,
    create: [counting, ...logging, ...listing, ...refusing, remembering],
    drop: [
      `drop trigger if exists count_version on ${table}`,
      ...tables.map((each) => `drop trigger if exists refuse_truncate on ${each}`),
      ...[id, ...lists.map((field) => field.id!)].map(dropLogFunction),
    ],
  }
}

/**
 * A connection keeps its plans for the rows that a row trigger is given, also when a column gets another type, and fails from
 * then on: the types make it another function, which is planned anew.
 */
const typesOf = ({ fields }: CollectionDefinition): string => `-- ${fields.map(columnTypeOf).join(' ')}\n  `

/** Its triggers go with it. */
const dropLogFunction = (id: string): string => `drop function if exists ${logFunctionOf(id)} cascade`

/** Images hold times and durations as answers do, whatever whoever works with psql has set. */
const logFunction = (id: string, statements: string): string =>
  `create function ${logFunctionOf(id)} returns trigger language plpgsql as $log$
declare
  foreign_style boolean := current_setting('TimeZone') <> 'UTC' or current_setting('IntervalStyle') <> 'iso_8601';
  zone text;
  style text;
begin
  if foreign_style then
    zone := current_setting('TimeZone');
    style := current_setting('IntervalStyle');
    perform set_config('TimeZone', 'UTC', true), set_config('IntervalStyle', 'iso_8601', true);
  end if;
  ${statements}
  if foreign_style then
    perform set_config('TimeZone', zone, true), set_config('IntervalStyle', style, true);
  end if;
  return null;
end
$log$`

const logTriggers = (table: string, id: string, given: Readonly<Record<string, string>>): string[] =>
  Object.entries(given).map(
    ([event, rows]) =>
      `create trigger log_${event} after ${event} on ${table} ${rows} execute function ${logFunctionOf(id)}`,
  )

/** No trigger is told which rows a TRUNCATE takes: it would leave a hole in the log that nobody sees. */
const refuseTruncate = (table: string): string =>
  `create trigger refuse_truncate before truncate on ${table} for each statement execute function holdfast.refuse_truncate()`
