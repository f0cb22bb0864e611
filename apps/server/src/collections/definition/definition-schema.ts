import {
  actions,
  changeLogLevels,
  erasures,
  fieldTypes,
  namePattern,
  searchLanguages,
  vectorMetrics,
} from '@holdfast/contract'
import type { ApiBodyOptions } from '@nestjs/swagger'

type Schema = Extract<ApiBodyOptions, { schema: unknown }>['schema']

/** JSON Schemas of what admins send, for the OpenAPI document. The server checks bodies itself, with better words. */
const name = { type: 'string', pattern: namePattern.source }
const text = { type: 'string' }
const flag = { type: 'boolean' }
const count = { type: 'integer', minimum: 0 }
const bound = { oneOf: [{ type: 'number' }, { type: 'string' }] }
const listOf = (items: Schema) => ({ type: 'array', items })

const fieldSchema: Schema = {
  type: 'object',
  required: ['name', 'type'],
  properties: {
    id: {
      type: 'string',
      format: 'uuid',
      description: 'Given by the server. Sent back with another name, it renames the field.',
    },
    name,
    type: { type: 'string', enum: [...fieldTypes] },
    description: text,
    required: flag,
    default: { description: 'The value of a create that leaves the field out.' },
    ...{ unique: flag, index: flag, hidden: flag, immutable: flag },
    ...{ min: bound, max: bound, minLength: count, maxLength: count },
    pattern: { type: 'string', description: 'A regular expression (RE2) the whole value matches.' },
    searchable: { oneOf: [flag, { type: 'string', enum: ['A', 'B', 'C', 'D'] }] },
    dimensions: count,
    metric: { type: 'string', enum: [...vectorMetrics] },
    options: listOf(text),
    validate: { type: 'object', description: 'A condition every written record must satisfy, in the query grammar.' },
    ...{ minItems: count, maxItems: count, precision: count, scale: count },
    schema: { type: 'object', description: 'A JSON Schema (draft 2020-12).' },
    from: { ...name, description: 'The text field a slug is made from.' },
    collection: { ...name, description: 'The collection a relation points at.' },
    many: flag,
    onDelete: { type: 'string', enum: ['cascade', 'restrict', 'setNull'] },
    inverse: { ...name, description: 'The name under which the other collection sees these records.' },
    expression: { type: 'string', description: 'An expression over fields of the record: `price * quantity`.' },
    returns: { type: 'string', enum: ['text', 'integer', 'number', 'decimal', 'boolean'] },
  },
}

const indexSchema: Schema = {
  type: 'object',
  required: ['fields'],
  properties: { fields: { ...listOf(text), description: '`-` before a name means descending.' }, unique: flag },
}

const actionSchema = { type: 'string', enum: [...actions] }

const ruleSchema: Schema = {
  type: 'object',
  required: ['role', 'action'],
  properties: {
    role: name,
    action: { oneOf: [actionSchema, listOf(actionSchema)] },
    conditions: { type: 'object', description: 'Which rows, in the query grammar. Left out: every row.' },
    fields: listOf(name),
    preset: { type: 'object', description: 'Values the server sets.' },
    deny: flag,
    description: text,
  },
}

const kept: Schema = {
  oneOf: [flag, { type: 'object', required: ['days'], properties: { days: { type: 'integer', minimum: 1 } } }],
}

export const collectionSchema = {
  type: 'object',
  required: ['name', 'fields'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    name,
    description: text,
    language: { type: 'string', enum: [...searchLanguages] },
    history: { ...kept, description: 'Keeps every version of its records; `true` for ever.' },
    trash: { ...kept, description: 'Deleted records can be restored; `true` for 30 days.' },
    changeLog: { type: 'string', enum: [...changeLogLevels] },
    members: { ...flag, description: 'Its records are teams, with members. At most one collection.' },
    tenant: { ...name, description: 'The field that says to which team a record belongs.' },
    personalData: {
      type: 'object',
      description: 'Its records are about a person: they are exported and erased with the user.',
      required: ['field', 'onDelete'],
      properties: {
        field: { ...name, description: 'A relation to one of `users`, or `createdBy`.' },
        onDelete: { type: 'string', enum: [...erasures] },
        clear: { ...listOf(name), description: 'With `anonymise`: fields that become null.' },
      },
    },
    fields: listOf(fieldSchema),
    indexes: listOf(indexSchema),
    rules: listOf(ruleSchema),
  },
}

export const planRequestSchema = {
  type: 'object',
  properties: { collections: listOf(collectionSchema), drop: listOf(name) },
}

export const applyRequestSchema: Schema = {
  type: 'object',
  required: ['hash'],
  properties: {
    ...planRequestSchema.properties,
    hash: { type: 'string', description: 'That of the plan.' },
    acceptDataLoss: flag,
  },
}
