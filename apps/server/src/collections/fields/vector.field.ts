import { type FieldDefinition, type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { nearness } from './operator-sets.js'

/** `[0.1, 0.2]` → the same in single precision as text, which PostgreSQL reads as an array: it refuses what would round to zero. */
function parseVector(value: Json, { dimensions }: FieldDefinition, path: string, report: Report): string | undefined {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'number' && Number.isFinite(Math.fround(item))))
    return void report(path, 'wrong_type', `${path} must be a list of numbers`)
  if (value.length !== dimensions) return void report(path, 'wrong_length', `${path} must have ${dimensions} numbers`)
  return `{${value.map((item) => Math.fround(item as number)).join(',')}}`
}

/** Numbers of single precision, always as many: what a model makes of a text or a picture. */
export const vectorField: FieldKind = {
  keys: ['required', 'default', 'index', 'immutable', 'dimensions', 'metric'],
  checkDefinition({ dimensions }, report) {
    if (dimensions === undefined || dimensions < 1 || dimensions > limits.vectorDimensions)
      report('dimensions', 'out_of_range', `dimensions must be between 1 and ${limits.vectorDimensions}`)
  },
  shape: () => ({
    comparison: 'vector',
    sqlType: 'real[]',
    operators: nearness,
    parseOperand: (_value, path) => {
      throw invalidAt('invalid_value', path, `${path} is a vector and cannot be compared with a value`)
    },
  }),
  columnType: () => 'real[]',
  parser: (definition) => (value, path, report) => parseVector(value, definition, path, report),
  jsonSchema: ({ dimensions }) => ({
    type: 'array',
    items: { type: 'number' },
    minItems: dimensions,
    maxItems: dimensions,
  }),
  tsType: () => 'number[]',
}
