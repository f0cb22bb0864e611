import type { FieldDefinition, Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import { boundedParser, checkBounds, type Ordered } from './bounds.js'
import type { FieldKind } from './field-kind.js'
import { operandOf } from './operand.js'
import { ordering } from './operator-sets.js'

export const decimalType = ({ precision = 18, scale = 6 }: FieldDefinition): string => `numeric(${precision},${scale})`

/** Whole numbers of JSON are exact and welcome; others would already be rounded, so they come as text. */
function readDecimal(value: Json, path: string, report: Report): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value + 0) : value
  if (typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text) && text.length <= 1000) return canonical(text)
  return void report(path, 'wrong_type', `${path} must be a decimal number as text, like "12.50"`)
}

function canonical(text: string): string {
  const trimmed = text.replace(/^(-?)0+(?=\d)/, '$1')
  return /^-[0.]+$/.test(trimmed) ? trimmed.slice(1) : trimmed
}

/** Both as whole numbers of the same, smallest unit. */
function compareDecimals(left: string, right: string): number {
  const places = Math.max(placesOf(left), placesOf(right))
  const difference = scaled(left, places) - scaled(right, places)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

const placesOf = (text: string): number => text.length - 1 - (text.includes('.') ? text.indexOf('.') : text.length - 1)
const scaled = (text: string, places: number): bigint =>
  BigInt(text.replace('.', '') + '0'.repeat(places - placesOf(text)))

/** Decimals that fit precision and scale without being rounded. */
const decimals = ({ precision = 18, scale = 6 }: FieldDefinition): Ordered<string> => ({
  parse(value, path, report) {
    const text = readDecimal(value, path, report)
    if (text === undefined) return undefined
    const [whole = '', fraction = ''] = text.replace('-', '').split('.')
    if (fraction.replace(/0+$/, '').length > scale)
      return void report(path, 'would_be_rounded', `${path} must have at most ${scale} digits after the point`)
    if (whole.replace(/^0$/, '').length > precision - scale)
      return void report(path, 'out_of_range', `${path} must have at most ${precision - scale} digits before the point`)
    return text
  },
  compare: compareDecimals,
})

/** Numbers to compare with may have any scale: `price > 9.999`. */
const parseDecimalOperand = operandOf((value, path, report) =>
  readDecimal(typeof value === 'number' && /^-?[\d.]+$/.test(String(value)) ? String(value) : value, path, report),
)

export const decimalField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'min', 'max', 'precision', 'scale'],

  checkDefinition(definition, report) {
    const { precision = 18, scale = 6 } = definition
    if (precision < 1 || precision > 1000) report('precision', 'out_of_range', 'precision must be between 1 and 1000')
    else if (scale > precision) report('scale', 'out_of_range', 'scale must not be greater than precision')
    else checkBounds(definition, decimals(definition), report)
  },

  shape: () => ({ comparison: 'decimal', sqlType: 'numeric', operators: ordering, parseOperand: parseDecimalOperand }),
  columnType: decimalType,
  select: (column) => `${column}::text`,
  parser: (definition) => boundedParser(definition, decimals(definition)),
  jsonSchema: () => ({ type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' }),
  tsType: () => 'string',
}
