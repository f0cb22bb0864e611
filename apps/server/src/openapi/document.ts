/** The parts of an OpenAPI 3.1 document that are built here. */
export interface OpenapiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly Tag[]
  readonly paths: Paths
  readonly components: Components
}

export interface Tag {
  readonly name: string
  readonly description?: string
}

/** A JSON Schema (draft 2020-12), or a reference to one. */
export type JsonSchema = { readonly [key: string]: unknown }

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
export type Paths = { readonly [path: string]: PathItem }
export type PathItem = { readonly [M in Method]?: Operation }

export interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly JsonSchema[]
  readonly requestBody?: JsonSchema
  readonly responses: { readonly [status: string]: JsonSchema }
  readonly security?: Security
}

/** Alternatives; an empty one stands for nobody signed in. */
type Security = readonly { readonly [scheme: string]: readonly string[] }[]

export const signInNeeded: Security = [{ bearer: [] }]
/** A token opens more rows and fields. */
export const signInOptional: Security = [{}, { bearer: [] }]

export interface Components {
  readonly schemas: { readonly [name: string]: JsonSchema }
  readonly parameters?: { readonly [name: string]: JsonSchema }
  readonly responses?: { readonly [name: string]: JsonSchema }
  readonly securitySchemes?: { readonly [name: string]: JsonSchema }
}

export type ComponentKind = 'schemas' | 'parameters' | 'responses'

export const refTo = (kind: ComponentKind, name: string): JsonSchema => ({ $ref: `#/components/${kind}/${name}` })

/** `application/json` content of one schema. */
export const jsonContent = (schema: JsonSchema, example?: unknown): JsonSchema => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
})

/** `{"data": …}`, the envelope of every answer. */
export const envelope = (data: JsonSchema): JsonSchema => ({ type: 'object', required: ['data'], properties: { data } })
