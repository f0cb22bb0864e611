import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import type { FieldShape, SearchShape, VectorShape } from '../../query/index.js'
import { fieldKinds } from '../fields/index.js'
import { columnOf, idOfField, searchColumnOf } from '../names.js'
import type { Features } from './features.js'
import { configurationSql, fuzzyLength, fuzzySql, partWords, textSql, weightOf } from './search-sql.js'

/** How well records match by a field: what the conditions `$search` and `$nearest` must know of it. */
export function matchingOf(
  field: FieldDefinition,
  collection: CollectionDefinition,
  features: Features,
): Partial<Pick<FieldShape, 'operators' | 'search' | 'vector'>> {
  if (field.type === 'vector') return { vector: vectorShape(field, features) }
  if (!field.searchable) return {}
  const { operators } = fieldKinds[field.type].shape(field)
  return { operators: new Set([...operators, '$search']), search: searchShape(field, collection, features) }
}

function searchShape(
  field: FieldDefinition,
  collection: CollectionDefinition,
  { trigrams, distances }: Features,
): SearchShape {
  const words = searchColumnOf(idOfField(collection, field))
  const column = columnOf(field.name)
  return {
    weight: weightOf(field),
    configuration: configurationSql(collection.language),
    words: (row) => `${row}.${words}`,
    text: (row) => textSql(field, `${row}.${column}`),
    fuzzy: trigrams !== undefined && distances !== undefined ? fuzzyShape(field, trigrams, distances) : undefined,
  }
}

/** Without accents a text may be longer than with them, and PostgreSQL refuses to compare longer ones letter by letter. */
const comparable = (text: string): string => `left(lower(${text}), ${fuzzyLength})`

const fuzzyShape = (field: FieldDefinition, trigrams: string, distances: string): SearchShape['fuzzy'] => {
  const text = (row: string): string => fuzzySql(field, `${row}.${columnOf(field.name)}`)
  return { trigrams, distances, text, words: (row) => `string_to_array(${partWords(comparable(text(row)))}, ' ')` }
}

const vectorShape = ({ dimensions, metric = 'cosine' }: FieldDefinition, { vectors }: Features): VectorShape => ({
  dimensions: dimensions!,
  metric,
  pgvector: vectors,
})
