import type { Field } from './collection.js'
import { fieldKinds, type JsonSchema } from './fields/index.js'

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
