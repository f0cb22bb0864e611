import type { CollectionDefinition, FieldDefinition, SearchLanguage } from '@holdfast/contract'
import { quoteIdentifier, quoteLiteral } from '../../lib/index.js'
import { fieldKinds } from '../fields/index.js'
import { columnOf, fieldPartName, searchColumnOf, tableOf } from '../names.js'
import type { Features } from '../search/features.js'
import { fuzzySql, vectorSql, weightOf } from '../search/search-sql.js'

/** What a searchable field has beside its column: a column with its words, and one index for all ways to look into it. */
export interface SearchObject {
  readonly field: FieldDefinition
  /** In words: `english, weight A`. */
  readonly description: string
  /** Equal as long as it need not be made anew. */
  readonly signature: string
  readonly create: readonly string[]
  readonly drop: readonly string[]
}

export const searchObjectsOf = (collection: CollectionDefinition, features: Features): SearchObject[] =>
  collection.fields.filter(({ searchable }) => searchable).map((field) => searchObject(field, collection, features))

function searchObject(field: FieldDefinition, collection: CollectionDefinition, features: Features): SearchObject {
  const { name, language = 'simple' } = collection
  const column = searchColumnOf(field.id!)
  const table = tableOf(name)
  const limits =
    features.trigrams && features.distances
      ? ''
      : ', typos are not forgiven: the database has no pg_trgm or fuzzystrmatch'
  return {
    field,
    description: `${language}, weight ${weightOf(field)}${limits}`,
    signature: `${field.type} ${language} ${weightOf(field)}`,
    create: [
      ...prepareLanguage(language),
      `alter table ${table} add column ${column} tsvector generated always as (${vectorSql(field, language, columnOf(field.name))}) stored`,
      `create index ${quoteIdentifier(fieldPartName('g', field.id!))} on ${table} using gin (${indexed(field, features)})`,
    ],
    drop: [`alter table ${table} drop column ${column}`],
  }
}

const prepareLanguage = (language: SearchLanguage): string[] => [
  `select holdfast.prepare_language(${quoteLiteral(language)})`,
]

/** Words for search; trigrams of the beginning for its typos; and of the whole text for `$contains`, `$like` and `$ilike`. */
function indexed(field: FieldDefinition, { trigrams }: Features): string {
  const column = columnOf(field.name)
  const parts = [searchColumnOf(field.id!)]
  if (trigrams !== undefined) {
    parts.push(`(${fuzzySql(field, column)}) ${trigrams}.gin_trgm_ops`)
    if (fieldKinds[field.type].columnType(field) === 'text') parts.push(`${column} ${trigrams}.gin_trgm_ops`)
  }
  return parts.join(', ')
}
