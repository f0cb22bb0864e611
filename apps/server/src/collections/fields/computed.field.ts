import type { FieldDefinition } from '@holdfast/contract'
import { booleanField } from './boolean.field.js'
import { decimalField } from './decimal.field.js'
import type { FieldKind } from './field-kind.js'
import { integerField } from './integer.field.js'
import { numberField } from './number.field.js'
import { textField } from './text.field.js'

const results = {
  text: textField,
  integer: integerField,
  number: numberField,
  decimal: decimalField,
  boolean: booleanField,
} as const

/** The type of the result, whose values a computed field has. */
const resultOf = ({ returns = 'text' }: FieldDefinition): FieldKind => results[returns]

/** A value PostgreSQL computes from other fields of the record and stores with it. Nobody writes it. */
export const computedField: FieldKind = {
  keys: ['expression', 'returns', 'unique', 'index', 'precision', 'scale'],

  checkDefinition(definition, report) {
    const { expression, returns, precision, scale } = definition
    if (expression === undefined) report('expression', 'required', 'expression is required')
    if (returns === undefined) report('returns', 'required', 'returns is required: the type of the result')
    if (returns === 'decimal') decimalField.checkDefinition?.(definition, report)
    else if (precision !== undefined || scale !== undefined)
      report(
        precision === undefined ? 'scale' : 'precision',
        'unfit_key',
        'precision and scale fit only returns decimal',
      )
  },

  shape: (definition) => resultOf(definition).shape(definition),
  columnType: (definition) => resultOf(definition).columnType(definition),
  select: (column, definition) => resultOf(definition).select?.(column, definition) ?? column,
  parser: () => (_value, path, report) => void report(path, 'computed', `${path} is computed and cannot be written`),
  jsonSchema: (definition) => ({ ...resultOf(definition).jsonSchema(definition), readOnly: true }),
  tsType: (definition) => resultOf(definition).tsType(definition),
}
