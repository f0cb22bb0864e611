import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { fieldsOf } from '../../client/record-fields'
import { shownType } from '../cells/field-text'

/** A column of the grid. */
export interface GridColumn {
  readonly field: FieldDefinition
  readonly width: number
}

export const minWidth = 64
export const maxWidth = 900

const widths: Partial<Record<string, number>> = {
  boolean: 96,
  integer: 110,
  number: 120,
  decimal: 130,
  date: 130,
  datetime: 178,
  uuid: 150,
  richtext: 260,
  json: 240,
  tags: 200,
  multiselect: 200,
  relation: 190,
  geopoint: 170,
  vector: 210,
}

const defaultWidth = (field: FieldDefinition): number =>
  Math.max(widths[shownType(field)] ?? 200, Math.min(220, field.name.length * 8 + 44))

/** Vectors say nothing to people, and cost much. */
const isWorthShowing = ({ type }: FieldDefinition): boolean => type !== 'vector'

/** The columns of somebody who has chosen none: the own fields, and when a record was made. */
export const defaultColumnNames = (definition: CollectionDefinition): string[] => [
  ...definition.fields.filter(isWorthShowing).map(({ name }) => name),
  'createdAt',
]

/** Names → columns; those that are no longer there are left out. */
export function columnsOf(
  definition: CollectionDefinition,
  names: readonly string[],
  known: Readonly<Record<string, number>>,
): GridColumn[] {
  const fields = new Map(fieldsOf(definition).map((field) => [field.name, field]))
  return names.flatMap((name) => {
    const field = fields.get(name)
    return field ? [{ field, width: known[name] ?? defaultWidth(field) }] : []
  })
}

const unsortable = new Set(['json', 'geopoint', 'vector', 'multiselect', 'tags'])

/** Whether records have an order by this field. */
export const isSortable = (field: FieldDefinition): boolean =>
  !unsortable.has(field.type) && !(field.type === 'relation' && field.many)

/** `-views,title` → keys. */
export const sortKeysOf = (sort: string | undefined): string[] => (sort ? sort.split(',').filter(Boolean) : [])

/** What a click on a header makes of the order: up, down, none. With `more` the other keys stay. */
export function toggleSort(keys: readonly string[], name: string, more: boolean): string[] {
  const present = keys.find((key) => key === name || key === `-${name}`)
  const next = present === undefined ? [name] : present === name ? [`-${name}`] : []
  if (!more) return next
  return present === undefined ? [...keys, name] : keys.flatMap((key) => (key === present ? next : [key]))
}

/** The order of a list with its last word said, so that turning each key around reads it from its end. */
export function wholeSort(keys: readonly string[], isSearch: boolean): string[] {
  const first = keys.length === 0 && isSearch ? ['-$rank'] : [...keys]
  if (first.some((key) => /^-?id$/.test(key))) return first
  const last = first.at(-1)
  return [...first, last?.startsWith('-') && !last.startsWith('-$') ? '-id' : 'id']
}

export const turnAround = (keys: readonly string[]): string[] =>
  keys.map((key) => (key.startsWith('-') ? key.slice(1) : `-${key}`))
