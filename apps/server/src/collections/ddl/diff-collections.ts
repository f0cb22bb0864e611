import type { CollectionDefinition } from '@holdfast/contract'
import { columnOf, primaryKeyName, tableOf } from '../names.js'
import type { Features } from '../search/features.js'
import type { Change } from './change.js'
import { columnSql, isStored, systemColumns } from './column-sql.js'
import { createChangeLog, diffChangeLog, logRemainders, noteChangedImages } from './diff-change-log.js'
import { diffFields } from './diff-fields.js'
import { createMembers, diffMembers, dropMembers } from './diff-members.js'
import { diffObjects } from './diff-objects.js'
import { createSearch, diffSearch } from './diff-search.js'
import { Phases } from './phases.js'
import { renameSteps } from './rename-steps.js'
import { type DdlStep, records } from './step.js'
import { createLinkTable, dropLinkTable, foreignKeysOf, indexesOf } from './table-objects.js'

type Definitions = readonly CollectionDefinition[]

/**
 * What must happen to the database to get from one set of checked definitions to another, in the order it can happen.
 * Collections and fields are the same when their ids are. Pure: what data would be lost is counted later; `features` say
 * what the database can do.
 */
export function diffCollections(current: Definitions, wanted: Definitions, features: Features = {}): DdlStep[] {
  const phases = new Phases()
  const pairs = wanted.map((next) => ({ next, before: current.find(({ id }) => id === next.id) }))
  dropTables(current, wanted, phases)
  renameTables(pairs, phases)
  for (const { next, before } of pairs)
    if (!before) createTable(next, wanted, features, phases)
    else {
      const change = { before, next, current, wanted, table: tableOf(before.name) }
      if (JSON.stringify(before) !== JSON.stringify(next)) changeTable(change, features, phases)
      diffChangeLog(change, phases)
    }
  return phases.inOrder()
}

function dropTables(current: Definitions, wanted: Definitions, phases: Phases): void {
  const dropped = current.filter(({ id }) => !wanted.some((next) => next.id === id))
  for (const collection of dropped) {
    const { name } = collection
    if (collection.members) dropMembers(collection, false, phases)
    const base = { collection: name, lock: 'ACCESS EXCLUSIVE', table: tableOf(name) } as const
    const links = collection.fields.filter(({ type, many }) => type === 'relation' && many)
    const keys = foreignKeysOf(collection, current).filter(({ field }) =>
      dropped.some((other) => other.name === field?.collection),
    )
    const ties = [...links.map(dropLinkTable), ...keys.map(({ drop }) => drop)]
    if (ties.length > 0)
      phases.add('unlink', { ...base, kind: 'dropRelations', description: `Drop the relations of ${name}`, sql: ties })
    phases.add('dropTables', {
      ...base,
      kind: 'dropTable',
      description: `Drop collection ${name}`,
      sql: [`drop table ${tableOf(name)}`, ...logRemainders(collection)],
      loss: {
        sql: `select count(*) from ${tableOf(name)}`,
        describe: (count) => records(count, 'is deleted', 'are deleted'),
      },
    })
  }
}

function renameTables(
  pairs: readonly { next: CollectionDefinition; before: CollectionDefinition | undefined }[],
  phases: Phases,
): void {
  const renames = pairs.flatMap(({ next, before }) =>
    before && before.name !== next.name ? [{ id: next.id!, from: before.name, to: next.name, table: before.name }] : [],
  )
  const steps = renameSteps(renames, ({ id, from, to }) => ({
    kind: 'renameTable',
    collection: pairs.find(({ next }) => next.id === id)!.next.name,
    description: `Rename collection ${from} to ${to}`,
    sql: [`alter table ${tableOf(from)} rename to ${columnOf(to)}`],
    lock: 'ACCESS EXCLUSIVE',
    table: tableOf(renames.find((rename) => rename.id === id)!.table),
  }))
  phases.add('rename', ...steps)
}

function createTable(collection: CollectionDefinition, all: Definitions, features: Features, phases: Phases): void {
  const { name, id } = collection
  const columns = collection.fields.filter(isStored).map((field) => columnSql(field, collection))
  const primaryKey = `constraint "${primaryKeyName(id!)}" primary key ("id")`
  phases.add('createTables', {
    kind: 'createTable',
    collection: name,
    description: `Create collection ${name}`,
    sql: [`create table ${tableOf(name)} (${[...systemColumns, ...columns, primaryKey].join(', ')})`],
    lock: 'NONE',
  })
  for (const field of collection.fields.filter(({ many }) => many))
    phases.add('link', {
      kind: 'createLinkTable',
      collection: name,
      field: field.name,
      description: `Create the list ${name}.${field.name}`,
      sql: createLinkTable(field, collection),
      lock: 'SHARE ROW EXCLUSIVE',
    })
  for (const object of foreignKeysOf(collection, all))
    phases.add('link', {
      kind: 'addForeignKey',
      collection: name,
      field: object.field!.name,
      description: `Create the ${object.description}`,
      sql: [object.create],
      lock: 'SHARE ROW EXCLUSIVE',
    })
  for (const object of indexesOf(collection, features))
    phases.add('addIndexes', {
      kind: 'createIndex',
      collection: name,
      field: object.field?.name,
      description: `Create the ${object.description}`,
      sql: [object.create],
      lock: 'NONE',
    })
  if (collection.members) createMembers(collection, phases)
  createSearch(collection, features, phases)
  createChangeLog(collection, all, phases)
}

function changeTable(change: Change, features: Features, phases: Phases): void {
  const { before, next } = change
  const changedBefore = phases.inOrder().length
  const { gone, rebuilt } = diffFields(change, phases)
  diffObjects(change, gone, rebuilt, features, phases)
  diffMembers(change, phases)
  diffSearch(change, new Set([...gone, ...rebuilt]), features, phases)
  noteChangedImages(change, gone, rebuilt, phases)
  const base = { collection: next.name, sql: [], lock: 'NONE', table: change.table } as const
  if (JSON.stringify(before.rules) !== JSON.stringify(next.rules))
    phases.add('rules', { ...base, kind: 'updateRules', description: `Replace the rules of ${next.name}` })
  else if (phases.inOrder().length === changedBefore)
    phases.add('rules', { ...base, kind: 'updateDefinition', description: describeUpdate(before, next) })
}

/** Validations are for what will be written: nothing reads the records there are. */
function describeUpdate(before: CollectionDefinition, next: CollectionDefinition): string {
  const validations = ({ fields }: CollectionDefinition): string =>
    JSON.stringify(fields.map(({ validate }) => validate))
  const note = validations(before) === validations(next) ? '' : ': records that are there are checked when they change'
  return `Update the definition of ${next.name}${note}`
}
