import type { Json } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { spatial } from './operator-sets.js'

/** `{"lat","lon"}` in degrees → `(lon,lat)`, which PostgreSQL's `point` reads as (x,y). */
function parseGeopoint(value: Json, path: string, report: Report): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length !== 2)
    return void report(path, 'wrong_type', `${path} must be {"lat", "lon"}`)
  const lat = parseDegrees(value['lat'], 90, `${path}.lat`, report)
  const lon = parseDegrees(value['lon'], 180, `${path}.lon`, report)
  return lat === undefined || lon === undefined ? undefined : `(${lon},${lat})`
}

function parseDegrees(value: Json | undefined, most: number, path: string, report: Report): number | undefined {
  if (typeof value !== 'number') return void report(path, 'wrong_type', `${path} must be a number of degrees`)
  if (!(Math.abs(value) <= most))
    return void report(path, 'out_of_range', `${path} must be between -${most} and ${most}`)
  return value + 0 // -0 → 0
}

export const geopointField: FieldKind = {
  keys: ['required', 'default', 'index', 'immutable'],
  shape: () => ({
    comparison: 'geo',
    sqlType: 'point',
    operators: spatial,
    parseOperand: (_value, path) => {
      throw invalidAt('invalid_value', path, `${path} is a place and cannot be compared with a value`)
    },
  }),
  columnType: () => 'point',
  select: (column) =>
    `case when ${column} is not null then json_build_object('lat', ${column}[1], 'lon', ${column}[0]) end`,
  parser: () => parseGeopoint,
  jsonSchema: () => ({
    type: 'object',
    properties: {
      lat: { type: 'number', minimum: -90, maximum: 90 },
      lon: { type: 'number', minimum: -180, maximum: 180 },
    },
    required: ['lat', 'lon'],
    additionalProperties: false,
  }),
  tsType: () => '{ lat: number; lon: number }',
  indexMethod: { method: 'gist' },
}
