import type { CollectionDefinition } from '@holdfast/contract'
import { tableOf } from '../names.js'
import type { Features } from '../search/features.js'
import type { Change } from './change.js'
import type { Phases } from './phases.js'
import { type SearchObject, searchObjectsOf } from './search-objects.js'

/** What makes the fields of a new collection searchable. */
export function createSearch(collection: CollectionDefinition, features: Features, phases: Phases): void {
  for (const object of searchObjectsOf(collection, features))
    phases.add('addIndexes', {
      kind: 'createSearch',
      collection: collection.name,
      field: object.field.name,
      description: `Make ${collection.name}.${object.field.name} searchable (${object.description})`,
      sql: object.create,
      lock: 'NONE',
    })
}

/**
 * Fields that become searchable or no longer are, and those whose words are other ones: in another language, with another
 * weight, or of a column that changes (`touched`). The words lean on the column, so they go before it and come after it.
 */
export function diffSearch(change: Change, touched: ReadonlySet<string>, features: Features, phases: Phases): void {
  const before = searchObjectsOf(change.before, features)
  const next = searchObjectsOf(change.next, features)
  const isKept = (object: SearchObject, others: readonly SearchObject[]): boolean =>
    !touched.has(object.field.id!) &&
    others.some(({ field, signature }) => field.id === object.field.id && signature === object.signature)
  for (const object of before) if (!isKept(object, next)) dropSearch(object, next, change, phases)
  for (const object of next) if (!isKept(object, before)) addSearch(object, change, phases)
}

function dropSearch(object: SearchObject, next: readonly SearchObject[], change: Change, phases: Phases): void {
  const { name } = object.field
  const again = next.some(({ field }) => field.id === object.field.id)
  phases.add('dropComputed', {
    kind: 'dropSearch',
    collection: change.next.name,
    field: name,
    description: `${again ? 'Rebuild the search of' : 'Stop searching'} ${change.next.name}.${name}`,
    sql: object.drop,
    lock: 'ACCESS EXCLUSIVE',
    table: tableOf(change.before.name),
  })
}

function addSearch(object: SearchObject, change: Change, phases: Phases): void {
  const { name } = object.field
  phases.add('addIndexes', {
    kind: 'createSearch',
    collection: change.next.name,
    field: name,
    description: `Make ${change.next.name}.${name} searchable (${object.description})`,
    sql: object.create,
    lock: 'ACCESS EXCLUSIVE',
    table: change.table,
  })
}
