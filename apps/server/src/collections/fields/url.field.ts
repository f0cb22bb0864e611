import type { FieldKind } from './field-kind.js'
import { textual } from './operator-sets.js'
import { checkLengths, parseText, parseTextOperand } from './text-value.js'

const defaultMaxLength = 2048

/** An http or https URL without spaces, control characters and back-slashes, which parsers read differently. */
const isUrl = (text: string): boolean => /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(text) && URL.canParse(text)

export const urlField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'searchable', 'maxLength'],
  checkDefinition: checkLengths,
  shape: () => ({ comparison: 'text', sqlType: 'text', operators: textual, parseOperand: parseTextOperand }),
  columnType: () => 'text',

  parser:
    ({ maxLength = defaultMaxLength }) =>
    (value, path, report) => {
      const text = parseText(value, { maxLength }, path, report)
      if (text === undefined || isUrl(text)) return text
      return void report(path, 'invalid_url', `${path} must be an http or https URL`)
    },

  jsonSchema: ({ maxLength = defaultMaxLength }) => ({ type: 'string', format: 'uri', maxLength }),
  tsType: () => 'string',
}
