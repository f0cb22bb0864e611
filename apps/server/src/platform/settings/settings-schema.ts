import { createRequire } from 'node:module'
import type { Json } from '@holdfast/contract'
import type { ValidateFunction } from 'ajv'
import { AppError } from '../../lib/index.js'

type Ajv2020 = typeof import('ajv/dist/2020.js')

/**
 * The JSON Schema of a section, or of a part of it. `writeOnly` marks texts that are stored encrypted and never shown;
 * `x-destination` what says where a secret beside it is sent: whoever changes it must give the secret again. Every object
 * closes itself with `additionalProperties`.
 */
export interface SettingsSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean'
  readonly description?: string
  readonly properties?: { readonly [name: string]: SettingsSchema }
  readonly additionalProperties?: false | SettingsSchema
  readonly items?: SettingsSchema
  readonly writeOnly?: true
  readonly 'x-destination'?: true
  readonly [keyword: string]: unknown
}

/** What stands in the place of a secret that is set. Given back, it keeps the secret. */
export const hidden = '***'

export const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const schemaOf = (schema: SettingsSchema, name: string): SettingsSchema | undefined =>
  schema.properties?.[name] ?? (schema.additionalProperties || undefined)

/** Replaces each secret. `change` is told the path of the secret; what it gives for absent ones stays absent. */
export function mapSecrets(
  value: Json,
  schema: SettingsSchema,
  change: (text: string, path: string) => Json | undefined,
  path = '',
): Json {
  if (!isObject(value)) return value
  const entries = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const inner = schemaOf(schema, name)
    const at = path === '' ? name : `${path}.${name}`
    if (inner === undefined) return [[name, member]]
    if (!inner.writeOnly) return [[name, mapSecrets(member, inner, change, at)]]
    const changed = typeof member === 'string' ? change(member, at) : member
    return changed === undefined ? [] : [[name, changed]]
  })
  return Object.fromEntries(entries)
}

/** The same of secrets that have to be waited for, one after the other. */
export async function mapSecretsAsync(
  value: Json,
  schema: SettingsSchema,
  change: (text: string, path: string) => Promise<Json | undefined>,
): Promise<Json> {
  const changed = new Map<string, Json | undefined>()
  const found: [string, string][] = []
  mapSecrets(value, schema, (text, path) => {
    found.push([text, path])
    return text
  })
  for (const [text, path] of found) changed.set(path, await change(text, path))
  return mapSecrets(value, schema, (_, path) => changed.get(path))
}

/** RFC 7396: members of the patch replace, null removes, objects are merged. */
export function mergePatch(value: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  const merged: { [name: string]: Json } = isObject(value) ? { ...value } : {}
  for (const [name, member] of Object.entries(patch))
    if (member === null) delete merged[name]
    else merged[name] = mergePatch(merged[name] ?? {}, member)
  return merged
}

/** @throws validation_failed where a destination changed and a secret beside it was not given again */
export function requireSecretsAnew(before: Json, after: Json, patch: Json, schema: SettingsSchema, path = ''): void {
  if (!isObject(before) || !isObject(after)) return
  const given = isObject(patch) ? patch : {}
  const names = Object.keys(after)
  const moved = names.some(
    (name) =>
      schemaOf(schema, name)?.['x-destination'] === true &&
      JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  for (const name of names) {
    const inner = schemaOf(schema, name)
    const at = path === '' ? name : `${path}.${name}`
    if (inner?.writeOnly && moved && before[name] !== undefined && (given[name] ?? hidden) === hidden)
      throw new AppError('validation_failed', `Give ${at} again: where it is sent has changed`, {
        errors: [{ path: at, code: 'required', message: `${at} must be given again` }],
      })
    if (inner && !inner.writeOnly) requireSecretsAnew(before[name]!, after[name]!, given[name]!, inner, at)
  }
}

/** @throws Error for secrets inside of lists: they have no name by which they could be kept, hidden and asked for again */
export function refuseSecretsInLists({ items, properties = {}, additionalProperties }: SettingsSchema): void {
  if (items && JSON.stringify(items).includes('"writeOnly":true'))
    throw new Error('Secrets stand in objects, not in lists')
  const inner = [...Object.values(properties), ...(additionalProperties ? [additionalProperties] : [])]
  for (const schema of inner) refuseSecretsInLists(schema)
}

/** A function that checks values of a section. @throws validation_failed, naming each place */
export function compileSettings(section: string, schema: SettingsSchema): (value: Json) => void {
  let validate: ValidateFunction | undefined
  return (value) => {
    validate ??= compile(schema)
    if (validate(value)) return
    const errors = (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = (params as { additionalProperty?: string }).additionalProperty
      const pointer = extra === undefined ? instancePath : `${instancePath}/${extra}`
      const path = pointer.slice(1).replaceAll('/', '.')
      return { path, code: extra === undefined ? 'schema' : 'unknown_field', message: `${path || section} ${message}` }
    })
    throw new AppError('validation_failed', errors[0]!.message, { errors })
  }
}

function compile(schema: SettingsSchema): ValidateFunction {
  const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as Ajv2020
  return new Ajv2020({ strict: true, strictTypes: false, allErrors: true, validateFormats: false, logger: false })
    .addKeyword('x-destination')
    .compile(schema)
}
