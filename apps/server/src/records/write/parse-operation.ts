import type { Json, UpdateOperator } from '@holdfast/contract'
import type { Field, SqlValue } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import { and, type Condition, NEVER } from '../../query/index.js'
import type { Problems } from './problems.js'

/** How a field changes, where a body does not say what it becomes: `{ "$inc": 1 }`. */
export interface Operation {
  /** `parts`: the operand is a list of changes of parts of a JSON value. */
  readonly operator: UpdateOperator | 'parts'
  /**
   * The rows in which the caller may read the field. Whether a sum is too large, or a list too long, tells of the value that
   * was there, so that in other rows the field cannot be changed this way.
   */
  readonly open: Condition
}

type JsonObject = { [key: string]: Json }

/** Is this a change of the field, and not its value? A json field holds every object as it is. */
export const isOperation = (field: Field, value: Json): value is JsonObject =>
  hasOperator(value) && field.definition.type !== 'json'

export const hasOperator = (value: Json): value is JsonObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).some((key) => key.startsWith('$'))

/**
 * `{ "$inc": 1 }` → the operation and its checked operand; undefined once something was reported. `$unset` is no operation:
 * it gives the empty value.
 */
export function parseOperation(
  field: Field,
  value: JsonObject,
  readable: RowScope | undefined,
  path: string,
  problems: Problems,
): { operand: SqlValue; operation: Operation | undefined } | undefined {
  const [name, ...others] = Object.keys(value) as [string, ...string[]]
  if (others.length > 0)
    return void problems.add('invalid_body', path, 'too_many', `${path} takes one operator at a time`)
  const at = `${path}.${name}`
  const operator = name as UpdateOperator
  const parse = field.changes.get(operator)
  if (!parse) return void refuseOperator(field, name, at, problems)
  if (operator !== '$unset' && !readable?.readable(field.name))
    return void refuseUnreadable(operator, at, path, problems)
  const operand = parse(value[name]!, at, (where, code, message) =>
    problems.add('validation_failed', where, code, message),
  )
  if (operand === undefined) return undefined
  if (operator === '$unset')
    return isEmptied(field, operand, path, problems) ? { operand, operation: undefined } : undefined
  return { operand, operation: { operator, open: openRows(field, readable) } }
}

export const refuseUnreadable = (change: string, at: string, path: string, problems: Problems): void =>
  problems.add(
    'field_not_writable',
    at,
    'field_not_writable',
    `${change} needs a field you may read, and you may not read ${path}`,
  )

/** A mask speaks of rows the caller may read; of the others, which may be theirs to change all the same, it says nothing. */
export function openRows(field: Field, readable: RowScope | undefined): Condition {
  const mask = readable?.readable(field.name)?.mask
  return readable && mask ? and(readable.condition, mask) : NEVER
}

function refuseOperator(field: Field, name: string, at: string, problems: Problems): void {
  const shown = name.slice(0, 60)
  const hint = field.changes.size > 0 ? `Use one of ${[...field.changes.keys()].join(' ')}.` : undefined
  problems.add('unknown_operator', at.slice(0, 200), 'unknown_operator', `${shown} cannot change ${field.name}`, hint)
}

/** A new record has nothing yet that could be changed. */
export function refuseOperation(field: Field, path: string, problems: Problems): void {
  const message = `${path} takes a value: operators change a record that is there`
  const hint = `Give ${field.name} a value, or leave it out.`
  problems.add('unknown_operator', path, 'unknown_operator', message, hint)
}

/** May the field be without a value? */
function isEmptied(field: Field, empty: SqlValue, path: string, problems: Problems): boolean {
  if (empty === null && field.nullable) return true
  if (empty !== null && (field.definition.minItems ?? 0) === 0) return true
  problems.add('validation_failed', path, 'required', `${path} must have a value`)
  return false
}
