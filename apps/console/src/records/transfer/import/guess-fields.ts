import { type FieldDefinition, type FieldTypeName, namePattern, systemFields } from '@holdfast/contract'
import type { Batch } from '../file/rows'
import { isEmpty } from './convert'

/** A column as a field of a new collection. */
export interface GuessedField {
  readonly column: string
  readonly name: string
  readonly type: FieldTypeName
  readonly included: boolean
}

/** Types a column of a file can become, with what its values look like. The first that fits all of them is taken. */
const looks: readonly (readonly [FieldTypeName, (value: unknown) => boolean])[] = [
  // First, for as a text a list of one number looks like the number.
  ['tags', (value) => Array.isArray(value) && value.every((item) => typeof item === 'string')],
  ['json', (value) => typeof value === 'object'],
  // What begins with a zero is a code, not a number.
  ['integer', (value) => /^-?(0|[1-9]\d{0,14})$/.test(String(value))],
  ['number', (value) => /^-?(0|[1-9]\d*)(\.\d+)?(e[-+]?\d+)?$/i.test(String(value))],
  ['boolean', (value) => /^(true|false)$/i.test(String(value))],
  ['date', (value) => /^\d{4}-\d\d-\d\d$/.test(String(value))],
  ['datetime', (value) => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(String(value))],
  ['uuid', (value) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(String(value))],
  ['email', (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(String(value))],
  ['url', (value) => /^https?:\/\/\S+$/.test(String(value))],
]

export const guessableTypes: readonly FieldTypeName[] = [
  'text',
  'richtext',
  ...looks.map(([type]) => type),
  'decimal',
  'geopoint',
]

/** Every column as a field, by what its first values look like. */
export function guessFields({ columns, rows }: Batch): GuessedField[] {
  const taken = new Set<string>(systemFields)
  return columns.map((column, index) => {
    const values = rows.map(({ cells }) => cells[index]).filter((value) => !isEmpty(value))
    const name = freeName(fieldNameOf(column) || `column${index + 1}`, taken)
    taken.add(name)
    return { column, name, type: typeOf(values), included: !column.startsWith('_') }
  })
}

const typeOf = (values: readonly unknown[]): FieldTypeName =>
  (values.length > 0 && looks.find(([, fits]) => values.every(fits))?.[0]) || 'text'

/** `Zip code` → `zipCode` */
export function fieldNameOf(column: string): string {
  const words = column
    .normalize('NFKD')
    .split(/[^a-zA-Z0-9]+/)
    .filter(Boolean)
  const name = words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word))).join('')
  return name.replace(/^\d+/, '').slice(0, 50)
}

const lowerFirst = (word: string): string =>
  word === word.toUpperCase() ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1)
const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2, free = name; ; number += 1) {
    if (!taken.has(free)) return free
    free = `${name}${number}`
  }
}

export const toDefinitions = (guessed: readonly GuessedField[]): FieldDefinition[] =>
  guessed.filter(({ included }) => included).map(({ name, type }) => ({ name, type }))

export const isName = (name: string): boolean => namePattern.test(name)
