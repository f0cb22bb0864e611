import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { operandOf } from './operand.js'
import { equality } from './operator-sets.js'

const parseBoolean = (value: Json, path: string, report: Report): boolean | undefined =>
  typeof value === 'boolean' ? value : void report(path, 'wrong_type', `${path} must be true or false`)

/** Query strings carry booleans as text: `filter[done]=true`. */
const booleanOfText = (value: Json): Json => (value === 'true' ? true : value === 'false' ? false : value)

export const parseBooleanOperand = operandOf((value, path, report) => parseBoolean(booleanOfText(value), path, report))

export const booleanField: FieldKind = {
  keys: ['required', 'default', 'index', 'immutable'],
  shape: () => ({ comparison: 'boolean', sqlType: 'bool', operators: equality, parseOperand: parseBooleanOperand }),
  columnType: () => 'bool',
  parser: () => parseBoolean,
  jsonSchema: () => ({ type: 'boolean' }),
  tsType: () => 'boolean',
}
