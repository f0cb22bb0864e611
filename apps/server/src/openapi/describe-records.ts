import type { Field } from '../collections/index.js'
import type { RowScope, WriteScope } from '../permissions/index.js'
import { isAlways } from '../query/index.js'
import { describeField, exampleOf } from './describe-field.js'
import { relationsOf } from './describe-parameters.js'
import { type JsonSchema, refTo } from './document.js'

/** A record as these roles may read it. Required is what every record they see has. */
export function describeRecord(scope: RowScope): JsonSchema {
  const fields = scope.readableFields()
  return {
    type: 'object',
    description: describe(
      scope.collection.definition.description,
      'A field that is not required is absent where you may not read it. With `fields`, only those named are present.',
    ),
    required: fields.filter(({ mask }) => isAlways(mask)).map(({ field }) => field.name),
    properties: {
      ...Object.fromEntries(
        fields.map(({ field }) => [field.name, describeField(field, field.relation && scope.related(field))]),
      ),
      ...describeExpand(scope),
      matchMeta: { type: 'object', description: 'With a search, `$near` or `$nearest`: rank, distance, highlight.' },
    },
  }
}

function describeExpand(scope: RowScope): { expand?: JsonSchema } {
  const relations = relationsOf(scope).map((shape) => {
    const record = refTo('schemas', `${scope.related(shape)!.collection.name}.record`)
    const toOne = shape.relation!.kind === 'one'
    return [shape.name, toOne ? { anyOf: [record, { type: 'null' }] } : { type: 'array', items: record }]
  })
  if (relations.length === 0) return {}
  const description = 'Related records, where `expand` asks for them.'
  return { expand: { type: 'object', description, properties: Object.fromEntries(relations) } }
}

/** What these roles may send to create a record. */
export const describeCreate = (scope: WriteScope, children: { [name: string]: JsonSchema } = {}): JsonSchema => ({
  ...describeBody(scope, children),
  required: requiredFields(scope).map(({ name }) => name),
})

/** What these roles may send to change a record: any part of it. */
export const describeUpdate = (scope: WriteScope, children: { [name: string]: JsonSchema } = {}): JsonSchema => ({
  ...describeBody(scope, children),
  ...describeParts(scope),
  minProperties: 1,
})

/** `facts.airports.count`: a place inside a json field. */
function describeParts(scope: WriteScope): JsonSchema {
  const names = writableFields(scope).flatMap(({ name, inside }) => (inside ? [name] : []))
  const part = { description: 'A part of the JSON value: what it becomes, or an operator like `{"$inc":1}`.' }
  return names.length === 0 ? {} : { patternProperties: { [`^(${names.join('|')})\\..+$`]: part } }
}

const describeBody = (scope: WriteScope, children: { [name: string]: JsonSchema }): JsonSchema => ({
  type: 'object',
  description: scope.collection.definition.description,
  properties: {
    ...Object.fromEntries(writableFields(scope).map((field) => [field.name, describeValue(field, scope)])),
    ...children,
  },
  additionalProperties: false,
})

/** A value of a body: in an update, also what changes the value that is there. */
function describeValue(field: Field, scope: WriteScope): JsonSchema {
  const value = describeField(field, field.relation && scope.referable(field))
  return scope.action === 'create' ? value : { anyOf: [value, fieldOperation] }
}

const fieldOperation: JsonSchema = {
  type: 'object',
  description:
    'Exactly one: `{"$inc":1}`, `{"$min":0}`, `{"$max":9}`, `{"$push":"x"}`, `{"$pull":"x"}`, `{"$unset":true}`.',
  minProperties: 1,
  maxProperties: 1,
}

const writableFields = (scope: WriteScope): Field[] =>
  [...scope.collection.fields.values()].filter(
    (field) => scope.canWrite(field) && !(scope.action === 'update' && field.definition.immutable),
  )

/** Fields a create must give: no default, no other field and no rule gives them a value. */
function requiredFields(scope: WriteScope): Field[] {
  const grants = scope.grants([])
  return writableFields(scope).filter(
    ({ name, system, definition: { required, default: given, from } }) =>
      required &&
      !system &&
      given === undefined &&
      from === undefined &&
      grants.every(({ preset }) => !preset.has(name)),
  )
}

/** A body to start from: the fields that values can be made up for, without ids of other records. */
export const exampleBody = (scope: WriteScope): { [field: string]: unknown } =>
  Object.fromEntries(
    writableFields(scope)
      .filter(({ system }) => !system)
      .map(({ name, definition }) => [name, exampleOf(definition)])
      .filter(([, value]) => value !== undefined),
  )

const describe = (...texts: readonly (string | undefined)[]): string => texts.filter(Boolean).join('\n\n')
