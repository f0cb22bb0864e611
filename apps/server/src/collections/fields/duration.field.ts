import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { operandOf } from './operand.js'
import { ordering } from './operator-sets.js'

/** ISO 8601, each part at most six digits, a fraction in the seconds only: PostgreSQL stores all of these exactly. */
const form =
  /^P(?=.)(\d{1,6}Y)?(\d{1,6}M)?(\d{1,6}W)?(\d{1,6}D)?(T(?=.)(\d{1,6}H)?(\d{1,6}M)?(\d{1,6}(\.\d{1,6})?S)?)?$/

function parseDuration(value: Json, path: string, report: Report): string | undefined {
  if (typeof value === 'string' && form.test(value)) return value
  return void report(path, 'invalid_duration', `${path} must be an ISO 8601 duration like "P1DT2H30M"`)
}

export const durationField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable'],
  shape: () => ({
    comparison: 'duration',
    sqlType: 'interval',
    operators: ordering,
    parseOperand: operandOf(parseDuration),
  }),
  columnType: () => 'interval',
  parser: () => parseDuration,
  jsonSchema: () => ({ type: 'string', format: 'duration' }),
  tsType: () => 'string',
}
