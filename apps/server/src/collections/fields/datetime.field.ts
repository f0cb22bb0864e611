import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import { boundedParser, checkBounds, compareTexts, type Ordered } from './bounds.js'
import { isCalendarDay } from './date.field.js'
import type { FieldKind } from './field-kind.js'
import { operandOf } from './operand.js'
import { ordering } from './operator-sets.js'

const form = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** An instant, as UTC text of fixed length, so that texts sort as instants do. */
function parseDatetime(value: Json, path: string, report: Report): string | undefined {
  const match = typeof value === 'string' ? form.exec(value) : null
  if (!match || !isCalendarDay(match[1]!))
    return void report(
      path,
      'invalid_datetime',
      `${path} must be a date and time with offset like "2024-12-31T23:59:59.999Z"`,
    )
  if ((match[4]?.length ?? 0) > 4)
    return void report(path, 'would_be_rounded', `${path} must have at most three digits after the seconds' point`)
  const instant = new Date(match[0])
  const year = instant.getUTCFullYear()
  if (year < 1 || year > 9999) return void report(path, 'out_of_range', `${path} must be in the years 1 to 9999 in UTC`)
  return instant.toISOString()
}

const datetimes: Ordered<string> = { parse: parseDatetime, compare: compareTexts }

export const datetimeField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'min', 'max'],
  checkDefinition: (definition, report) => checkBounds(definition, datetimes, report),
  shape: () => ({
    comparison: 'datetime',
    sqlType: 'timestamptz',
    operators: ordering,
    parseOperand: operandOf(parseDatetime),
  }),
  columnType: () => 'timestamptz(3)',
  parser: (definition) => boundedParser(definition, datetimes),
  jsonSchema: () => ({ type: 'string', format: 'date-time' }),
  tsType: () => 'string',
}
