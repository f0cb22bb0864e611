import { type Json, limits, namePattern } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import type { Comparison } from '../../query/index.js'
import { type Bucket, type BucketUnit, bucketUnits, type FieldPath, type Group } from './aggregate-query.js'
import { parsePath } from './parse-path.js'

/** Values that cannot be told apart, or whose equality means nothing. */
const ungroupable: ReadonlySet<Comparison> = new Set(['json', 'geo', 'vector'])

/** Places in JSON that the schema of the field says nothing of hold anything. */
export const untypedHint =
  'Inside JSON, the schema of the field must say that the value is a text, a number or a boolean.'

/** Each group of the answer repeats the name. */
const maxNameLength = 300

const subDay: ReadonlySet<BucketUnit> = new Set(['minute', 'hour'])

/** `groupBy` → groups. @throws unknown_field, invalid_query, query_too_complex with the path */
export function parseGroups(raw: Json | undefined, scope: RowScope): Group[] {
  if (raw === undefined) return []
  if (!Array.isArray(raw)) throw invalidAt('invalid_query', 'groupBy', 'groupBy must be a list', 'Write ["status"].')
  if (raw.length > limits.groupFields)
    throw invalidAt('query_too_complex', 'groupBy', `Group by ${limits.groupFields} fields at most`)
  const groups = raw.map((item, index) => parseGroup(item, `"g${index + 1}"`, scope, `groupBy.${index}`))
  groups.forEach(({ name }, index) => {
    if (groups.findIndex((other) => other.name === name) < index)
      throw invalidAt(
        'invalid_query',
        `groupBy.${index}`,
        `Two groups are called ${name}`,
        'Give one a name with "as".',
      )
  })
  return groups
}

function parseGroup(raw: Json, column: string, scope: RowScope, at: string): Group {
  const group = typeof raw === 'string' ? parsePlainGroup(raw, scope, at) : parseNamedGroup(raw, scope, at)
  if (group.name.length > maxNameLength)
    throw invalidAt('invalid_query', at, 'The path is too long for a name', 'Give the group a name with "as".')
  return { ...group, column }
}

type ParsedGroup = Omit<Group, 'column'>

function parsePlainGroup(text: string, scope: RowScope, at: string): ParsedGroup {
  return { name: text, path: parseGroupPath(text, scope, at), bucket: undefined }
}

function parseNamedGroup(raw: Json, scope: RowScope, at: string): ParsedGroup {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || typeof raw['field'] !== 'string')
    throw invalidAt('invalid_query', at, 'A group is a field, or an object with field, bucket, timezone and as')
  for (const key of Object.keys(raw))
    if (!['field', 'bucket', 'timezone', 'as'].includes(key))
      throw invalidAt('invalid_query', at, 'A group takes field, bucket, timezone and as')
  const path = parseGroupPath(raw['field'], scope, `${at}.field`)
  const name = raw['as'] === undefined ? path.name : parseName(raw['as'], `${at}.as`)
  return { name, path, bucket: parseBucket(raw, path, at) }
}

function parseGroupPath(text: string, scope: RowScope, at: string): FieldPath {
  const path = parsePath(text, scope, at)
  const { name, comparison, path: inJson } = path.field
  if (ungroupable.has(comparison) || (inJson && comparison === 'list'))
    throw invalidAt('invalid_query', at, `${name.slice(0, 60)} has no values to group by`, inJson && untypedHint)
  return path
}

function parseBucket(raw: { [key: string]: Json }, { field }: FieldPath, at: string): Bucket | undefined {
  const { bucket, timezone } = raw
  if (bucket === undefined) {
    if (timezone === undefined) return undefined
    throw invalidAt('invalid_query', `${at}.timezone`, 'A time zone needs a bucket')
  }
  const unit = bucketUnits.find((known) => known === bucket)
  if (!unit)
    throw invalidAt('invalid_query', `${at}.bucket`, 'There is no such bucket', `Use one of ${bucketUnits.join(', ')}.`)
  if (field.comparison !== 'date' && field.comparison !== 'datetime')
    throw invalidAt('invalid_query', `${at}.bucket`, `${field.name} is no date`)
  if (field.comparison === 'date' && (timezone !== undefined || subDay.has(unit)))
    throw invalidAt(
      'invalid_query',
      timezone === undefined ? `${at}.bucket` : `${at}.timezone`,
      `${field.name} is a day of the calendar: it has no hours and no time zone`,
    )
  return { unit, timezone: timezone === undefined ? 'UTC' : parseTimezone(timezone, `${at}.timezone`) }
}

/**
 * An IANA name that Node knows too. Abbreviations such as CET are refused: PostgreSQL takes them for a fixed offset, which
 * is not what the name stands for in the IANA database.
 */
function parseTimezone(value: Json, at: string): string {
  if (
    typeof value === 'string' &&
    (value === 'UTC' || /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){1,2}$/.test(value)) &&
    isKnown(value)
  )
    return value
  throw invalidAt('invalid_query', at, 'timezone must be the IANA name of a time zone', 'For example Europe/Berlin.')
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

/** The name of a column in the answer. @throws invalid_query */
export function parseName(value: Json, at: string): string {
  if (typeof value === 'string' && namePattern.test(value)) return value
  throw invalidAt(
    'invalid_query',
    at,
    'A name begins with a lower case letter and has up to 59 letters, digits and underscores',
  )
}
