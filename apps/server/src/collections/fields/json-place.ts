import type { FieldDefinition, FieldOperator, Json } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { FieldShape } from '../../query/index.js'
import { parseBooleanOperand } from './boolean.field.js'
import type { ValueShape } from './field-kind.js'
import { type JsonType, jsonTypeAt } from './json-type.js'
import { parseJson } from './json-value.js'
import { numberOfText, operandOf } from './operand.js'
import { equality, listing, ordering, textual } from './operator-sets.js'
import { parseTextOperand } from './text-value.js'

/**
 * A place in the values of a JSON field, as a field: what the schema says of it decides what it can be compared with;
 * where the schema says nothing, the operand does, and values of another type are simply others.
 */
export const insideJson =
  (schema: FieldDefinition['schema']) =>
  (field: FieldShape, keys: readonly string[]): FieldShape | undefined => {
    const type = schema === undefined ? 'any' : jsonTypeAt(schema, keys)
    if (type === undefined) return undefined
    const base = { name: [field.name, ...keys].join('.'), column: field.column, nullable: true, path: { field, keys } }
    const as = (shape: ValueShape): FieldShape => ({ ...base, ...shape })
    const narrow = (operator: FieldOperator, sample: Json, at: string): FieldShape =>
      as(shapeFor(type, operator, sample, at))
    if (type === 'any') return { ...as(any), narrow, fromText: readText }
    if (type === 'list') return { ...as(list), narrow, fromText: readText }
    return type === 'object' ? { ...as(whole), narrow } : { ...as(scalars[type]), narrow: narrowNull(base, type) }
  }

/** Whether there is a value, whatever its type, is asked of the JSON itself. */
const narrowNull =
  (base: Omit<FieldShape, keyof ValueShape>, type: keyof typeof scalars) =>
  (operator: FieldOperator): FieldShape => ({ ...base, ...(operator === '$null' ? whole : scalars[type]) })

// ── what values are compared as ──────────────────────────────────────────────────────────────────────────────────────

const scalars = {
  text: { comparison: 'text', sqlType: 'text', operators: textual, parseOperand: parseTextOperand },
  number: {
    comparison: 'number',
    sqlType: 'numeric',
    operators: ordering,
    parseOperand: operandOf((value, path, report) => {
      const number = numberOfText(value)
      if (typeof number === 'number' && Number.isFinite(number)) return number + 0 // -0 → 0
      return void report(path, 'wrong_type', `${path} must be a number`)
    }),
  },
  boolean: { comparison: 'boolean', sqlType: 'bool', operators: equality, parseOperand: parseBooleanOperand },
} as const satisfies Record<string, ValueShape>

/** Any JSON, compared as a whole. Null is none: `$null` asks for it. */
const whole: ValueShape = {
  comparison: 'json',
  sqlType: 'jsonb',
  operators: equality,
  parseOperand: operandOf((value, path, report) =>
    value === null
      ? void report(path, 'wrong_type', `${path} must not be null; use $null`)
      : parseJson(value, path, report),
  ),
}

/** A list, asked for its items. An operand is the JSON text of one. */
const list: ValueShape = {
  comparison: 'list',
  sqlType: 'jsonb',
  operators: new Set([...listing, ...equality]),
  parseOperand: operandOf((value, path, report) =>
    typeof value === 'object'
      ? void report(path, 'wrong_type', `${path} must be a text, a number, true or false`)
      : parseJson(value, path, report),
  ),
}

const any: ValueShape = { ...whole, operators: new Set([...textual, ...listing]) }

// ── which of them an operand asks for ────────────────────────────────────────────────────────────────────────────────

const inOrder: ReadonlySet<FieldOperator> = new Set(['$gt', '$gte', '$lt', '$lte', '$between'] as const)

const isTextual = (operator: FieldOperator): boolean => textual.has(operator) && !ordering.has(operator)

function shapeFor(type: JsonType, operator: FieldOperator, sample: Json, at: string): ValueShape {
  if (operator === '$null' || type === 'object') return whole
  if (listing.has(operator)) return list
  if (type === 'list') return whole
  if (isTextual(operator)) return scalars.text
  const scalar = scalarOf(operator, sample)
  if (!inOrder.has(operator)) return scalar ?? whole
  if (scalar && scalar !== scalars.boolean) return scalar
  throw invalidAt('invalid_value', at, `${operator} takes texts or numbers here`)
}

/** What a value, or all items of a list, can be compared as; undefined for objects and lists, and for several types. */
function scalarOf(operator: FieldOperator, sample: Json): ValueShape | undefined {
  const isList = Array.isArray(sample) && severals.has(operator)
  const types = new Set((isList ? sample : [sample]).map((item) => typeof item))
  const [type] = types
  if (types.size !== 1) return undefined
  if (type === 'string') return scalars.text
  return type === 'number' ? scalars.number : type === 'boolean' ? scalars.boolean : undefined
}

const severals: ReadonlySet<FieldOperator> = new Set(['$in', '$nin', '$between'] as const)

/** In a URL, numbers, true and false are what they look like; `"10"` in double quotes is the text. */
function readText(text: string, operator: FieldOperator): Json {
  if (isTextual(operator)) return text
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^".*"$/s.test(text)) return text.slice(1, -1)
  return numberOfText(text)
}
