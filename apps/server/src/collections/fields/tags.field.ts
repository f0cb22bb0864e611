import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { checkItemCounts, parseList } from './list-value.js'
import { listing } from './operator-sets.js'
import { checkLengths, parseText, parseTextOperand } from './text-value.js'

const maxTagLength = 200

/** A tag without spaces around it. */
const parseTag =
  (maxLength: number) =>
  (item: Json, path: string, report: Report): string | undefined => {
    const text = parseText(item, { maxLength }, path, report)?.trim()
    return text === '' ? void report(path, 'too_short', `${path} must not be empty`) : text
  }

/** Free words; `maxLength` is that of one. */
export const tagsField: FieldKind = {
  keys: ['required', 'default', 'index', 'immutable', 'searchable', 'maxLength', 'minItems', 'maxItems'],
  checkDefinition(definition, report) {
    checkLengths(definition, report, maxTagLength)
    checkItemCounts(definition, report)
  },
  shape: () => ({ comparison: 'list', sqlType: 'text', operators: listing, parseOperand: parseTextOperand }),
  columnType: () => 'text[]',

  parser(definition) {
    const parseItem = parseTag(definition.maxLength ?? maxTagLength)
    return (value, path, report) => parseList(value, definition, path, report, parseItem)
  },

  jsonSchema: ({ maxLength = maxTagLength, minItems, maxItems }) => ({
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength },
    uniqueItems: true,
    minItems,
    maxItems,
  }),
  tsType: () => 'string[]',
  indexMethod: { method: 'gin' },
}
