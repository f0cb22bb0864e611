import type { FieldDefinition } from '@holdfast/contract'
import { parseRuleCondition } from '../../query/index.js'
import type { Collection, Report, Schema } from '../collection.js'
import { errorsTo, failed } from './errors-to-reports.js'
import type { ReadDefinition } from './read-definition.js'
import type { Reports } from './reports.js'

/** Reports what is wrong with the validations of one collection of a compiled schema. */
export function checkValidations({ definition, fieldPaths }: ReadDefinition, schema: Schema, reports: Reports): void {
  const collection = schema.collections.get(definition.name)!
  const users = schema.collections.get('users') ?? collection
  definition.fields.forEach((field, index) => {
    if (field.validate) checkValidation(field.validate, collection, users, reports.at(fieldPaths[index]!))
  })
}

function checkValidation(
  validate: NonNullable<FieldDefinition['validate']>,
  collection: Collection,
  users: Collection,
  report: Report,
): void {
  const parsed = errorsTo(report, 'validate', () => parseRuleCondition(validate, collection, users, 'validate'))
  if (parsed === failed || parsed.variables.length === 0) return
  const message = 'validate is about the record, whoever writes it: what depends on $user is a rule'
  report('validate', 'invalid_value', message)
}
