import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import type { FieldContent } from '../fields/input-props'

/** A record as the API answers it. What the reader may not see is absent. */
export interface StoredRecord {
  readonly id: string
  readonly version?: number
  readonly createdAt?: string
  readonly updatedAt?: string
  readonly createdBy?: string | null
  readonly [field: string]: FieldContent
}

export type Changes = { readonly [field: string]: FieldContent }

/** Values are JSON, so their text tells whether they are the same; the order of keys is the server's on both sides. */
export const isSame = (a: FieldContent, b: FieldContent): boolean =>
  a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Why a field of a record cannot be written by anybody; undefined where it can. */
export function fixedBecause(field: FieldDefinition, isNew: boolean): string | undefined {
  if (field.type === 'computed') return `Computed: ${field.expression}`
  if (field.immutable && !isNew) return 'Set when the record was made, and never changed after'
  return undefined
}

/** What a copy begins with: all that may be written, and no value that nobody else may have. */
export function copyValues({ fields, indexes = [] }: CollectionDefinition, record: StoredRecord): Changes {
  const single = new Set(indexes.filter(({ unique }) => unique).flatMap((index) => index.fields))
  const copied = fields.filter(({ name, type, unique }) => type !== 'computed' && !unique && !single.has(name))
  return Object.fromEntries(copied.flatMap(({ name }) => (record[name] == null ? [] : [[name, record[name]]])))
}
