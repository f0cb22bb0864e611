import { createRequire } from 'node:module'
import type { FieldDefinition } from '@holdfast/contract'
import type { ValidateFunction } from 'ajv'
import type { FieldKind } from './field-kind.js'
import { insideJson } from './json-place.js'
import { parseJson } from './json-value.js'
import { operandOf } from './operand.js'
import { equality } from './operator-sets.js'
import { compilePattern } from './text.field.js'

type Ajv2020 = typeof import('ajv/dist/2020.js')

/** Patterns run as RE2, references to other documents are not followed, formats are notes only (as draft 2020-12 says). */
function compileSchema(schema: NonNullable<FieldDefinition['schema']>): ValidateFunction {
  const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as Ajv2020
  const regExp = Object.assign((pattern: string) => compilePattern(pattern), { code: 'compilePattern' })
  return new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
    logger: false,
    strictTuples: false,
    code: { regExp },
  }).compile(schema)
}

/** The path of an error: `/a/0/b` → `meta.a.0.b`. */
const pathOf = (path: string, pointer: string): string =>
  path + pointer.replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')

export const jsonField: FieldKind = {
  keys: ['required', 'default', 'index', 'immutable', 'schema'],

  checkDefinition({ schema }, report) {
    if (schema === undefined) return
    try {
      compileSchema(schema)
    } catch (error) {
      report('schema', 'invalid_schema', `schema is not a JSON Schema (draft 2020-12): ${(error as Error).message}`)
    }
  },

  /** An operand is JSON text: jsonb compares by value, whatever the order of keys. */
  shape: ({ schema }) => ({
    comparison: 'json',
    sqlType: 'jsonb',
    operators: equality,
    parseOperand: operandOf(parseJson),
    inside: insideJson(schema),
  }),
  columnType: () => 'jsonb',

  parser({ schema }) {
    let validate: ValidateFunction | undefined
    return (value, path, report) => {
      const text = parseJson(value, path, report)
      if (text === undefined || schema === undefined) return text
      validate ??= compileSchema(schema)
      if (validate(value)) return text
      const [error] = validate.errors ?? []
      const at = pathOf(path, error?.instancePath ?? '')
      return void report(at, 'schema', `${at} ${error?.message ?? 'does not satisfy the schema'}`)
    }
  },

  /** References inside the schema would not lead anywhere from inside another document. */
  jsonSchema: ({ schema = {} }) => (JSON.stringify(schema).includes('"$ref"') ? {} : schema),
  tsType: () => 'unknown',
  indexMethod: { method: 'gin', operatorClass: 'jsonb_path_ops' },
}
