import { boundedParser, checkBounds, compareNumbers, type Ordered } from './bounds.js'
import type { FieldKind } from './field-kind.js'
import { numberOfText, operandOf } from './operand.js'
import { ordering } from './operator-sets.js'

/** Double precision without NaN and the infinities. */
const numbers: Ordered<number> = {
  parse(value, path, report) {
    if (typeof value !== 'number') return void report(path, 'wrong_type', `${path} must be a number`)
    if (!Number.isFinite(value)) return void report(path, 'out_of_range', `${path} is out of range`)
    return value + 0 // -0 → 0
  },
  compare: compareNumbers,
}

export const numberField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'min', 'max'],
  checkDefinition: (definition, report) => checkBounds(definition, numbers, report),
  shape: () => ({
    comparison: 'number',
    sqlType: 'float8',
    operators: ordering,
    parseOperand: operandOf((value, path, report) => numbers.parse(numberOfText(value), path, report)),
  }),
  columnType: () => 'float8',
  parser: (definition) => boundedParser(definition, numbers),
  jsonSchema: ({ min, max }) => ({ type: 'number', minimum: min, maximum: max }),
  tsType: () => 'number',
}
