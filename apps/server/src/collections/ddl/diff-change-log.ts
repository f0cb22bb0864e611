import type { CollectionDefinition } from '@holdfast/contract'
import { quoteLiteral } from '../../lib/index.js'
import { collectionIdOf } from '../names.js'
import type { Change } from './change.js'
import { logObjectsOf } from './change-log.js'
import { forgetAll, forgetKept } from './forget-kept.js'
import { baselineSql } from './log-records.js'
import type { Phases } from './phases.js'

type Definitions = readonly CollectionDefinition[]

/** Logs the changes of a new collection. */
export function createChangeLog(collection: CollectionDefinition, all: Definitions, phases: Phases): void {
  phases.add('log', {
    kind: 'createChangeLog',
    collection: collection.name,
    description: `Log the changes of ${collection.name}`,
    sql: logObjectsOf(collection, all).create,
    lock: 'NONE',
    internal: true,
  })
}

/**
 * What logs changes names columns, so it goes before they change and comes back after. Whether deletes are kept depends on
 * other collections too: `next` may be equal to `before`.
 */
export function diffChangeLog(change: Change, phases: Phases): void {
  const { before, next, current, wanted, table } = change
  forgetKept(change, phases)
  const old = logObjectsOf(before, current)
  const log = logObjectsOf(next, wanted)
  if (old.signature === log.signature) return
  const step = { collection: next.name, lock: 'ACCESS EXCLUSIVE', table, internal: true } as const
  phases.add('unlog', {
    ...step,
    kind: 'dropChangeLog',
    description: `Stop logging the changes of ${before.name}`,
    sql: old.drop,
  })
  phases.add('log', {
    ...step,
    kind: 'createChangeLog',
    description: `Log the changes of ${next.name}`,
    sql: log.create,
  })
  if (next.history && !before.history)
    phases.add('log', {
      ...step,
      kind: 'beginHistory',
      description: `Keep the records of ${next.name} as their first versions`,
      sql: [baselineSql(next)],
      internal: false,
    })
}

/**
 * Images in the log keep the names they were written with: notes what these mean from now on. Values that became something
 * else, of another type, are no longer those of the field.
 */
export function noteChangedImages(
  { before, next, table }: Change,
  gone: ReadonlySet<string>,
  rebuilt: ReadonlySet<string>,
  phases: Phases,
): void {
  const changed = before.fields.flatMap(({ id, name }) => {
    const now = gone.has(id!) || rebuilt.has(id!) ? undefined : next.fields.find((field) => field.id === id)
    return now?.name === name ? [] : [`(${quoteLiteral(name)}, ${now ? quoteLiteral(now.name) : 'null'})`]
  })
  if (changed.length === 0) return
  phases.add('log', {
    kind: 'noteChangedFields',
    collection: next.name,
    description: `Note in the change log what fields of ${next.name} are called now`,
    sql: [
      `insert into holdfast.changed_images select '${collectionIdOf(next)}', p, was, is_now from (select nextval('holdfast.changes_position') p) x, (values ${changed.join(', ')}) v(was, is_now)`,
    ],
    lock: 'ACCESS EXCLUSIVE',
    table,
    internal: true,
  })
}

/** What is left of the log when the table is dropped. */
export const logRemainders = (collection: CollectionDefinition): readonly string[] => [
  ...logObjectsOf(collection, []).drop.filter((sql) => sql.startsWith('drop function')),
  ...(collection.history || collection.trash ? forgetAll(collection) : []),
]
