import type { Json } from '@holdfast/contract'
import { type Collection, type Field, makeSlugs, type Report, type SqlValue } from '../../collections/index.js'
import { defineError, nearestWord, newId } from '../../lib/index.js'
import type { RowScope, WriteScope } from '../../permissions/index.js'
import { isOperation, type Operation, parseOperation, refuseOperation } from './parse-operation.js'
import { JsonParts, splitPart } from './parse-parts.js'
import { Problems } from './problems.js'
import { emptyBody, type WriteBody } from './write-body.js'

const invalidBody = defineError('invalid_body')

/**
 * Untrusted body → checked one. All that is wrong is reported together, each with its path below `at`.
 * `readable` is what the caller may read: a field that may be neither read nor written is answered like an unknown one.
 * A record to be created has an id, of the client's choice or a new one. One request may bring thousands of bodies, and all
 * of them live until the last is written: a body holds nothing that it does not need.
 * @throws invalid_body, unknown_field, unknown_operator, field_not_writable, validation_failed
 */
export function parseBody(raw: unknown, scope: WriteScope, readable: RowScope | undefined, at = ''): WriteBody {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw invalidBody('The record must be an object', {
      errors: [{ path: at, code: 'invalid_body', message: 'must be an object' }],
    })
  const record = raw as { [key: string]: Json }
  const { action, collection } = scope
  const problems = new Problems()
  const report: Report = (path, code, message) => problems.add('validation_failed', path, code, message)
  const parsing: BodyParsing = { scope, readable, problems, report, operations: undefined }
  const columns = new Map<Field, SqlValue>()
  if (action === 'create') columns.set(collection.fields.get('id')!, newId())
  let lists: Map<Field, readonly string[]> | undefined
  let parts: JsonParts | undefined
  for (const name of Object.keys(record)) {
    const path = at === '' ? name : `${at}.${name}`
    const part = name.includes('.') ? splitPart(name) : undefined
    const field = findWritable(part?.field ?? name, path, parsing, part !== undefined)
    if (!field) continue
    if (part) {
      parts ??= new JsonParts(action, readable, problems, report)
      parts.add(field, part.keys, record[name]!, path)
      continue
    }
    const checked = parseChange(field, record[name]!, path, parsing)
    if (checked === undefined) continue
    if (field.columnType !== '') columns.set(field, checked)
    else {
      lists ??= new Map()
      lists.set(field, (checked ?? []) as readonly string[])
    }
  }
  for (const [field, change] of parts?.changes() ?? []) {
    if (columns.has(field)) parts!.refuseBoth(field, at)
    columns.set(field, change.operand)
    parsing.operations ??= new Map()
    parsing.operations.set(field, change.operation)
  }
  problems.throwIfAny()
  const made = action === 'create' ? makeSlugs(record, columns, collection) : []
  return {
    columns: inDefinitionOrder(columns, collection),
    lists: lists ?? emptyBody.lists,
    operations: parsing.operations ?? emptyBody.operations,
    made: made.length === 0 ? emptyBody.made : new Set(made),
  }
}

interface BodyParsing {
  readonly scope: WriteScope
  readonly readable: RowScope | undefined
  readonly problems: Problems
  /** Adds a value that is not valid to the problems. */
  readonly report: Report
  operations: Map<Field, Operation> | undefined
}

function findWritable(
  name: string,
  path: string,
  { scope, readable, problems }: BodyParsing,
  isPart: boolean,
): Field | undefined {
  const field = scope.collection.fields.get(name)
  if (!field || (isPart && !field.inside) || (!scope.canWrite(field) && !readable?.readable(name) && !field.system))
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
  // Then it was named rightly, and what is behind its name was not.
  if (meant === name) return 'Only fields of type json have parts.'
  return meant === undefined ? undefined : `Did you mean ${meant}?`
}

/** The checked value or operand; an operation goes into `operations`. Undefined once something was reported. */
function parseChange(field: Field, value: Json, path: string, parsing: BodyParsing): SqlValue | undefined {
  if (!isOperation(field, value)) return parseFieldValue(field, value, path, parsing.report)
  const { scope, readable, problems } = parsing
  if (scope.action === 'create') return void refuseOperation(field, path, problems)
  const change = parseOperation(field, value, readable, path, problems)
  if (change?.operation) {
    parsing.operations ??= new Map()
    parsing.operations.set(field, change.operation)
  }
  return change?.operand
}

/** The checked value; undefined once something was reported. */
function parseFieldValue(field: Field, value: Json, path: string, report: Report): SqlValue | undefined {
  if (value !== null) return field.parseValue(value, path, report)
  if (field.nullable) return null
  return void report(path, 'required', `${path} must not be null`)
}

/** Equal sets of fields give equal statements, whatever order the client wrote them in. */
function inDefinitionOrder(columns: Map<Field, SqlValue>, collection: Collection): Map<Field, SqlValue> {
  if (isInOrder(columns, collection)) return columns
  const ordered = new Map<Field, SqlValue>()
  for (const field of collection.fields.values()) {
    const value = columns.get(field)
    if (value !== undefined) ordered.set(field, value)
  }
  return ordered
}

function isInOrder(columns: ReadonlyMap<Field, SqlValue>, collection: Collection): boolean {
  const rest = columns.keys()
  let next = rest.next().value
  for (const field of collection.fields.values()) if (field === next) next = rest.next().value
  return next === undefined
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
