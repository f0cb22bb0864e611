import type { Json } from '@holdfast/contract'
import { isEmailAddress } from '../../lib/index.js'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { textual } from './operator-sets.js'
import { parseStorableText, parseTextOperand } from './text-value.js'

function parseEmail(value: Json, path: string, report: Report): string | undefined {
  const text = parseStorableText(value, path, report)?.toLowerCase()
  if (text === undefined) return undefined
  if (isEmailAddress(text)) return text
  return void report(path, 'invalid_email', `${path} must be one e-mail address`)
}

export const emailField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'searchable'],
  shape: () => ({
    comparison: 'text',
    sqlType: 'text',
    operators: textual,
    parseOperand: (value, path) => parseTextOperand(value, path).toLowerCase(),
  }),
  columnType: () => 'text',
  parser: () => parseEmail,
  jsonSchema: () => ({ type: 'string', format: 'email', maxLength: 254 }),
  tsType: () => 'string',
}
