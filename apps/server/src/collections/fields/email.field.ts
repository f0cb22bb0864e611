import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { textual } from './operator-sets.js'
import { parseStorableText, parseTextOperand } from './text-value.js'

/** One plain address: ASCII, no quotes, comments or lists, so that a validator and a mail server read it alike. */
export const addressPattern =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

function parseEmail(value: Json, path: string, report: Report): string | undefined {
  const text = parseStorableText(value, path, report)?.toLowerCase()
  if (text === undefined) return undefined
  if (text.length <= 254 && text.indexOf('@') <= 64 && addressPattern.test(text)) return text
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
