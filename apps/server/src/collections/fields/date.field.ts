import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import { boundedParser, checkBounds, compareTexts, type Ordered } from './bounds.js'
import type { FieldKind } from './field-kind.js'
import { operandOf } from './operand.js'
import { ordering } from './operator-sets.js'

/** A day of the calendar from the year 1 on; February 30 is none. */
export function isCalendarDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  if (year === 0 || month < 1 || month > 12) return false
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return day >= 1 && day <= days[month - 1]!
}

function parseDate(value: Json, path: string, report: Report): string | undefined {
  if (typeof value === 'string' && isCalendarDay(value)) return value
  return void report(path, 'invalid_date', `${path} must be a date like "2024-12-31"`)
}

const dates: Ordered<string> = { parse: parseDate, compare: compareTexts }

export const dateField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'min', 'max'],
  checkDefinition: (definition, report) => checkBounds(definition, dates, report),
  shape: () => ({ comparison: 'date', sqlType: 'date', operators: ordering, parseOperand: operandOf(parseDate) }),
  columnType: () => 'date',
  parser: (definition) => boundedParser(definition, dates),
  jsonSchema: () => ({ type: 'string', format: 'date' }),
  tsType: () => 'string',
}
