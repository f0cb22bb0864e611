import { type FieldOperator, limits } from '@holdfast/contract'
import type { Field } from '../collections/index.js'
import type { RowScope } from '../permissions/index.js'
import type { Comparison, FieldShape } from '../query/index.js'
import { type JsonSchema, refTo } from './document.js'

/** What a value of a field is compared with. Of lists, one item. */
const operands: Readonly<Record<Comparison, JsonSchema>> = {
  text: { type: 'string' },
  number: { type: 'number' },
  decimal: { type: ['number', 'string'], pattern: '^-?\\d+(\\.\\d+)?$' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  duration: { type: 'string', format: 'duration' },
  uuid: { type: 'string', format: 'uuid' },
  list: { type: 'string' },
  json: {},
  geo: {},
  vector: {},
}

const searchText: JsonSchema = { type: 'string', maxLength: limits.searchLength, examples: ['tea'] }

/** Is there a field the caller may search? */
export const isSearchable = (scope: RowScope): boolean =>
  scope.readableFields().some(({ field }) => field.operators.has('$search'))

const near: JsonSchema = {
  type: 'object',
  required: ['lat', 'lon'],
  properties: {
    lat: { type: 'number', minimum: -90, maximum: 90 },
    lon: { type: 'number', minimum: -180, maximum: 180 },
    km: { type: 'number', exclusiveMinimum: 0 },
  },
  examples: [{ lat: 52.5, lon: 13.4, km: 50 }],
}

/** The conditions a filter may set: one per field the scope shows and per relation it leads through. */
export function describeFilter(scope: RowScope, self: string): JsonSchema {
  const conditions = [...namesIn(scope)].map((shape) => [shape.name, refTo('schemas', conditionName(shape))])
  const filter = refTo('schemas', self)
  const list = { type: 'array', items: filter, minItems: 1 }
  return {
    type: 'object',
    description:
      'Conditions that must all hold: `{"field": value}` or `{"field": {"$operator": value}}`. ' +
      'A path leads through relations (`"author.name"`) and into JSON (`"meta.city"`). ' +
      `At most ${limits.filterDepth} levels and ${limits.filterTerms} conditions.`,
    properties: {
      ...Object.fromEntries(conditions),
      $and: list,
      $or: list,
      $not: filter,
      ...(isSearchable(scope) && { $search: searchText }),
    },
  }
}

/** The schemas that the filter of this scope refers to. */
export const describeConditions = (scope: RowScope): { [name: string]: JsonSchema } =>
  Object.fromEntries([...namesIn(scope)].map((shape) => [conditionName(shape), describeCondition(shape)]))

/** Fields, then inverse relations, that the caller may name. */
function* namesIn(scope: RowScope): Iterable<Field | FieldShape> {
  for (const { field } of scope.readableFields()) yield field
  for (const inverse of scope.collection.inverses.values()) if (scope.readable(inverse.name)) yield inverse
}

/** One schema per field type: `Condition.text`; lists of relations have their own. */
function conditionName(shape: Field | FieldShape): string {
  if (!('definition' in shape)) return 'Condition.inverse'
  const { type, many, returns } = shape.definition
  return `Condition.${many ? 'relations' : type === 'computed' ? (returns ?? 'text') : type}`
}

function describeCondition({ comparison, operators }: FieldShape): JsonSchema {
  const operand = operands[comparison]
  const properties = Object.fromEntries(
    [...operators].map((operator) => [operator, describeOperand(operator, operand, comparison)]),
  )
  const byOperator = { type: 'object', properties, additionalProperties: false, minProperties: 1 }
  if (!operators.has('$eq')) return byOperator
  const value = comparison === 'json' ? { not: { type: 'object' } } : operand
  return { anyOf: [value, { type: 'null' }, byOperator] }
}

function describeOperand(operator: FieldOperator, one: JsonSchema, comparison: Comparison): JsonSchema {
  switch (operator) {
    case '$eq':
    case '$ne':
      return comparison === 'json' ? {} : { anyOf: [one, { type: 'null' }] }
    case '$null':
      return { type: 'boolean' }
    case '$in':
    case '$nin':
    case '$hasAny':
    case '$hasAll':
      return { type: 'array', items: one, maxItems: limits.listOperand }
    case '$between':
      return { type: 'array', items: one, minItems: 2, maxItems: 2 }
    case '$some':
    case '$none':
    case '$every':
      return { type: 'object', description: 'Conditions on the related records.' }
    case '$search':
      return searchText
    case '$near':
      return near
    case '$within':
      return {
        type: 'object',
        description: 'An area: `{"box":{…}}`, `{"polygon":[…]}` or `{"circle":{…}}`.',
        examples: [{ circle: { lat: 52.5, lon: 13.4, km: 50 } }],
      }
    case '$nearest':
      return { type: 'object', required: ['to'], properties: { to: { type: 'array', items: { type: 'number' } } } }
    default:
      return one
  }
}
