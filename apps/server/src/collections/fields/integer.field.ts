import { boundedParser, checkBounds, compareNumbers, type Ordered } from './bounds.js'
import type { FieldKind } from './field-kind.js'
import { numberOfText, operandOf } from './operand.js'
import { ordering } from './operator-sets.js'

/** Whole numbers that JSON carries exactly: ±(2^53 − 1). */
const integers: Ordered<number> = {
  parse(value, path, report) {
    if (typeof value !== 'number' || !Number.isInteger(value))
      return void report(path, 'wrong_type', `${path} must be a whole number`)
    if (!Number.isSafeInteger(value))
      return void report(path, 'out_of_range', `${path} must be between -9007199254740991 and 9007199254740991`)
    return value + 0 // -0 → 0
  },
  compare: compareNumbers,
}

const parseIntegerOperand = operandOf((value, path, report) => integers.parse(numberOfText(value), path, report))

export const integerField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'min', 'max'],
  checkDefinition: (definition, report) => checkBounds(definition, integers, report),
  shape: () => ({ comparison: 'number', sqlType: 'int8', operators: ordering, parseOperand: parseIntegerOperand }),
  columnType: () => 'int8',
  parser: (definition) => boundedParser(definition, integers),
  jsonSchema: ({ min, max }) => ({
    type: 'integer',
    minimum: min ?? Number.MIN_SAFE_INTEGER,
    maximum: max ?? Number.MAX_SAFE_INTEGER,
  }),
  tsType: () => 'number',
}
