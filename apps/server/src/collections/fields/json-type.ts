import type { Json } from '@holdfast/contract'

/** What a JSON Schema says of the values at one place; `any` where it leaves that open. */
export type JsonType = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'any'

type Schema = { readonly [key: string]: Json }

const types: Readonly<Record<string, JsonType>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
}

/** The type at the end of a path of keys; undefined where no value of the schema has anything there. */
export function jsonTypeAt(schema: Schema, keys: readonly string[]): JsonType | undefined {
  let place: Json | undefined = resolve(schema, schema)
  for (const key of keys) {
    if (place === undefined || place === false) return undefined
    place = resolve(stepInto(place, key), schema)
  }
  return place === undefined || place === false ? undefined : typeOf(place)
}

function typeOf(schema: Json): JsonType {
  const named = typesOf(schema)?.filter((type) => type !== 'null')
  return (named?.length === 1 && types[named[0]!]) || 'any'
}

function typesOf(schema: Json): string[] | undefined {
  const type = isSchema(schema) ? schema['type'] : undefined
  return type === undefined ? undefined : ([type].flat() as string[])
}

/** The schema of a member; true where anything may stand, undefined where nothing can. */
function stepInto(schema: Json, key: string): Json | undefined {
  if (!isSchema(schema)) return schema
  const allowed = typesOf(schema)
  const steps = [
    ...(allowed?.includes('object') === false ? [] : [memberOf(schema, key)]),
    ...(allowed?.includes('array') === false ? [] : [itemOf(schema, key)]),
  ].filter((step) => step !== undefined)
  return steps.length > 1 && !isSchema(steps[0]!) ? steps[1] : steps[0]
}

/** Keywords by which a member may be allowed, or described, elsewhere. */
const elsewhere = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas', 'patternProperties']

function memberOf(schema: Schema, key: string): Json | undefined {
  const { properties, additionalProperties } = schema
  if (isSchema(properties) && Object.hasOwn(properties, key)) return properties[key]
  if (elsewhere.some((keyword) => keyword in schema)) return true
  return additionalProperties === false ? undefined : (additionalProperties ?? true)
}

function itemOf(schema: Schema, key: string): Json | undefined {
  if (!/^-?\d{1,9}$/.test(key)) return undefined
  const { prefixItems, items } = schema
  const first = Array.isArray(prefixItems) ? prefixItems : []
  if (key.startsWith('-') && first.length > 0) return true
  const item = first[Number(key)] ?? items
  if (item !== undefined && item !== false) return item
  return item === false && !elsewhere.some((keyword) => keyword in schema) ? undefined : true
}

/** Follows references inside the schema itself; others leave the place open. */
function resolve(place: Json | undefined, root: Schema): Json | undefined {
  let found = place
  for (let hops = 0; isSchema(found) && typeof found['$ref'] === 'string' && found['type'] === undefined; hops++) {
    if (hops === 20 || !/^#(\/|$)/.test(found['$ref'])) return true
    found = pointTo(found['$ref'], root)
  }
  return found
}

function pointTo(reference: string, root: Schema): Json {
  let place: Json | undefined = root
  for (const part of reference.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    place = isContainer(place) && Object.hasOwn(place, key) ? (place as Schema)[key] : undefined
  }
  return place ?? true
}

const isContainer = (value: Json | undefined): value is Json[] | { [key: string]: Json } =>
  typeof value === 'object' && value !== null

const isSchema = (value: Json | undefined): value is { [key: string]: Json } =>
  isContainer(value) && !Array.isArray(value)
