import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { usersName } from './built-in.js'
import type { ReadDefinition } from './read-definition.js'
import { joinPath, type Reports } from './reports.js'
import { suggest } from './suggest.js'

type Problem = [code: string, message: string]

/** Reports what is wrong with the key `personalData`: an erasure must never find out that it cannot be done. */
export function checkPersonalData({ definition, path, unreadFields }: ReadDefinition, reports: Reports): void {
  const { personalData } = definition
  if (!personalData || unreadFields.has(personalData.field)) return
  const at = joinPath(path, 'personalData')
  const problem = findProblem(definition)
  if (problem) reports.report(joinPath(at, 'field'), ...problem)
  for (const [index, name] of (personalData.clear ?? []).entries()) {
    const wrong = unreadFields.has(name) ? undefined : findClearProblem(name, definition)
    if (wrong) reports.report(joinPath(at, `clear.${index}`), ...wrong)
  }
}

function findProblem({ name, fields, personalData }: CollectionDefinition): Problem | undefined {
  const { field: link, onDelete } = personalData!
  if (name === usersName) return ['does_not_fit', 'users are personal data anyway']
  if (link === 'createdBy') return undefined
  const field = fields.find((candidate) => candidate.name === link)
  if (!field) return unknownField(link, name, fields)
  if (field.type !== 'relation' || field.many || field.collection !== usersName)
    return ['wrong_type', `${link} must be a relation to one of ${usersName}, or createdBy`]
  if (onDelete === 'anonymise' && field.required)
    return ['does_not_fit', `${link} is required, so no record can do without: let onDelete be delete`]
  if (onDelete === 'keep' && (field.onDelete ?? (field.required ? 'restrict' : 'setNull')) !== 'setNull')
    return ['does_not_fit', `records are kept only where onDelete of ${link} is setNull`]
  return undefined
}

function findClearProblem(
  name: string,
  { name: collection, fields, personalData }: CollectionDefinition,
): Problem | undefined {
  const field = fields.find((candidate) => candidate.name === name)
  if (personalData!.onDelete !== 'anonymise') return ['does_not_fit', 'clear goes with onDelete anonymise']
  if (!field) return unknownField(name, collection, fields)
  if (field.required) return ['does_not_fit', `${name} is required and cannot become null`]
  if (field.type === 'computed' || (field.type === 'relation' && field.many))
    return ['wrong_type', `${name} has no value of its own that could become null`]
  return undefined
}

const unknownField = (name: string, collection: string, fields: readonly FieldDefinition[]): Problem => [
  'unknown_field',
  `${name} is not a field of ${collection}${suggest(
    name,
    fields.map((one) => one.name),
  )}`,
]
