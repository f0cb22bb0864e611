import type { Collection, Field } from './collection.js'
import { defaultSql, generatedSql } from './ddl/column-sql.js'

/** What PostgreSQL gives the columns of every record. */
const systemDefaults: Readonly<Record<string, string>> = {
  id: 'gen_random_uuid()',
  createdAt: 'now()::timestamptz(3)',
  updatedAt: 'now()::timestamptz(3)',
  version: '1',
}

const isComputed = ({ definition }: Field): boolean => definition.type === 'computed'

/** Names of the columns of a record, quoted, those of computed fields last. */
export const storedColumns = ({ fields }: Collection): string[] => {
  const stored = [...fields.values()].filter(({ column }) => column !== '')
  return [...stored.filter((field) => !isComputed(field)), ...stored.filter(isComputed)].map(({ column }) => column)
}

/**
 * `select …` of a record that is nowhere stored, in the order of {@link storedColumns}: columns that are `given` as SQL, the
 * others as they are in the record whose id is `base`, or by their defaults. Computed columns follow from these.
 */
export function draftRow(collection: Collection, given: ReadonlyMap<string, string>, base: string | undefined): string {
  const stored = [...collection.fields.values()].filter(({ column }) => column !== '')
  const columns = stored
    .filter((field) => !isComputed(field))
    .map((field) => `${columnValue(field, given, base !== undefined)} as ${field.column}`)
  const computed = stored
    .filter(isComputed)
    .map(
      (field) => `, (${generatedSql(field.definition, collection.definition)})::${field.columnType} as ${field.column}`,
    )
  const from = base === undefined ? '' : ` from ${collection.table} b where b."id" = ${base}`
  return `select d.*${computed.join('')} from (select ${columns.join(', ')}${from}) d`
}

/** The default of a field as SQL; undefined where there is none. */
export const fieldDefault = ({ definition }: Field): string | undefined => defaultSql(definition)

function columnValue(field: Field, given: ReadonlyMap<string, string>, hasBase: boolean): string {
  const value = given.get(field.name)
  if (value !== undefined) return value
  if (hasBase) return `b.${field.column}`
  return systemDefaults[field.name] ?? defaultSql(field.definition) ?? `null::${field.columnType}`
}
