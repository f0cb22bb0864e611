import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'

export const logColumns = '(collection, action, record, before, after, cause)'
/** What is written here stays as long as history and trash say. */
export const keptTable = 'holdfast.changes_kept'
/** Noted by the statement that changes; see `noteCause`. */
export const cause = `current_setting('holdfast.cause', true)`

/** Versions are kept with history; a delete also where a restore brings the record back, with what it took along. */
export const keepsVersions = ({ history }: CollectionDefinition): boolean => Boolean(history)

export const keepsDeleted = (collection: CollectionDefinition, all: readonly CollectionDefinition[]): boolean =>
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
export const undoneRelations = (
  { fields }: CollectionDefinition,
  all: readonly CollectionDefinition[],
): readonly FieldDefinition[] =>
  fields.filter(({ type, many, required, onDelete = required ? 'restrict' : 'setNull', collection }) => {
    const target = type === 'relation' && !many && onDelete === 'setNull' && all.find(({ name }) => name === collection)
    return target && keepsDeleted(target, all)
  })

/** Where changes, and where deletes, of a collection are logged. */
export const logTables = (collection: CollectionDefinition, all: readonly CollectionDefinition[]) => ({
  changes: keepsVersions(collection) ? keptTable : 'holdfast.changes_head',
  deletes: keepsDeleted(collection, all) ? keptTable : 'holdfast.changes_head',
})
