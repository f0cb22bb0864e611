import { namePattern, systemFields } from '@holdfast/contract'
import { type Draft, type DraftField, liveFields } from './draft'

/** What is wrong with a name, as far as that can be told without the server; an empty one is only not there yet. */
export function nameProblem({ key, field: { name } }: DraftField, draft: Draft): string | undefined {
  if (name === '') return undefined
  if (!namePattern.test(name)) return 'Begin with a small letter; then letters, digits and _, at most 59 in all'
  if (systemFields.some((system) => system.toLowerCase() === name.toLowerCase()))
    return 'Every record has this field already'
  const twin = liveFields(draft).some(
    (other) => other.key !== key && other.field.name.toLowerCase() === name.toLowerCase(),
  )
  return twin ? 'Another field has this name (case does not count)' : undefined
}
