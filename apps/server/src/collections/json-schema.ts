import type { Collection, Field } from './collection.js'
import { fieldKinds, type JsonSchema } from './fields/index.js'

/**
 * What a record of a collection looks like, as an OpenAPI 3.1 schema: as it is answered, as it is sent to create one, or
 * to change one. Hidden fields are left out. In an answer no field is certain: rules and `fields=` take some away.
 */
export function jsonSchemaOf(collection: Collection, use: 'record' | 'create' | 'update'): JsonSchema {
  const fields = [...collection.fields.values()].filter((field) => !field.hidden && isUsed(field, use))
  const required = use === 'create' ? fields.filter((field) => isNeeded(field, collection)).map(({ name }) => name) : []
  return prune({
    type: 'object',
    description: use === 'record' ? collection.definition.description : undefined,
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchemaOf(field)])),
    required: required.length > 0 ? required : undefined,
    additionalProperties: use === 'record' ? undefined : false,
  })
}

function isUsed({ writable, definition }: Field, use: 'record' | 'create' | 'update'): boolean {
  return use === 'record' || (writable && !(use === 'update' && definition.immutable))
}

/** Must be sent: nothing else gives the value, neither a default nor a rule. */
function isNeeded({ name, system, definition }: Field, { definition: { rules = [] } }: Collection): boolean {
  const given = definition.default !== undefined || definition.from !== undefined
  return (
    !system && definition.required === true && !given && !rules.some(({ preset = {} }) => Object.hasOwn(preset, name))
  )
}

/** The JSON Schema of one field's value, null included where it may be. */
export function fieldSchemaOf({ definition, nullable }: Field): JsonSchema {
  const schema = { ...fieldKinds[definition.type].jsonSchema(definition) }
  return prune({ ...(nullable ? allowNull(schema) : schema), description: definition.description })
}

function allowNull(schema: JsonSchema): JsonSchema {
  const { type, enum: options } = schema
  if (typeof type !== 'string') return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] }
  return { ...schema, type: [type, 'null'], enum: Array.isArray(options) ? [...options, null] : undefined }
}

/** Without the keys that have no value. */
const prune = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(schema)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, isSchema(value) ? prune(value) : value]),
  )

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
