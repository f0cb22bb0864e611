import type { Json } from '@holdfast/contract'
import { inverse, type Kind, type Row, type Things } from './language-world.js'

/** Which capitals the database knows the small letters of: only A to Z in the locale `C`. */
export type Letters = 'ascii' | 'all'

/**
 * What conditions mean, once more and in the plainest way, from the documents and not from the code. Nothing of the server
 * is imported here. Where there is a choice, it computes otherwise than the server does: texts by their bytes, distances by
 * chords, polygons by winding, patterns as regular expressions.
 */
export class LanguageReference {
  constructor(
    private readonly things: Things,
    private readonly letters: Letters,
    /** Values of `$user.<path>`. */
    private readonly variables: Readonly<Record<string, Json>> = {},
  ) {}

  holds(condition: Json, row: Row): boolean {
    return Object.entries(condition as { [key: string]: Json }).every(([key, value]) => {
      if (key === '$and') return (value as Json[]).every((part) => this.holds(part, row))
      if (key === '$or') return (value as Json[]).some((part) => this.holds(part, row))
      if (key === '$not') return !this.holds(value, row)
      return this.holdsAt(key.split('.'), value, row)
    })
  }

  private holdsAt([name, ...rest]: string[], value: Json, row: Row): boolean {
    const kind: Kind | 'inverse' = name === inverse ? 'inverse' : this.things.fields[name!]!
    if (rest.length > 0 && kind === 'one')
      return this.behind(name!, row).some((other) => this.holdsAt(rest, value, other))
    const isOperators = typeof value === 'object' && value !== null && !Array.isArray(value)
    const all: [string, Json][] = isOperators ? Object.entries(value) : [['$eq', value]]
    return all.every(([operator, operand]) => {
      if (['$some', '$none', '$every'].includes(operator)) {
        const hits = this.behind(name!, row).map((other) => this.holds(operand, other))
        return operator === '$some' ? hits.includes(true) : !hits.includes(operator === '$none')
      }
      const wanted = this.resolve(operand)
      if (kind === 'json' || kind === 'typed') return this.compareJson(operator, row[name!]!, rest, wanted)
      return compare(operator, row[name!]!, wanted, kind as Kind, this.letters)
    })
  }

  private behind(name: string, row: Row): Row[] {
    if (name === inverse) return this.things.rows.filter((other) => other['to'] === row.id)
    const ids = [row[name]!].flat()
    return this.things.rows.filter(({ id }) => ids.includes(id))
  }

  private resolve(operand: Json): Json {
    return typeof operand === 'string' && operand in this.variables ? this.variables[operand]! : operand
  }

  private compareJson(operator: string, stored: Json, path: readonly string[], wanted: Json): boolean {
    const value = path.reduce<Json>(step, stored)
    if (operator === '$null') return (value === null) === wanted
    if (wanted === null) return operator === '$ne' ? value !== null : operator === '$eq' && value === null
    if (operator === '$eq') return same(value, wanted)
    if (operator === '$ne') return !same(value, wanted)
    if (operator === '$in') return value !== null && (wanted as Json[]).some((item) => same(value, item))
    if (operator === '$nin') return value === null || !(wanted as Json[]).some((item) => same(value, item))
    if (operator.startsWith('$has'))
      return Array.isArray(value) && compare(operator, value, wanted, 'tags', this.letters)
    const isText = typeof [wanted].flat()[0] === 'string'
    if (typeof value !== (isText ? 'string' : 'number')) return false
    return compare(operator, value, wanted, isText ? 'text' : 'number', this.letters)
  }
}

function step(place: Json, key: string): Json {
  if (Array.isArray(place)) {
    if (!/^[+-]?\d+$/.test(key)) return null
    const at = Number.parseInt(key, 10)
    return place[at < 0 ? place.length + at : at] ?? null
  }
  return typeof place === 'object' && place !== null
    ? (Object.entries(place).find(([name]) => name === key)?.[1] ?? null)
    : null
}

/** Equal as JSON: both written with their keys in order. */
const same = (left: Json, right: Json): boolean => write(left) === write(right)

function write(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(write).join()}]`
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`)
  return `{${members.sort().join()}}`
}

// ── fields ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function compare(operator: string, value: Json, operand: Json, kind: Kind, letters: Letters): boolean {
  const absent = value === null || (kind === 'many' && (value as Json[]).length === 0)
  if (operator === '$null') return absent === operand
  if (operator === '$eq' && operand === null) return absent
  const equals = (item: Json): boolean => order(value, item, kind) === 0
  if (operator === '$ne') return (value === null) !== (operand === null) || (value !== null && !equals(operand))
  if (operator === '$nin') return value === null || !(operand as Json[]).some(equals)
  if (value === null || operand === null) return false
  const items = [operand].flat()
  switch (operator) {
    case '$eq':
      return equals(operand)
    case '$in':
      return items.some(equals)
    case '$gt':
      return order(value, operand, kind) > 0
    case '$gte':
      return order(value, operand, kind) >= 0
    case '$lt':
      return order(value, operand, kind) < 0
    case '$lte':
      return order(value, operand, kind) <= 0
    case '$between':
      return order(value, items[0]!, kind) >= 0 && order(value, items[1]!, kind) <= 0
    case '$contains':
      return String(value).split(String(operand)).length > 1 || operand === ''
    case '$startsWith':
      return String(value).indexOf(String(operand)) === 0
    case '$endsWith':
      return String(operand) === '' || String(value).slice(-String(operand).length) === operand
    case '$like':
      return toPattern(String(operand)).test(String(value))
    case '$ilike':
      return toPattern(small(String(operand), letters)).test(small(String(value), letters))
    case '$has':
    case '$hasAll':
      return items.every((item) => (value as Json[]).includes(item))
    case '$hasAny':
      return items.some((item) => (value as Json[]).includes(item))
    case '$near':
      return isNear(value, operand)
    case '$within':
      return isWithin(value, operand)
    default:
      throw new Error(`The reference does not know ${operator}`)
  }
}

/** In seconds: a month is 30 days, a day 24 hours. */
const seconds: Readonly<Record<string, number>> = {
  P1D: 86400,
  PT24H: 86400,
  PT36H: 129600,
  P1M: 2592000,
  P30D: 2592000,
  P1Y: 31104000,
  P12M: 31104000,
  P1W: 604800,
  P7D: 604800,
  'PT0.5S': 0.5,
  PT1M30S: 90,
  PT90S: 90,
  'P1DT0.000001S': 86400.000001,
}

function order(left: Json, right: Json, kind: Kind): number {
  const [a, b] = [left, right].map((value) => sortKey(value, kind)) as [string | number, string | number]
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string))
  return a < (b as number) ? -1 : a > (b as number) ? 1 : 0
}

function sortKey(value: Json, kind: Kind): string | number {
  if (kind === 'datetime') return new Date(value as string).getTime()
  if (kind === 'duration') return seconds[value as string]!
  if (kind === 'decimal') return toThousandths(value as string)
  if (kind === 'uuid') return (value as string).toLowerCase()
  return typeof value === 'boolean' ? Number(value) : (value as string | number)
}

/** Small enough to be exact. */
function toThousandths(text: string): number {
  const [whole, fraction = ''] = text.split('.')
  return Number(`${whole}${fraction.padEnd(3, '0')}`)
}

function toPattern(like: string): RegExp {
  const parts = like.match(/\\.|./gsu) ?? []
  const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
  const source = parts.map((part) =>
    part === '%' ? '.*' : part === '_' ? '.' : quote(part.length > 1 && part[0] === '\\' ? part.slice(1) : part),
  )
  return new RegExp(`^(?:${source.join('')})$`, 'sv')
}

/** One small letter for each capital, wherever it stands in a word. */
const small = (text: string, letters: Letters): string =>
  Array.from(text, (char) => {
    if (letters === 'ascii' && char > '\x7f') return char
    const lower = char.toLowerCase()
    return Array.from(lower).length > 1 ? Array.from(lower)[0]! : lower
  }).join('')

// ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────

type Place = { lat: number; lon: number }
type Area = {
  box?: Record<'south' | 'west' | 'north' | 'east', number>
  polygon?: Place[]
  circle?: Place & { km: number }
}

function isNear(value: Json, operand: Json): boolean {
  const { km, ...from } = operand as unknown as Place & { km?: number }
  return km === undefined || chordKm(value as unknown as Place, from) <= km
}

function chordKm(left: Place, right: Place): number {
  const vector = ({ lat, lon }: Place): number[] => {
    const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180]
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
  }
  const [a, b] = [vector(left), vector(right)]
  const length = (sign: number): number => Math.hypot(...a.map((part, at) => part - sign * b[at]!))
  return 2 * 6371.0088 * Math.atan2(length(1), length(-1))
}

function isWithin(value: Json, operand: Json): boolean {
  const place = value as unknown as Place
  const { box, polygon, circle } = operand as unknown as Area
  if (circle) return chordKm(place, circle) <= circle.km
  if (polygon) return windingIsOdd(place, polygon)
  const { south, west, north, east } = box!
  if (place.lat < south || place.lat > north) return false
  // The date line has two names.
  const names = Math.abs(place.lon) === 180 ? [180, -180] : [place.lon]
  return names.some((lon) => (west <= east ? lon >= west && lon <= east : lon >= west || lon <= east))
}

/** How often the sides pass above the place: up and down cancel nowhere, because only odd or even counts. */
function windingIsOdd({ lat, lon }: Place, corners: readonly Place[]): boolean {
  let above = 0
  corners.forEach((from, at) => {
    const to = corners[(at + 1) % corners.length]!
    const [west, east] = from.lon < to.lon ? [from, to] : [to, from]
    if (!(west.lon <= lon && lon < east.lon)) return
    const height = west.lat + ((lon - west.lon) / (east.lon - west.lon)) * (east.lat - west.lat)
    if (height > lat) above += 1
  })
  return above % 2 === 1
}
