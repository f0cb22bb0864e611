import type { Collection, Field } from './collection.js'
import { idOfField, searchColumnOf } from './names.js'
import { vectorSql } from './search/search-sql.js'

/** A logged image of a record, read as a row of its table. */
export interface ImageRow {
  /** `<expression> as "name"`: every column but `id`, those of searches among them. */
  readonly columns: readonly string[]
  /** What stands behind FROM. */
  readonly from: string
}

/**
 * Images hold records as answers give them, by the names of their fields. `image` is SQL that gives one, by the names of
 * today; a field it does not have is null. Computed fields are what they were.
 */
export function imageRow(collection: Collection, image: string, alias: string): ImageRow {
  const stored = [...collection.fields.values()].filter(({ name, columnType }) => columnType !== '' && name !== 'id')
  const typed = stored.map((field) => `${field.column} ${isPlace(field) ? 'json' : field.columnType}`)
  return {
    columns: [
      ...stored.map((field) => `${columnValue(field, alias)} as ${field.column}`),
      ...stored.filter(({ search }) => search).map((field) => searchColumn(field, collection, alias)),
    ],
    from: `json_to_record(${image}) as ${alias}(${typed.join(', ')})`,
  }
}

const isPlace = ({ definition }: Field): boolean => definition.type === 'geopoint'

function columnValue(field: Field, alias: string): string {
  const column = `${alias}.${field.column}`
  if (!isPlace(field)) return column
  return `case when ${column} is not null then point((${column}->>'lon')::float8, (${column}->>'lat')::float8) end`
}

function searchColumn({ definition, column }: Field, collection: Collection, alias: string): string {
  const words = vectorSql(definition, collection.definition.language, `${alias}.${column}`)
  return `${words} as ${searchColumnOf(idOfField(collection.definition, definition))}`
}
