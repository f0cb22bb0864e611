import type { FieldDefinition, Json } from '@holdfast/contract'

export const exampleId = '0190a5c4-7e1b-7c3d-8f2a-5b6c7d8e9f01'

/** A value that the field would take, as far as its definition tells. */
export function exampleValue(field: FieldDefinition): Json {
  if (field.default !== undefined && field.default !== null && field.default !== '$now') return field.default
  const { type, options = [], min, max, name } = field
  switch (type) {
    case 'integer':
    case 'number':
      return Number(min ?? max ?? 42)
    case 'decimal':
      return String(min ?? max ?? '9.90')
    case 'boolean':
      return true
    case 'date':
      return '2026-05-17'
    case 'datetime':
      return '2026-05-17T09:30:00Z'
    case 'duration':
      return 'PT1H30M'
    case 'uuid':
      return exampleId
    case 'relation':
      return field.many ? [exampleId] : exampleId
    case 'select':
      return options[0] ?? ''
    case 'multiselect':
      return options.slice(0, 1)
    case 'tags':
      return ['tea']
    case 'json':
      return { key: 'value' }
    case 'geopoint':
      return { lat: 52.52, lon: 13.405 }
    case 'vector':
      return Array.from({ length: field.dimensions ?? 3 }, (_, index) => (index === 0 ? 1 : 0))
    case 'email':
      return 'ada@example.com'
    case 'url':
      return 'https://example.com'
    case 'slug':
      return 'hello-world'
    default:
      return exampleText(name, field)
  }
}

function exampleText(name: string, { minLength = 0, maxLength = 200 }: FieldDefinition): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase()
  const text = `A ${words}`
  return (text.length < minLength ? text.padEnd(minLength, '.') : text).slice(0, maxLength)
}
