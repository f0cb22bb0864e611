import type { FieldDefinition, FieldTypeName } from '@holdfast/contract'

/** The type a value looks like: of computed fields, that of their result. */
export const shownType = ({ type, returns }: FieldDefinition): FieldTypeName =>
  type === 'computed' ? (returns ?? 'text') : type

/** Types whose values stand at the right, digit below digit. */
export const isNumeric = (field: FieldDefinition): boolean =>
  ['integer', 'number', 'decimal'].includes(shownType(field))

/** A value as plain text, whole: what is copied. Null is nothing. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** More of a text than any cell shows would only cost time. */
const shownCharacters = 300

/** On one line and cut: what a cell shows. */
export const shortText = (text: string): string => text.slice(0, shownCharacters).replaceAll(/\s+/g, ' ')

/** The words of rich text, without its tags. Shown as text, so nothing in it can run. */
export const plainWords = (html: string): string =>
  shortText(html.slice(0, 4 * shownCharacters).replaceAll(/<[^>]*>/g, ' ')).trim()

/** Whether a text is a link one may follow; `javascript:` and the like are none. */
export function safeLink(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  return ['http:', 'https:', 'mailto:'].includes(new URL(text).protocol) ? text : undefined
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A date or a time as people here write it; what is none stays as it is. */
export function localTime(value: string, type: 'date' | 'datetime'): string {
  const date = new Date(value)
  if (Number.isNaN(date.getTime())) return value
  return (type === 'date' ? day : moment).format(date)
}
