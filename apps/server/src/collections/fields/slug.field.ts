import type { FieldKind } from './field-kind.js'
import { textual } from './operator-sets.js'
import { checkLengths, parseText, parseTextOperand } from './text-value.js'

const defaultMaxLength = 200
export const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** The slug of a text: `Crème brûlée!` → `creme-brulee`. Undefined when nothing of the text can stand in a slug. */
export function slugOf(text: string, maxLength = defaultMaxLength): string | undefined {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .match(/[a-z0-9]+/g)
  return words?.join('-').slice(0, maxLength).replace(/-$/, '') || undefined
}

export const slugField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'searchable', 'minLength', 'maxLength', 'from'],
  checkDefinition: checkLengths,
  shape: () => ({ comparison: 'text', sqlType: 'text', operators: textual, parseOperand: parseTextOperand }),
  columnType: () => 'text',

  parser:
    ({ minLength, maxLength = defaultMaxLength }) =>
    (value, path, report) => {
      const text = parseText(value, { minLength, maxLength }, path, report)
      if (text === undefined || slugPattern.test(text)) return text
      return void report(path, 'invalid_slug', `${path} may have small letters, digits and single dashes between them`)
    },

  jsonSchema: ({ minLength, maxLength = defaultMaxLength }) => ({
    type: 'string',
    pattern: slugPattern.source,
    minLength,
    maxLength,
  }),
  tsType: () => 'string',
}
