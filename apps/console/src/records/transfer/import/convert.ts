import type { FieldDefinition, Json } from '@holdfast/contract'

/** A value of a file as the field takes it, or why it does not. */
export type Converted = { readonly value: Json } | { readonly problem: string }

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const truths = new Map([
  ...['true', 't', 'yes', 'y', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', '0'].map((word) => [word, false] as const),
])

export const isEmpty = (raw: unknown): boolean => raw === undefined || raw === null || raw === ''

/** What is in a cell → the value of a field. The server checks it again, and what is not checked here. */
export function convert(field: FieldDefinition, raw: unknown, isLookup = false): Converted {
  if (field.many || field.type === 'tags' || field.type === 'multiselect') return convertList(field, raw, isLookup)
  return convertOne(field, raw, isLookup)
}

function convertList(field: FieldDefinition, raw: unknown, isLookup: boolean): Converted {
  const items = Array.isArray(raw) ? raw : typeof raw === 'string' ? listOf(raw) : [raw]
  const converted = items.map((item) => convertOne({ ...field, many: false }, item, isLookup))
  const wrong = converted.find((item) => 'problem' in item)
  return wrong ?? { value: converted.map((item) => (item as { value: Json }).value) }
}

function listOf(text: string): unknown[] {
  const parsed = text.trim().startsWith('[') ? parse(text) : undefined
  if (Array.isArray(parsed)) return parsed
  return text
    .split(text.includes(';') ? ';' : ',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function convertOne(field: FieldDefinition, raw: unknown, isLookup: boolean): Converted {
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw)
  const trimmed = text.trim()
  const refuse = (what: string): Converted => ({ problem: `“${shorten(text)}” is not ${what}` })
  switch (field.type) {
    case 'integer':
    case 'number': {
      const value = /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : Number.NaN
      if (field.type === 'integer' && !Number.isSafeInteger(value)) return refuse('a whole number')
      return Number.isFinite(value) ? withinBounds(field, value) : refuse('a number')
    }
    case 'decimal':
      return /^[-+]?\d+(\.\d+)?$/.test(trimmed) ? { value: trimmed.replace(/^\+/, '') } : refuse('a decimal number')
    case 'boolean': {
      const value = truths.get(trimmed.toLowerCase())
      return value === undefined ? refuse('true or false') : { value }
    }
    case 'date':
      return /^\d{4}-\d\d-\d\d/.test(trimmed) ? { value: trimmed.slice(0, 10) } : refuse('a date like 2026-01-31')
    case 'datetime':
      return convertTime(trimmed) ?? refuse('a time like 2026-01-31T12:00:00Z')
    case 'uuid':
      return uuid.test(trimmed) ? { value: trimmed } : refuse('a UUID')
    case 'relation':
      return isLookup || uuid.test(trimmed) ? { value: trimmed } : refuse('the id of a record')
    case 'select':
    case 'multiselect':
      return !field.options || field.options.includes(trimmed)
        ? { value: trimmed }
        : refuse(`one of ${shorten(field.options.join(', '), 60)}`)
    case 'geopoint':
      return convertPlace(raw, trimmed) ?? refuse('a place like 45.43, 12.33')
    case 'vector':
    case 'json': {
      const value = typeof raw === 'string' ? parse(raw) : raw
      return value === undefined ? refuse('JSON') : { value: value as Json }
    }
    default:
      return withinLength(field, text)
  }
}

function convertTime(text: string): Converted | undefined {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined
  // Without a zone it is taken as UTC: where the browser is says nothing about the file.
  const hasZone = /(z|[-+]\d\d:?\d\d)$/i.test(text) && text.length > 10
  const time = new Date(hasZone ? text : `${text.replace(' ', 'T')}${text.length === 10 ? 'T00:00:00' : ''}Z`)
  return Number.isNaN(time.getTime()) ? undefined : { value: time.toISOString() }
}

function convertPlace(raw: unknown, text: string): Converted | undefined {
  const object = typeof raw === 'object' ? raw : text.startsWith('{') ? parse(text) : undefined
  if (typeof object === 'object' && object !== null) return { value: object as Json }
  const match = /^(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)$/.exec(text)
  return match ? { value: { lat: Number(match[1]), lon: Number(match[2]) } } : undefined
}

function withinBounds({ min, max }: FieldDefinition, value: number): Converted {
  if (min !== undefined && value < Number(min)) return { problem: `${value} is less than ${min}` }
  if (max !== undefined && value > Number(max)) return { problem: `${value} is more than ${max}` }
  return { value }
}

function withinLength({ minLength, maxLength }: FieldDefinition, text: string): Converted {
  const length = [...text].length
  if (maxLength !== undefined && length > maxLength)
    return { problem: `The text has ${length} characters, at most ${maxLength} fit` }
  if (minLength !== undefined && length < minLength)
    return { problem: `The text has ${length} characters, at least ${minLength} are needed` }
  return { value: text }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const shorten = (text: string, length = 40): string => (text.length > length ? `${text.slice(0, length)}…` : text)
