import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'

/** Where the values of a column go. */
export interface ColumnMapping {
  readonly column: string
  /** Undefined: they are not imported. */
  readonly field?: string | undefined
  /** Of a relation: the unique field of the related record that they name. Undefined: its id. */
  readonly lookup?: string | undefined
}

/** Everything one can choose about an import. */
export interface ImportSettings {
  readonly columns: readonly ColumnMapping[]
  /** What an empty cell means. */
  readonly empty: 'null' | 'keep'
  /** Fields by which records that are there are found and changed. Undefined: every row is a new record. */
  readonly key?: string | undefined
}

/** Letters and digits alone: `Zip code` is `zip_code` and `zipCode`. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Fields that an import can fill; the id too, so that an export can be read back. */
export const importableFields = ({ fields }: CollectionDefinition): FieldDefinition[] => [
  { name: 'id', type: 'uuid' },
  ...fields.filter(({ type }) => type !== 'computed'),
]

/** Columns go to the fields of their names. */
export function guessMapping(columns: readonly string[], collection: CollectionDefinition): ColumnMapping[] {
  const free = new Map(importableFields(collection).map(({ name }) => [plain(name), name]))
  return columns.map((column) => {
    const field = free.get(plain(column))
    if (field !== undefined) free.delete(plain(column))
    return { column, field }
  })
}

/** Unique fields and indexes whose fields are filled: what records can be found by. */
export function possibleKeys(collection: CollectionDefinition, columns: readonly ColumnMapping[]): string[] {
  const filled = new Set(columns.map(({ field }) => field))
  const fields = importableFields(collection).filter(({ name, unique }) => name === 'id' || unique)
  const indexes = (collection.indexes ?? []).filter(({ unique }) => unique).map(({ fields: names }) => names)
  return [...fields.map(({ name }) => [name]), ...indexes]
    .filter((names) => names.every((name) => filled.has(name)))
    .map((names) => names.join(','))
}

/** Fields that a new record must have and no column fills. */
export const missingFields = (collection: CollectionDefinition, columns: readonly ColumnMapping[]): string[] =>
  collection.fields
    .filter(({ required, default: given, type, name }) => {
      const isGiven = given !== undefined || type === 'computed' || type === 'slug'
      return required && !isGiven && !columns.some(({ field }) => field === name)
    })
    .map(({ name }) => name)
