import type { Json } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'

/** RFC 4180: a cell with a separator, a quote or a line break stands in quotes. */
const needsQuotes = /[",\r\n]/

/** What spreadsheets take for a formula when a cell begins with it: OWASP, CSV injection. */
const beginsFormula = /^[=+\-@\t\r]/

/** Their values cannot be anything else than what they look like, `-3` is a number. */
const harmless = new Set(['integer', 'number', 'decimal', 'boolean', 'date', 'datetime', 'uuid'])

export const csvLine = (cells: readonly string[]): string => `${cells.join(',')}\r\n`

/** A record → its cells. A field that is not shown in it is an empty cell, as null is; the empty text is `""`. */
export function toCells(
  record: { readonly [name: string]: Json },
  fields: readonly Field[],
  keepsFormulas: boolean,
): string[] {
  return fields.map((field) => {
    const value = record[field.name] ?? null
    const text =
      typeof value === 'string' && field.definition?.type !== 'json'
        ? value
        : value === null
          ? null
          : JSON.stringify(value)
    return quote(
      text !== null && !keepsFormulas && isRisky(field, value) && beginsFormula.test(text) ? `'${text}` : text,
    )
  })
}

/** Lists and objects begin with a bracket. */
const isRisky = (field: Field, value: Json): boolean =>
  typeof value === 'string' && !harmless.has(field.definition?.type ?? 'text')

function quote(text: string | null): string {
  if (text === null) return ''
  return text === '' || needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
