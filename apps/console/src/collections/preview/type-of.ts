import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'

/** The types of a draft, much as `holdfast types` will write them once it is applied. */
export function typesOf({ name, description, fields }: CollectionDefinition): string {
  const type = typeName(name)
  const named = fields.filter((field) => field.name)
  const writable = named.filter((field) => field.type !== 'computed')
  const record = [
    '  id: string',
    ...named.flatMap((field) => [...comment(field.description, '  '), `  ${field.name}: ${valueType(field)}`]),
    '  createdAt: string',
    '  updatedAt: string',
    '  createdBy: string | null',
    '  version: number',
  ]
  const create = writable.map((field) => `  ${field.name}${isOptional(field) ? '?' : ''}: ${valueType(field)}`)
  return [
    ...comment(description, ''),
    `export interface ${type} {`,
    ...record,
    '}',
    '',
    `export interface ${type}Create {`,
    '  id?: string',
    ...create,
    '}',
  ].join('\n')
}

const isOptional = ({ required, default: standard, from }: FieldDefinition): boolean =>
  !required || standard !== undefined || from !== undefined

function valueType(field: FieldDefinition): string {
  const type = plainType(field)
  return field.required || type === 'unknown' || (field.type === 'relation' && field.many) ? type : `${type} | null`
}

function plainType({ type, options = [], many, returns }: FieldDefinition): string {
  const union = options.map((option) => JSON.stringify(option)).join(' | ') || 'string'
  switch (type) {
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'json':
      return 'unknown'
    case 'select':
      return union
    case 'multiselect':
      return `(${union})[]`
    case 'tags':
      return 'string[]'
    case 'relation':
      return many ? 'string[]' : 'string'
    case 'geopoint':
      return '{ lat: number; lon: number }'
    case 'vector':
      return 'number[]'
    case 'computed':
      return returns === 'boolean' ? 'boolean' : returns === 'integer' || returns === 'number' ? 'number' : 'string'
    default:
      return 'string'
  }
}

/** `orderItems` → `OrderItem`. */
function typeName(name: string): string {
  const words = name.match(/[a-zA-Z0-9]+/g) ?? []
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return pascal.replace(/ies$/, 'y').replace(/([^s])s$/, '$1') || 'Collection'
}

const comment = (text: string | undefined, indent: string): readonly string[] =>
  text ? [`${indent}/** ${text.replaceAll(/\s+/g, ' ').replaceAll('*/', '*\\/')} */`] : []
