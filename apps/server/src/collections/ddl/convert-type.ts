import type { FieldDefinition, FieldTypeName } from '@holdfast/contract'
import { addressPattern, quoteLiteral } from '../../lib/index.js'
import { slugPattern } from '../fields/slug.field.js'
import { columnTypeOf } from './column-sql.js'

type Sql = (column: string) => string

/** How the values of a column become values of another type. */
export interface Conversion {
  /** The new value, as SQL of the old. */
  readonly using: Sql
  /** Which old values can be converted; the others are lost. Left out: all. */
  readonly fits?: Sql
}

const same: Sql = (column) => column
const as =
  (type: string): Sql =>
  (column) =>
    `${column}::${type}`
const matches =
  (pattern: string): Sql =>
  (column) =>
    `${column} ~ ${quoteLiteral(pattern)}`
/** Asked of PostgreSQL itself, by a function that catches the error. */
const reads =
  (pattern: string, type: string): Sql =>
  (column) =>
    `(${column} ~ ${quoteLiteral(pattern)} and "holdfast".can_cast(${column}, ${quoteLiteral(type)}))`

const safeInteger = '9007199254740991'
const texts: readonly FieldTypeName[] = ['text', 'richtext', 'email', 'url', 'slug', 'select']

/** The conversion from one definition of a field to another; undefined when values of the one are no values of the other. */
export function conversionOf(from: FieldDefinition, to: FieldDefinition): Conversion | undefined {
  if (from.type === to.type) return withinType(from, to)
  if (to.type === 'json') return from.type === 'geopoint' ? undefined : { using: (column) => `to_jsonb(${column})` }
  if (texts.includes(from.type)) return fromText(from, to)
  if (texts.includes(to.type)) return toText(from, to)
  return conversions[`${from.type} ${to.type}`]?.(from, to)
}

/** The same type with other limits in the column: only decimals have any. Vectors of other lengths are other values. */
function withinType(from: FieldDefinition, to: FieldDefinition): Conversion | undefined {
  if (from.dimensions !== to.dimensions) return undefined
  if (from.type !== 'decimal' || columnTypeOf(from) === columnTypeOf(to)) return { using: same }
  return { using: as(columnTypeOf(to)), fits: widens(from, to) ? undefined : (column) => fitsDecimal(column, to) }
}

const places = ({ precision = 18, scale = 6 }: FieldDefinition) => ({ whole: precision - scale, scale })
const widens = (from: FieldDefinition, to: FieldDefinition): boolean =>
  places(to).whole >= places(from).whole && places(to).scale >= places(from).scale
const fitsDecimal = (number: string, to: FieldDefinition): string =>
  `(round(${number}, ${places(to).scale}) = ${number} and abs(${number}) < 1e${places(to).whole})`

/** Double to decimal through its shortest text, which is exact. */
const exact = (column: string): string => `${column}::text::numeric`

const conversions: Readonly<Record<string, (from: FieldDefinition, to: FieldDefinition) => Conversion>> = {
  'integer number': () => ({ using: as('float8') }),
  'integer decimal': (_, to) => ({
    using: as(columnTypeOf(to)),
    fits: (column) => fitsDecimal(`${column}::numeric`, to),
  }),
  'number integer': () => ({
    using: as('int8'),
    fits: (column) => `(${column} = trunc(${column}) and abs(${column}) <= ${safeInteger})`,
  }),
  'number decimal': (_, to) => ({
    using: (column) => `${exact(column)}::${columnTypeOf(to)}`,
    fits: (column) => fitsDecimal(exact(column), to),
  }),
  'decimal integer': () => ({
    using: as('int8'),
    fits: (column) => `(${column} = trunc(${column}) and abs(${column}) <= ${safeInteger})`,
  }),
  'decimal number': () => ({ using: as('float8'), fits: (column) => `${column}::float8::text::numeric = ${column}` }),
  'date datetime': () => ({ using: (column) => `(${column}::timestamp at time zone 'UTC')` }),
  'datetime date': () => ({
    using: (column) => `(${column} at time zone 'UTC')::date`,
    fits: (column) => `(${column} at time zone 'UTC')::time = '00:00'`,
  }),
  'select multiselect': (_, to) => ({ using: (column) => `array[${column}]`, fits: (column) => isOption(column, to) }),
  'select tags': () => ({ using: (column) => `array[${column}]` }),
  'multiselect tags': () => ({ using: same }),
  'tags multiselect': (_, to) => ({ using: same, fits: (column) => `${column} <@ ${optionsSql(to)}` }),
  'relation uuid': () => ({ using: same }),
}

const optionsSql = ({ options = [] }: FieldDefinition): string =>
  `array[${options.map((option) => quoteLiteral(option)).join(', ')}]::text[]`
const isOption = (column: string, to: FieldDefinition): string => `${column} = any(${optionsSql(to)})`

// ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function toText(from: FieldDefinition, to: FieldDefinition): Conversion | undefined {
  const using = textOf[from.type]
  if (!using || to.type === 'richtext') return undefined
  const fits = fromText({ name: '', type: 'text' }, to)?.fits
  return { using, fits: fits && ((column) => fits(using(column))) }
}

const textOf: Readonly<Partial<Record<FieldTypeName, Sql>>> = {
  integer: as('text'),
  number: as('text'),
  decimal: as('text'),
  boolean: as('text'),
  date: as('text'),
  duration: as('text'),
  uuid: as('text'),
  datetime: (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
}

function fromText(from: FieldDefinition, to: FieldDefinition): Conversion | undefined {
  if (from.type === 'select' && (to.type === 'multiselect' || to.type === 'tags'))
    return conversions[`select ${to.type}`]!(from, to)
  return textConversions[to.type]?.(to)
}

const escapeHtml: Sql = (column) => `replace(replace(replace(${column}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`

const textConversions: Readonly<Partial<Record<FieldTypeName, (to: FieldDefinition) => Conversion>>> = {
  text: () => ({ using: same }),
  richtext: () => ({ using: escapeHtml }),
  email: () => ({
    using: (column) => `lower(${column})`,
    fits: (column) => matches(addressPattern.source)(`lower(${column})`),
  }),
  url: () => ({ using: same, fits: matches('^https?://[^\\s\\\\]+$') }),
  slug: () => ({ using: same, fits: matches(slugPattern.source) }),
  select: (to) => ({ using: same, fits: (column) => isOption(column, to) }),
  integer: () => ({ using: as('int8'), fits: matches('^-?[0-9]{1,15}$') }),
  number: () => ({ using: as('float8'), fits: matches('^-?[0-9]{1,15}(\\.[0-9]{1,15})?$') }),
  decimal: (to) => ({
    using: as(columnTypeOf(to)),
    fits: (column) =>
      `case when ${matches('^-?[0-9]{1,500}(\\.[0-9]{1,500})?$')(column)} then ${fitsDecimal(`${column}::numeric`, to)} else false end`,
  }),
  boolean: () => ({ using: as('bool'), fits: (column) => `${column} in ('true', 'false')` }),
  date: () => ({ using: as('date'), fits: reads('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', 'date') }),
  datetime: () => ({
    using: as('timestamptz(3)'),
    fits: reads(
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2})$',
      'timestamptz',
    ),
  }),
  duration: () => ({ using: as('interval'), fits: reads('^P[0-9YMWDTHS.]+$', 'interval') }),
  uuid: () => ({ using: as('uuid'), fits: matches('^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$') }),
}
