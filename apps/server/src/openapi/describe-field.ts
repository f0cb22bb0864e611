import type { FieldDefinition } from '@holdfast/contract'
import { type Field, fieldSchemaOf } from '../collections/index.js'
import type { RowScope } from '../permissions/index.js'
import type { JsonSchema } from './document.js'

/**
 * The value of a field as a record holds it or a body gives it. `target` is what the reader may read behind a relation:
 * collections that are closed to a reader are not named.
 */
export function describeField(field: Field, target?: RowScope): JsonSchema {
  const schema = standAlone(fieldSchemaOf(field))
  const { definition, system } = field
  const example = exampleOf(definition)
  return {
    ...schema,
    description: [definition.description, notesOn(definition, target)].filter(Boolean).join(' ') || undefined,
    ...(example !== undefined && { examples: [example] }),
    ...(definition.default !== undefined && definition.default !== '$now' && { default: definition.default }),
    ...(system && definition.name !== 'id' && { readOnly: true }),
  }
}

function notesOn({ many, unique, immutable, hidden, pattern }: FieldDefinition, target?: RowScope): string {
  const name = target?.collection.name
  const notes = [
    name !== undefined && (many ? `Ids of records of \`${name}\`, in order.` : `Id of a record of \`${name}\`.`),
    unique && 'Unique.',
    immutable && 'Cannot be changed later.',
    hidden && 'Hidden: only admins may read it.',
    pattern !== undefined && !isPortable(pattern) && `Matches \`${pattern}\` (RE2).`,
  ]
  return notes.filter(Boolean).join(' ')
}

/**
 * The schema without what means something else inside this document: references that start at its own root, and patterns
 * that only RE2 can read.
 */
function standAlone(schema: JsonSchema): JsonSchema {
  if (/"\$(ref|dynamicRef|id|anchor|dynamicAnchor)":/.test(JSON.stringify(schema))) return {}
  const { pattern, ...rest } = schema
  return typeof pattern === 'string' && !isPortable(pattern) ? rest : schema
}

function isPortable(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}

/** A value to start from when trying the API; undefined where none can be made up. */
export function exampleOf(definition: FieldDefinition): unknown {
  const { type, default: given, options, min, max, minItems, pattern, returns } = definition
  if (given !== undefined && given !== '$now') return given
  switch (type) {
    case 'text':
      return pattern === undefined ? textExample(definition) : undefined
    case 'integer':
    case 'number':
      return Number(min ?? Math.min(1, Number(max ?? 1)))
    case 'decimal':
      return String(min ?? '1')
    case 'select':
      return options?.[0]
    case 'multiselect':
      return options?.slice(0, Math.max(1, minItems ?? 1))
    case 'computed':
      return exampleOf({ name: definition.name, type: returns ?? 'text' })
    default:
      return examples[type]
  }
}

const examples: { readonly [type: string]: unknown } = {
  richtext: '<p>Hello</p>',
  email: 'ada@example.com',
  url: 'https://example.com/',
  slug: 'hello-world',
  boolean: true,
  date: '2026-01-31',
  datetime: '2026-01-31T12:00:00Z',
  duration: 'P1DT2H',
  tags: ['hello'],
  geopoint: { lat: 52.5, lon: 13.4 },
}

function textExample({ minLength = 0, maxLength = 1000 }: FieldDefinition): string {
  return 'Hello'.padEnd(minLength, '.').slice(0, maxLength)
}
