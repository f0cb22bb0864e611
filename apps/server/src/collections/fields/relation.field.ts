import type { FieldKind } from './field-kind.js'
import { checkItemCounts, parseList } from './list-value.js'
import { equality, listing, related } from './operator-sets.js'
import { parseUuid, parseUuidOperand } from './uuid.field.js'

const listAndRelated = new Set([...listing, ...related])

/**
 * One record of another collection (a column with its id), or with `many` an ordered list (a link table).
 * The values are ids; whether they exist, and whether the caller may point at them, is asked when the record is written.
 */
export const relationField: FieldKind = {
  keys: [
    ...(['collection', 'many', 'onDelete', 'inverse', 'required', 'unique', 'index', 'immutable'] as const),
    ...(['minItems', 'maxItems'] as const),
  ],

  checkDefinition(definition, report) {
    const { many, onDelete, required } = definition
    if (definition.collection === undefined)
      report('collection', 'required', 'collection must name the collection it points at')
    const unfit = many ? (['required', 'unique', 'index', 'onDelete'] as const) : (['minItems', 'maxItems'] as const)
    for (const key of unfit)
      if (definition[key] !== undefined && definition[key] !== false)
        report(key, 'unfit_key', `${key} does not fit a relation ${many ? 'with many' : 'without many'}`)
    if (onDelete === 'setNull' && required)
      report('onDelete', 'unfit_key', 'onDelete cannot be setNull on a required field')
    if (many) checkItemCounts(definition, report)
  },

  shape: ({ many }) => ({
    comparison: many ? 'list' : 'uuid',
    sqlType: 'uuid',
    operators: many ? listAndRelated : equality,
    parseOperand: parseUuidOperand,
  }),
  columnType: ({ many }) => (many ? '' : 'uuid'),

  parser: (definition) =>
    definition.many ? (value, path, report) => parseList(value, definition, path, report, parseUuid) : parseUuid,

  jsonSchema: ({ many, minItems, maxItems }) =>
    many
      ? { type: 'array', items: { type: 'string', format: 'uuid' }, uniqueItems: true, minItems, maxItems }
      : { type: 'string', format: 'uuid' },
  tsType: ({ many }) => (many ? 'string[]' : 'string'),
}
