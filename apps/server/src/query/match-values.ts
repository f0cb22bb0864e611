import type { Json } from '@holdfast/contract'
import type { Comparison, FieldShape } from './shape.js'

/** How a database orders and folds texts: by code points everywhere; `C` knows capitals of ASCII only. */
export type TextOrder = 'C' | 'C.UTF-8'

/** Are two present values the same to PostgreSQL? */
export function isEqual(left: Json, right: Json, { comparison, path }: FieldShape): boolean {
  if (comparison === 'json') return isSameJson(left, right)
  if (comparison === 'text' || comparison === 'boolean' || comparison === 'list') return left === right
  return compareValues(left, right, comparison, path !== undefined) === 0
}

/**
 * The order of two present values, as PostgreSQL has it; undefined for texts of a database whose order is not known here.
 * Below zero: left comes first.
 */
export function compareValues(
  left: Json,
  right: Json,
  comparison: Comparison,
  inJson = false,
  texts?: TextOrder,
): number | undefined {
  switch (comparison) {
    case 'text':
      return texts && compareCodePoints(String(left), String(right))
    case 'uuid':
      return compareUnits(String(left).toLowerCase(), String(right).toLowerCase())
    case 'date':
      return compareUnits(String(left), String(right))
    case 'datetime':
      return Math.sign(Date.parse(String(left)) - Date.parse(String(right)))
    case 'duration':
      return compareWhole(toMicroseconds(String(left)), toMicroseconds(String(right)))
    case 'decimal':
      return compareDecimals(String(left), String(right))
    case 'number':
      if (inJson && (typeof left === 'string' || typeof right === 'string'))
        return compareDecimals(String(left), String(right))
      return Math.sign(Number(left) - Number(right)) || compareUnits(Number(left), Number(right))
    default:
      throw new Error(`${comparison} has no order`)
  }
}

const compareUnits = <T extends string | number>(left: T, right: T): number =>
  left < right ? -1 : left > right ? 1 : 0
const compareWhole = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0)

/** UTF-16 puts the characters beyond U+FFFF before some that come earlier; PostgreSQL compares the bytes of UTF-8. */
function compareCodePoints(left: string, right: string): number {
  const end = Math.min(left.length, right.length)
  for (let at = 0; at < end; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1
  }
  return left.length - right.length
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff

// ── numbers without rounding ─────────────────────────────────────────────────────────────────────────────────────────

/** A decimal number as a whole one and how many of its digits stand behind the point. */
interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

function compareDecimals(left: string, right: string): number {
  const [a, b] = [toDecimal(left), toDecimal(right)]
  const scale = Math.max(a.scale, b.scale)
  const scaled = ({ digits, scale: own }: Decimal): bigint => digits * 10n ** BigInt(scale - own)
  return compareWhole(scaled(a), scaled(b))
}

/** `-12.50`, and `1e-7` as JavaScript writes small numbers. */
function toDecimal(text: string): Decimal {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? []
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(sign + whole + fraction)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

// ── durations ────────────────────────────────────────────────────────────────────────────────────────────────────────

const microsecondsOf = { Y: 0n, M: 0n, W: 0n, D: 86_400_000_000n, H: 3_600_000_000n, I: 60_000_000n, S: 1_000_000n }
microsecondsOf.W = 7n * microsecondsOf.D
microsecondsOf.M = 30n * microsecondsOf.D
microsecondsOf.Y = 12n * microsecondsOf.M

/** As PostgreSQL compares intervals: a month is 30 days, a day 24 hours. */
function toMicroseconds(duration: string): bigint {
  const [, days = '', time = ''] = /^P([^T]*)(?:T(.*))?$/.exec(duration) ?? []
  return sumOf(days) + sumOf(time.replace('M', 'I'))
}

function sumOf(parts: string): bigint {
  let sum = 0n
  for (const [, sign, whole, fraction = '', unit] of parts.matchAll(/(-?)(\d+)(?:\.(\d+))?([YMWDHIS])/g)) {
    const unitMicroseconds = microsecondsOf[unit as keyof typeof microsecondsOf]
    const size =
      BigInt(whole!) * unitMicroseconds +
      (BigInt(fraction.padEnd(6, '0').slice(0, 6) || 0) * unitMicroseconds) / 1_000_000n
    sum += sign === '-' ? -size : size
  }
  return sum
}

// ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** As jsonb has it: the order of keys does not count, 1 is 1.0. */
function isSameJson(left: Json, right: Json): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const [own, other] = [Object.entries(left), right as { [key: string]: Json }]
  return (
    own.length === Object.keys(other).length &&
    own.every(([key, value]) => Object.hasOwn(other, key) && isSameJson(value, other[key]!))
  )
}

/** What stands at a path of keys, as PostgreSQL's `#>` follows it; null where nothing does. */
export function valueAt(document: Json, keys: readonly string[]): Json {
  let place = document
  for (const key of keys) {
    if (typeof place !== 'object' || place === null) return null
    place = (Array.isArray(place) ? place.at(placeOf(key, place.length)) : ownValue(place, key)) ?? null
  }
  return place
}

const ownValue = (object: { [key: string]: Json }, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined

/** A place of a list, from the end when negative; what is no number of 32 bits is no place. */
function placeOf(key: string, length: number): number {
  const place = /^[ \t\n\v\f\r]*[+-]?\d+$/.test(key) ? Number(key) : Number.NaN
  return place >= -length && place < length ? place : length
}
