import type { CollectionDefinition, FieldDefinition, Json } from '@holdfast/contract'
import type { Random } from './generate.js'

/** Random collections with fields of every kind, and rows of values that are hard to compare. */

export type Kind =
  | 'text'
  | 'integer'
  | 'number'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'duration'
  | 'uuid'
  | 'select'
  | 'tags'
  | 'json'
  | 'typed'
  | 'geopoint'
  | 'one'
  | 'many'

export type Row = { readonly id: string; readonly [field: string]: Json }

/** A collection of things, which point at things of the same. */
export interface Things {
  readonly name: string
  readonly fields: Readonly<Record<string, Kind>>
  readonly rows: readonly Row[]
}

export const inverse = 'sources'

const texts = [
  ...['', 'a', 'A', 'ab', 'aB', 'b', ' a', 'Äb', 'äB', 'ä', 'a\u0308', 'ß', 'SS', 'ss', 'İ', 'I', 'ı', 'i'],
  ...['Σ', 'σ', 'ς', '💥', '\uffee', '\ud7ff', '𐐀', '𐐨', 'a%', 'a_', '\\', '%', '10', '9', 'null', '$user.id', '\n'],
]

/** Values of each kind, several of which are equal or nearly so. */
export const values: Readonly<Record<Exclude<Kind, 'json' | 'typed' | 'geopoint' | 'one' | 'many'>, readonly Json[]>> =
  {
    text: texts,
    integer: [-1, 0, 1, 2, 10, 9007199254740991],
    number: [0, 0.1, 0.30000000000000004, 0.3, -1e-7, 4503599627370495.5, 1.5, -2],
    decimal: ['0.00', '1.50', '-1.00', '10.00', '9.99', '123456789012.34', '123456789012.35'],
    boolean: [true, false],
    date: ['2024-01-31', '2024-02-29', '0001-01-01', '9999-12-31'],
    datetime: [
      ...['2024-01-01T00:00:00.000Z', '2024-01-01T01:00:00.000+01:00', '2023-12-31T23:59:59.999Z'],
      ...['2024-01-01T00:00:00.001Z', '0001-01-01T00:00:00Z', '2024-01-01T00:00Z'],
    ],
    duration: [
      'P1D',
      'PT24H',
      'PT36H',
      'P1M',
      'P30D',
      'P1Y',
      'P12M',
      'P1W',
      'P7D',
      'PT0.5S',
      'PT1M30S',
      'PT90S',
      'P1DT0.000001S',
    ],
    uuid: [
      '00000000-0000-4000-8000-0000000000aa',
      'f0000000-0000-4000-8000-000000000000',
      'A0000000-0000-4000-8000-00000000000F',
      'a0000000-0000-4000-8000-000000000001',
    ],
    select: ['x', 'y', 'Z'],
    tags: texts.filter((text) => text.trim() !== '' && text.trim() === text),
  }

const keys = ['a', 'b', '0', '1', "q'", 'ü"', 'constructor']
const scalars: readonly Json[] = [
  0,
  1,
  1.5,
  -2,
  1e-7,
  '1',
  '0',
  'a',
  'ab',
  'B',
  'ä',
  '💥',
  '\uffee',
  true,
  false,
  null,
  '',
]

/** The schema of a `typed` field. */
const schema = {
  type: 'object',
  properties: {
    a: { type: ['string', 'null'] },
    b: { type: 'number' },
    '0': { type: 'boolean' },
    list: { type: 'array', items: { type: 'string' } },
    deep: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
  },
}

/** Paths, with what the schema says of them: those of `json` fields say nothing. */
export const typedPaths: Readonly<Record<string, 'text' | 'number' | 'boolean' | 'list' | 'any'>> = {
  a: 'text',
  b: 'number',
  '0': 'boolean',
  list: 'list',
  'list.0': 'text',
  'deep.a': 'text',
  other: 'any',
}

export const anyPath = (random: Random): string =>
  Array.from({ length: 1 + random.below(3) }, () => random.pick([...keys, '-1', '+0', '00', 'nothing'])).join('.')

export function anyJson(random: Random, depth = 3): Json {
  if (depth === 0 || random.chance(0.4)) return random.pick(scalars)
  if (random.chance(0.4)) return Array.from({ length: random.below(4) }, () => anyJson(random, depth - 1))
  return Object.fromEntries(random.some(keys, 0.5).map((key) => [key, anyJson(random, depth - 1)]))
}

const typedJson = (random: Random): Json =>
  Object.fromEntries(
    Object.entries({
      a: random.pick([...texts, null]),
      b: random.pick([0, 1, 1.5, -1e-7]),
      '0': random.chance(0.5),
      list: random.some(texts, 0.05),
      deep: { a: random.pick(texts) },
      other: anyJson(random, 1),
    }).filter(() => random.chance(0.7)),
  )

const place = (random: Random): Json => ({
  lat: random.pick([-90, -45, 0, 30, 52, 53, 89, 90]),
  lon: random.pick([-180, -179, -90, 0, 1, 13, 90, 179, 180]),
})

const always: Readonly<Record<string, Kind>> = { to: 'one', all: 'many' }
const kinds: readonly Kind[] = [
  ...(Object.keys(values) as Kind[]),
  ...(['text', 'json', 'json', 'typed', 'typed', 'geopoint', 'geopoint'] as const),
]

export function makeThings(name: string, random: Random, block: number): Things {
  const chosen = Array.from({ length: 10 }, (_, at) => [`f${at}`, random.pick(kinds)])
  const fields = { ...(Object.fromEntries(chosen) as Record<string, Kind>), ...always }
  const ids = Array.from({ length: 24 }, (_, at) => idOf(block, at))
  return { name, fields, rows: ids.map((id) => makeRow(id, fields, ids, random)) }
}

const idOf = (block: number, number: number): string =>
  `01890000-0000-7000-9${block.toString(16).padStart(3, '0')}-${number.toString(16).padStart(12, '0')}`

function makeRow(id: string, fields: Things['fields'], ids: readonly string[], random: Random): Row {
  const entries = Object.entries(fields).map(([name, kind]) => [name, makeValue(kind, ids, random)])
  return { id, ...Object.fromEntries(entries) }
}

function makeValue(kind: Kind, ids: readonly string[], random: Random): Json {
  if (kind === 'many') return random.some(ids, 0.08)
  if (random.chance(0.2)) return null
  if (kind === 'one') return random.pick(ids)
  if (kind === 'json') return random.chance(0.1) ? random.pick(scalars) : anyJson(random)
  if (kind === 'typed') return typedJson(random)
  if (kind === 'geopoint') return place(random)
  if (kind === 'tags') return [...new Set(random.some(values.tags, 0.1))]
  return random.pick(values[kind])
}

export const definitionOf = ({ name, fields }: Things, rules: CollectionDefinition['rules'] = []) => ({
  name,
  fields: Object.entries(fields).map(([field, kind]) => definitionOfField(name, field, kind)),
  rules,
})

function definitionOfField(collection: string, name: string, kind: Kind): FieldDefinition {
  if (kind === 'one') return { name, type: 'relation', collection, inverse }
  if (kind === 'many') return { name, type: 'relation', collection, many: true }
  if (kind === 'select') return { name, type: 'select', options: ['x', 'y', 'Z'] }
  if (kind === 'decimal') return { name, type: 'decimal', precision: 20, scale: 2 }
  if (kind === 'typed') return { name, type: 'json', schema }
  return { name, type: kind }
}
