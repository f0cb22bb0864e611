import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import type { Report } from '../collection.js'
import { computedColumnSql, ExpressionError, inputOf, inputsOf } from '../expression/index.js'
import { systemFieldDefinitions } from '../system-fields.js'
import type { ReadDefinition } from './read-definition.js'
import type { Reports } from './reports.js'

/** Reports computed fields whose expression cannot be understood, or shows what is hidden. */
export function checkExpressions({ definition, fieldPaths, unreadFields }: ReadDefinition, reports: Reports): void {
  definition.fields.forEach((field, index) => {
    if (field.type !== 'computed' || field.expression === undefined) return
    if (inputsOf(field).some((name) => unreadFields.has(name))) return
    checkExpression(field, definition, reports.at(fieldPaths[index]!))
  })
}

function checkExpression(field: FieldDefinition, { fields }: CollectionDefinition, report: Report): void {
  const known = [...systemFieldDefinitions(false), ...fields]
  try {
    computedColumnSql(field, (name) => {
      const input = known.find((candidate) => candidate.name === name)
      return input && inputOf(input, name)
    })
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    report('expression', 'invalid_expression', error.message)
  }
  const hidden = inputsOf(field).filter((name) => fields.find((candidate) => candidate.name === name)?.hidden)
  if (hidden.length > 0 && !field.hidden)
    report('hidden', 'shows_hidden', `the field reads ${hidden.join(', ')}, which is hidden, so it must be hidden too`)
}
