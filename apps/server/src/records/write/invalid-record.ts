import type { ErrorItem } from '@holdfast/contract'
import { type Field, maxListItems } from '../../collections/index.js'
import { AppError } from '../../lib/index.js'
import type { WriteScope } from '../../permissions/index.js'

/** A record that would become what it must not be. */
export class InvalidRecord extends AppError {
  constructor(
    readonly errors: readonly ErrorItem[],
    /** Which of the written records; undefined when the statement could not say. */
    readonly recordId: string | undefined,
    cause: unknown,
  ) {
    const detail = errors.length === 1 ? errors[0]!.message : `${errors.length} fields are invalid`
    super('validation_failed', detail, { errors: [...errors], cause })
  }
}

/** What `holdfast.require_valid` raised, in words: `views:too_large tags:too_many`. */
export function invalidRecord(
  detail: string,
  recordId: string | undefined,
  scope: WriteScope,
  cause: unknown,
): InvalidRecord {
  const problems = detail.split(' ').map((problem) => problem.split(':') as [name: string, code: string])
  const errors = new Map<string, ErrorItem>()
  for (const [name, code] of problems) {
    const item = errorItem(scope.collection.fields.get(name), code, scope)
    if (!errors.has(item.path)) errors.set(item.path, item)
  }
  return new InvalidRecord([...errors.values()], recordId, cause)
}

/** A field the caller may neither read nor write is not named, though the record depends on it. */
function errorItem(field: Field | undefined, code: string, scope: WriteScope): ErrorItem {
  if (!field || !scope.knows(field)) return { path: '', code: 'invalid', message: 'The record is not valid' }
  return { path: field.name, code, message: `${field.name} ${messageOf(field, code)}` }
}

function messageOf({ definition }: Field, code: string): string {
  const { min, max, minItems = 0, maxItems = maxListItems } = definition
  switch (code) {
    case 'too_small':
      return `must be at least ${min}`
    case 'too_large':
      return `must be at most ${max}`
    case 'too_few':
      return `must have at least ${minItems} items`
    case 'too_many':
      return `must have at most ${maxItems} items`
    case 'out_of_range':
      return 'would be out of range'
    default:
      return 'does not satisfy what the collection asks of a record'
  }
}
