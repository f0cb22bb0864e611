import type { Collection, Field, Schema } from '../collections/index.js'

/** The collection of users, whose records are people: they are never deleted by a restore. */
export const usersName = 'users'

/** A table of records as a backup reads and writes it. All names come from the schema of this server. */
export interface BackupTable {
  readonly collection: Collection
  /** The relation with `many` whose list it is. */
  readonly list?: Field
  readonly table: string
  readonly columns: readonly BackupColumn[]
}

export interface BackupColumn {
  /** Of the field, which stands in the file. */
  readonly name: string
  readonly sql: string
  readonly type: string
  /** Whether its values are ids of users. */
  readonly ofUsers: boolean
}

/** Fields with a column of their own; what is computed is computed again. */
const isStored = (field: Field): boolean => field.column !== '' && field.definition.type !== 'computed'

const leadsToUsers = ({ relation }: Field): boolean => relation?.target().name === usersName

/** The table of a collection, and those of its lists. */
export function tablesOf(collection: Collection): BackupTable[] {
  const isUsers = collection.name === usersName
  const fields = [...collection.fields.values()]
  const columns = fields.filter(isStored).map((field) => {
    const { name, column, columnType } = field
    return { name, sql: column, type: columnType, ofUsers: leadsToUsers(field) || (isUsers && name === 'id') }
  })
  const lists = fields.flatMap((list) =>
    list.relation?.kind === 'many'
      ? [{ collection, list, table: list.relation.linkTable, columns: listColumns(isUsers, leadsToUsers(list)) }]
      : [],
  )
  return [{ collection, table: collection.table, columns }, ...lists]
}

const listColumns = (fromUsers: boolean, toUsers: boolean): readonly BackupColumn[] => [
  { name: 'source', sql: '"source"', type: 'uuid', ofUsers: fromUsers },
  { name: 'target', sql: '"target"', type: 'uuid', ofUsers: toUsers },
  { name: 'position', sql: '"position"', type: 'integer', ofUsers: false },
]

export const allTables = (schema: Schema): BackupTable[] => [...schema.collections.values()].flatMap(tablesOf)
