import type { Json } from '@holdfast/contract'
import { type Collection, type Field, makeSlugs, type SqlValue } from '../../collections/index.js'
import { defineError, nearestWord } from '../../lib/index.js'
import type { RowScope, WriteScope } from '../../permissions/index.js'
import { isOperation, type Operation, parseOperation, refuseOperation } from './parse-operation.js'
import { Problems } from './problems.js'
import type { WriteBody } from './write-body.js'

const invalidBody = defineError('invalid_body')

/**
 * Untrusted body → checked one. All that is wrong is reported together, each with its path below `at`.
 * `readable` is what the caller may read: a field that may be neither read nor written is answered like an unknown one.
 * @throws invalid_body, unknown_field, unknown_operator, field_not_writable, validation_failed
 */
export function parseBody(raw: unknown, scope: WriteScope, readable: RowScope | undefined, at = ''): WriteBody {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw invalidBody('The record must be an object', {
      errors: [{ path: at, code: 'invalid_body', message: 'must be an object' }],
    })
  const problems = new Problems()
  const columns = new Map<Field, SqlValue>()
  const lists = new Map<Field, readonly string[]>()
  const operations = new Map<Field, Operation>()
  for (const [name, value] of Object.entries(raw as { [key: string]: Json })) {
    const path = at === '' ? name : `${at}.${name}`
    const field = findWritable(name, scope, readable, path, problems)
    if (!field) continue
    const checked = parseChange(field, value, path, { scope, readable, problems, operations })
    if (checked === undefined) continue
    if (field.columnType === '') lists.set(field, (checked ?? []) as readonly string[])
    else columns.set(field, checked)
  }
  problems.throwIfAny()
  const made = scope.action === 'create' ? makeSlugs(raw as { [key: string]: Json }, columns, scope.collection) : []
  return { columns: inDefinitionOrder(columns, scope.collection), lists, operations, made: new Set(made) }
}

function findWritable(
  name: string,
  scope: WriteScope,
  readable: RowScope | undefined,
  path: string,
  problems: Problems,
): Field | undefined {
  const field = scope.collection.fields.get(name)
  if (!field || (!scope.canWrite(field) && !readable?.readable(name) && !field.system))
    return void problems.add(
      'unknown_field',
      path,
      'unknown_field',
      `${path.slice(0, 60)} is not a field of ${scope.collection.name}`,
      proposeName(name, scope, readable),
    )
  if (scope.action === 'update' && field.definition.immutable)
    return void problems.add('validation_failed', path, 'immutable', `${path} cannot be changed`)
  if (!field.writable || (scope.action === 'update' && name === 'id'))
    return void problems.add('invalid_body', path, 'read_only', `${path} is set by the server`)
  if (!scope.canWrite(field))
    return void problems.add('field_not_writable', path, 'field_not_writable', `Your roles may not set ${path}`)
  return field
}

/** Only names that the caller may write or read: a name that is closed changes nothing of the answer. */
function proposeName(name: string, scope: WriteScope, readable: RowScope | undefined): string | undefined {
  const { fields, names } = scope.collection
  const isOpen = (known: string) => {
    const field = fields.get(known)
    return (field && scope.canWrite(field)) || readable?.readable(known) !== undefined
  }
  const meant = nearestWord(name, names.filter(isOpen))
  return meant === undefined ? undefined : `Did you mean ${meant}?`
}

interface BodyParsing {
  readonly scope: WriteScope
  readonly readable: RowScope | undefined
  readonly problems: Problems
  readonly operations: Map<Field, Operation>
}

/** The checked value or operand; an operation goes into `operations`. Undefined once something was reported. */
function parseChange(
  field: Field,
  value: Json,
  path: string,
  { scope, readable, problems, operations }: BodyParsing,
): SqlValue | undefined {
  if (!isOperation(field, value)) return parseFieldValue(field, value, path, problems)
  if (scope.action === 'create') return void refuseOperation(field, path, problems)
  const change = parseOperation(field, value, readable, path, problems)
  if (change?.operation) operations.set(field, change.operation)
  return change?.operand
}

/** The checked value; undefined once something was reported. */
function parseFieldValue(field: Field, value: Json, path: string, problems: Problems): SqlValue | undefined {
  const report = (where: string, code: string, message: string) =>
    problems.add('validation_failed', where, code, message)
  if (value !== null) return field.parseValue(value, path, report)
  if (field.nullable) return null
  return void report(path, 'required', `${path} must not be null`)
}

/** Equal sets of fields give equal statements, whatever order the client wrote them in. */
function inDefinitionOrder(columns: ReadonlyMap<Field, SqlValue>, collection: Collection): Map<Field, SqlValue> {
  const ordered = new Map<Field, SqlValue>()
  for (const field of collection.fields.values()) {
    const value = columns.get(field)
    if (value !== undefined) ordered.set(field, value)
  }
  return ordered
}

/** @throws validation_failed, naming the missing fields */
export function refuseMissing(fields: readonly Field[], at = ''): never {
  const problems = new Problems()
  for (const field of fields) {
    const path = at === '' ? field.name : `${at}.${field.name}`
    problems.add('validation_failed', path, 'required', `${path} is required`)
  }
  problems.throwIfAny()
  throw new Error('No field is missing')
}
