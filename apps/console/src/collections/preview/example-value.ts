import type { FieldDefinition, Json } from '@holdfast/contract'

const id = '01989d5e-6f2a-7c31-9b1e-4d0c5a7e2f10'

/** A value such as the field could have, the same each time. */
export function exampleValue(field: FieldDefinition): Json {
  const { type, options, default: standard, min, many } = field
  if (standard !== undefined && standard !== '$now') return standard
  switch (type) {
    case 'text':
      return fit(wordsOf(field.name), field)
    case 'richtext':
      return '<p>Some <strong>text</strong></p>'
    case 'email':
      return 'ada@example.com'
    case 'url':
      return 'https://example.com'
    case 'slug':
      return 'a-first-one'
    case 'integer':
      return typeof min === 'number' ? min : 42
    case 'number':
      return typeof min === 'number' ? min : 4.2
    case 'decimal':
      return (12.5).toFixed(Math.min(field.scale ?? 2, 2))
    case 'boolean':
      return true
    case 'date':
      return '2026-11-21'
    case 'datetime':
      return '2026-11-21T09:30:00.000Z'
    case 'duration':
      return 'P1DT2H'
    case 'uuid':
      return id
    case 'json':
      return { any: ['json'] }
    case 'select':
      return options?.[0] ?? 'option'
    case 'multiselect':
      return (options ?? ['option']).slice(0, 2)
    case 'tags':
      return ['new', 'red']
    case 'relation':
      return many ? [id] : id
    case 'geopoint':
      return { lat: 52.52, lon: 13.4 }
    case 'vector':
      return [0.12, -0.4, 0.9]
    case 'computed':
      return field.returns === 'boolean'
        ? true
        : field.returns === 'decimal'
          ? '12.50'
          : field.returns === 'text' || !field.returns
            ? 'text'
            : 42
  }
}

/** `firstName` → `First name`. */
const wordsOf = (name: string): string => {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const fit = (text: string, { minLength = 0, maxLength = 200 }: FieldDefinition): string =>
  text.padEnd(minLength, '.').slice(0, Math.max(maxLength, 0))
