import { type FieldDefinition, type FieldTypeName, namePattern } from '@holdfast/contract'
import { type Draft, type DraftField, type DraftOptions, liveFields, newField, newKey } from './draft'
import { followRename } from './follow-rename'

/** What can be done to a draft: each gives the next one. */

export function addField(draft: Draft, type: FieldTypeName): { draft: Draft; key: string } {
  const key = newKey()
  return { draft: { ...draft, fields: [...draft.fields, { key, field: newField(type), knownAs: '' }] }, key }
}

export function duplicateField(draft: Draft, key: string): { draft: Draft; key: string } {
  const index = draft.fields.findIndex((field) => field.key === key)
  const { id: _, inverse: __, ...field } = draft.fields[index]!.field
  const name = freeName(field.name, new Set(liveFields(draft).map((one) => one.field.name.toLowerCase())))
  const copy = { key: newKey(), field: { ...field, name }, knownAs: name }
  return { draft: { ...draft, fields: draft.fields.toSpliced(index + 1, 0, copy) }, key: copy.key }
}

/** `title` → `title2`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 2; ; n += 1) if (!taken.has(`${name}${n}`.toLowerCase())) return `${name}${n}`
}

/** What refers to the field by its name follows, once the name is one that can stand. */
export function changeField(draft: Draft, key: string, change: Partial<FieldDefinition>): Draft {
  const before = draft.fields.find((field) => field.key === key)
  if (!before) return draft
  const field = { ...before.field, ...change }
  const others = draft.fields.filter((other) => other !== before)
  const isTaken = others.some(({ knownAs, field: { name } }) => [knownAs, name].includes(field.name))
  const follows = field.name !== before.knownAs && namePattern.test(field.name) && !isTaken
  const followed = follows && before.knownAs !== '' ? followRename(draft, before.knownAs, field.name) : draft
  return replaceField(followed, key, (one) => ({
    ...one,
    field: { ...one.field, ...change },
    knownAs: follows ? field.name : before.knownAs,
  }))
}

/** A field that the server has is marked; one that was never there goes at once. */
export function removeField(draft: Draft, key: string): Draft {
  const isNew = draft.fields.find((field) => field.key === key)?.field.id === undefined
  return isNew
    ? { ...draft, fields: draft.fields.filter((field) => field.key !== key) }
    : replaceField(draft, key, (field) => ({ ...field, removed: true }))
}

export const restoreField = (draft: Draft, key: string): Draft =>
  replaceField(draft, key, ({ removed: _, ...field }) => field)

export function moveField(draft: Draft, key: string, to: number): Draft {
  const from = draft.fields.findIndex((field) => field.key === key)
  if (from < 0 || to < 0 || to >= draft.fields.length || from === to) return draft
  return { ...draft, fields: draft.fields.toSpliced(from, 1).toSpliced(to, 0, draft.fields[from]!) }
}

export const changeOptions = (draft: Draft, change: Partial<DraftOptions>): Draft => ({
  ...draft,
  options: { ...draft.options, ...change },
})

const replaceField = (draft: Draft, key: string, change: (field: DraftField) => DraftField): Draft => ({
  ...draft,
  fields: draft.fields.map((field) => (field.key === key ? change(field) : field)),
})
