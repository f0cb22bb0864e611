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

/** What `holdfast.require_valid` raised, in words: `views:too_large tags:too_many`; of a part of JSON its place follows as hex. */
export function invalidRecord(
  detail: string,
  recordId: string | undefined,
  scope: WriteScope,
  cause: unknown,
): InvalidRecord {
  const problems = detail.split(' ').map((problem) => problem.split(':') as [name: string, code: string, part?: string])
  const errors = new Map<string, ErrorItem>()
  for (const [name, code, part] of problems) {
    const item = errorItem(scope.collection.fields.get(name), code, part, scope)
    if (!errors.has(item.path)) errors.set(item.path, item)
  }
  return new InvalidRecord([...errors.values()], recordId, cause)
}

/** A field the caller may neither read nor write is not named, though the record depends on it. */
function errorItem(field: Field | undefined, code: string, part: string | undefined, scope: WriteScope): ErrorItem {
  if (!field || !scope.knows(field)) return { path: '', code: 'invalid', message: 'The record is not valid' }
  const place = part === undefined ? field.name : `${field.name}.${Buffer.from(part, 'hex').toString()}`.slice(0, 200)
  return { path: place, code, message: `${place} ${messageOf(field, code)}` }
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
    case 'wrong_type':
      return 'holds a value of another type, which the operator does not fit'
    case 'no_such_place':
      return 'leads through a value that is neither an object nor a list with such a place'
    case 'too_long':
      return 'would make the value longer than 1000000 characters of JSON'
    case 'out_of_range':
      return 'would be out of range'
    default:
      return 'does not satisfy what the collection asks of a record'
  }
}
