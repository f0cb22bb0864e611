import type { CollectionDefinition, FieldDefinition, FieldTypeName, IndexDefinition } from '@holdfast/contract'
import { fitting } from '../fields/field-keys'

/** A field while it is edited. */
export interface DraftField {
  /** Stays the same through renames and moves. */
  readonly key: string
  readonly field: FieldDefinition
  /** The name that indexes and other parts of the definition use for it. */
  readonly knownAs: string
  readonly removed?: boolean
}

export interface DraftIndex {
  readonly key: string
  readonly index: IndexDefinition
}

/** Everything of a collection but its fields and indexes. */
export type DraftOptions = Omit<CollectionDefinition, 'fields' | 'indexes'>

/** A collection as somebody edits it, before it is applied. */
export interface Draft {
  readonly options: DraftOptions
  readonly fields: readonly DraftField[]
  readonly indexes: readonly DraftIndex[]
}

let made = 0

/** A key nobody has yet, in this tab. */
export const newKey = (): string => `new-${Date.now().toString(36)}-${made++}`

export const blankCollection: CollectionDefinition = { name: '', fields: [] }

export function toDraft({ fields, indexes = [], ...options }: CollectionDefinition): Draft {
  const isFirst = (id: string | undefined, index: number): boolean =>
    fields.findIndex((field) => field.id === id) === index
  return {
    options,
    fields: fields.map((field, index) => ({
      key: field.id !== undefined && isFirst(field.id, index) ? field.id : newKey(),
      field,
      knownAs: field.name,
    })),
    indexes: indexes.map((index) => ({ key: newKey(), index })),
  }
}

export const liveFields = ({ fields }: Draft): readonly DraftField[] => fields.filter(({ removed }) => !removed)

/** Indexes that still stand: one goes with a field of it. */
export function liveIndexes(draft: Draft): readonly DraftIndex[] {
  const live = new Set(liveFields(draft).map(({ knownAs }) => knownAs))
  const gone = new Set(draft.fields.flatMap(({ removed, knownAs }) => (removed && !live.has(knownAs) ? [knownAs] : [])))
  return draft.indexes.filter(({ index }) => !index.fields.some((name) => gone.has(nameInIndex(name))))
}

export const nameInIndex = (text: string): string => text.replace(/^-/, '')

/** The definition a draft stands for, as the server takes it. */
export function toDefinition(draft: Draft): CollectionDefinition {
  const indexes = liveIndexes(draft).map(({ index: { fields, unique } }) => ({ fields, ...(unique && { unique }) }))
  const options = Object.entries(draft.options).filter(
    ([, value]) => value !== undefined && value !== '' && value !== false,
  )
  const { rules, ...rest } = Object.fromEntries(options) as Partial<DraftOptions>
  return {
    ...rest,
    name: draft.options.name,
    fields: liveFields(draft).map(({ field }) => fitting(field)),
    ...(indexes.length > 0 && { indexes }),
    ...(rules && rules.length > 0 && { rules }),
  }
}

/** A draft made from a definition, in which the fields it leaves out are marked as deleted. */
export function markMissing(draft: Draft, base: CollectionDefinition): Draft {
  const ids = new Set(draft.fields.map(({ field: { id } }) => id))
  const names = new Set(draft.fields.filter(({ field: { id } }) => id === undefined).map(({ field: { name } }) => name))
  const missing = toDraft(base).fields.filter(({ field: { id, name } }) => !ids.has(id) && !names.has(name))
  return { ...draft, fields: [...draft.fields, ...missing.map((field) => ({ ...field, removed: true }))] }
}

/** The same text for definitions that say the same. */
export const canonical = (definition: CollectionDefinition): string =>
  JSON.stringify(toDefinition(toDraft(definition)), sortKeys)

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : value

/** What every new field of a type begins with. */
export const newField = (type: FieldTypeName): FieldDefinition => ({
  name: '',
  type,
  ...(type === 'computed' && { returns: 'text' as const }),
  ...(type === 'vector' && { dimensions: 1536 }),
})
