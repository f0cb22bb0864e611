import { type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import { type Area, type Circle, NearCondition, WithinCondition } from './geo.js'
import { isObject, type JsonObject, shorten } from './parsing.js'
import type { ReadableField } from './reader.js'
import type { Box, Place } from './sphere.js'

/** `{"lat":52.5,"lon":13.4,"km":50}` */
export function parseNear(field: ReadableField, operand: Json, at: string, text: boolean): NearCondition {
  const raw = readObject(operand, at, ['lat', 'lon'], ['km'])
  const km = raw['km'] === undefined ? undefined : readKm(raw['km'], `${at}.km`, text)
  return new NearCondition(field, { ...readCoordinates(raw, at, text), km })
}

/** `{"box":{"south","west","north","east"}}`, `{"polygon":[{"lat","lon"},…]}` or `{"circle":{"lat","lon","km"}}` */
export function parseWithin(field: ReadableField, operand: Json, at: string, text: boolean): WithinCondition {
  const [[kind, raw] = [], ...others] = isObject(operand) ? Object.entries(operand) : []
  if (raw === undefined || others.length > 0) throw badArea(at)
  return new WithinCondition(field, readArea(kind!, raw, at, text))
}

function readArea(kind: string, raw: Json, at: string, text: boolean): Area {
  if (kind === 'box') return { box: readBox(raw, `${at}.box`, text) }
  if (kind === 'circle') return { circle: readCircle(raw, `${at}.circle`, text) }
  if (kind === 'polygon') return { polygon: readPolygon(raw, `${at}.polygon`, text) }
  throw badArea(at)
}

const badArea = (at: string) =>
  invalidAt(
    'invalid_value',
    at,
    '$within takes one of box, polygon and circle',
    'Write {"box":{"south","west","north","east"}}, {"polygon":[{"lat","lon"},…]} or {"circle":{"lat","lon","km"}}.',
  )

function readBox(operand: Json, at: string, text: boolean): Box {
  const raw = readObject(operand, at, ['south', 'west', 'north', 'east'])
  const box = {
    south: readNumber(raw['south'], `${at}.south`, 90, text),
    west: readNumber(raw['west'], `${at}.west`, 180, text),
    north: readNumber(raw['north'], `${at}.north`, 90, text),
    east: readNumber(raw['east'], `${at}.east`, 180, text),
  }
  if (box.south > box.north)
    throw invalidAt(
      'invalid_value',
      at,
      'south must not be greater than north',
      'A box may cross the date line: then west is greater than east.',
    )
  return box
}

function readCircle(operand: Json, at: string, text: boolean): Circle {
  const raw = readObject(operand, at, ['lat', 'lon', 'km'])
  return { ...readCoordinates(raw, at, text), km: readKm(raw['km'], `${at}.km`, text) }
}

function readPolygon(operand: Json, at: string, text: boolean): Place[] {
  if (!Array.isArray(operand) || operand.length < 3 || operand.length > limits.polygonCorners)
    throw invalidAt('invalid_value', at, `A polygon is a list of 3 to ${limits.polygonCorners} places {"lat", "lon"}`)
  return operand.map((corner, index) => {
    const where = `${at}.${index}`
    return readCoordinates(readObject(corner, where, ['lat', 'lon']), where, text)
  })
}

const readCoordinates = (raw: JsonObject, at: string, text: boolean): Place => ({
  lat: readNumber(raw['lat'], `${at}.lat`, 90, text),
  lon: readNumber(raw['lon'], `${at}.lon`, 180, text),
})

/** An object with these keys and no others. */
function readObject(
  operand: Json,
  at: string,
  required: readonly string[],
  optional: readonly string[] = [],
): JsonObject {
  const wanted = `{${[...required, ...optional].map((key) => `"${key}"`).join(', ')}}`
  if (!isObject(operand)) throw invalidAt('invalid_value', at, `${at} must be ${wanted}`)
  for (const key of Object.keys(operand))
    if (![...required, ...optional].includes(key))
      throw invalidAt('invalid_value', `${at}.${key}`, `${shorten(key)} cannot stand here`, `Write ${wanted}.`)
  for (const key of required)
    if (!Object.hasOwn(operand, key)) throw invalidAt('invalid_value', `${at}.${key}`, `${key} is required`)
  return operand
}

/** Degrees between −most and most. */
function readNumber(value: Json | undefined, at: string, most: number, text: boolean): number {
  const number = text ? numberOf(value) : value
  if (typeof number === 'number' && Math.abs(number) <= most) return number + 0 // -0 → 0
  throw invalidAt('invalid_value', at, `${at} must be a number between -${most} and ${most}`)
}

function readKm(value: Json | undefined, at: string, text: boolean): number {
  const number = text ? numberOf(value) : value
  if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number + 0
  throw invalidAt('invalid_value', at, `${at} must be a number of kilometres, at least 0`)
}

const numberOf = (value: Json | undefined): Json | undefined =>
  typeof value === 'string' && /^-?\d{1,17}(\.\d{1,17})?$/.test(value) ? Number(value) : value
