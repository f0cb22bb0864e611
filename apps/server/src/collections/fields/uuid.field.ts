import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { operandOf } from './operand.js'
import { ordering } from './operator-sets.js'

/** A UUID of any version, in small letters. */
export function parseUuid(value: Json, path: string, report: Report): string | undefined {
  if (typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value))
    return value.toLowerCase()
  return void report(path, 'invalid_uuid', `${path} must be a UUID`)
}

export const parseUuidOperand = operandOf(parseUuid)

export const uuidField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable'],
  shape: () => ({ comparison: 'uuid', sqlType: 'uuid', operators: ordering, parseOperand: parseUuidOperand }),
  columnType: () => 'uuid',
  parser: () => parseUuid,
  jsonSchema: () => ({ type: 'string', format: 'uuid' }),
  tsType: () => 'string',
}
