import type { ConditionJson, FieldDefinition, Json } from '@holdfast/contract'
import { exampleValue } from './example-value'

/** Types that make a filter worth showing, the most telling first. */
const telling = [
  'select',
  'boolean',
  'text',
  'integer',
  'number',
  'decimal',
  'datetime',
  'date',
  'tags',
  'email',
  'slug',
]

/** A filter over two fields of the collection, about values that are there. Every filter it gives is valid. */
export function exampleFilter(
  fields: readonly FieldDefinition[],
  record: Readonly<Record<string, unknown>> | null,
): ConditionJson {
  const chosen = fields
    .filter(({ type, hidden }) => telling.includes(type) && !hidden)
    .toSorted((a, b) => rank(a) - rank(b))
  const [first] = chosen
  const second = chosen.find(({ type }) => type !== first?.type)
  const conditions = [first, second].flatMap((field) => (field ? [[field.name, condition(field, record)]] : []))
  return conditions.length === 0 ? { createdAt: { $gte: '2026-01-01T00:00:00Z' } } : Object.fromEntries(conditions)
}

/** Fields with an index come first: filters on them stay fast. */
const rank = (field: FieldDefinition): number =>
  telling.indexOf(field.type) - (field.index || field.unique ? telling.length : 0)

function condition(field: FieldDefinition, record: Readonly<Record<string, unknown>> | null): Json {
  const value = (record?.[field.name] ?? exampleValue(field)) as Json
  switch (field.type) {
    case 'text':
    case 'email':
    case 'slug':
      return { $startsWith: [...String(value)].slice(0, 3).join('') }
    case 'tags':
      return { $has: (Array.isArray(value) && value[0]) || 'tea' }
    case 'select':
    case 'boolean':
      return value
    default:
      return { $gte: value }
  }
}
