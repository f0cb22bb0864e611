import type { FieldKind } from './field-kind.js'
import { checkItemCounts, parseList } from './list-value.js'
import { listing } from './operator-sets.js'
import { checkOptions, notAnOption, optionsType } from './select.field.js'
import { parseTextOperand } from './text-value.js'

export const multiselectField: FieldKind = {
  keys: ['required', 'default', 'index', 'immutable', 'searchable', 'options', 'minItems', 'maxItems'],
  checkDefinition(definition, report) {
    checkOptions(definition, report)
    checkItemCounts(definition, report)
  },
  shape: () => ({ comparison: 'list', sqlType: 'text', operators: listing, parseOperand: parseTextOperand }),
  columnType: () => 'text[]',

  parser(definition) {
    const allowed: ReadonlySet<unknown> = new Set(definition.options)
    return (value, path, report) =>
      parseList(value, definition, path, report, (item, at) =>
        allowed.has(item) ? (item as string) : void report(at, 'not_an_option', notAnOption(at, definition.options)),
      )
  },

  jsonSchema: ({ options, minItems, maxItems }) => ({
    type: 'array',
    items: { type: 'string', enum: options },
    uniqueItems: true,
    minItems,
    maxItems,
  }),
  tsType: (definition) => `(${optionsType(definition)})[]`,
  indexMethod: { method: 'gin' },
}
