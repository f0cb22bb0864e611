import type { FieldDefinition, SearchLanguage, SearchWeight } from '@holdfast/contract'
import { quoteLiteral } from '../../lib/index.js'

/** A tsvector holds a megabyte; of a longer text the beginning is found. */
const searchedLength = 200_000

/** Typos are forgiven in the beginning of a text: comparing by trigrams costs more with every character. */
export const fuzzyLength = 255

/** PostgreSQL's parser would take `a.b/c` for a path and `<b>` for a tag; to people they are words. */
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
export const partWords = (text: string): string =>
  `translate(${text}, ${quoteLiteral(punctuation)}, ${quoteLiteral(' '.repeat(punctuation.length))})`

export const weightOf = ({ searchable }: FieldDefinition): SearchWeight =>
  typeof searchable === 'string' ? searchable : 'D'

/** The configuration of a language, as SQL. */
export const configurationSql = (language: SearchLanguage = 'simple'): string =>
  `${quoteLiteral(`holdfast.search_${language}`)}::regconfig`

/** The text of a field as people read it. `column` may be any SQL that gives its value. */
export function textSql({ type }: FieldDefinition, column: string): string {
  if (type === 'richtext') return `holdfast.plain_text(${column})`
  return type === 'tags' || type === 'multiselect' ? `holdfast.join_texts(${column})` : column
}

/** What a search finds in the field, with its weight. */
export const vectorSql = (field: FieldDefinition, language: SearchLanguage | undefined, column: string): string =>
  `setweight(to_tsvector(${configurationSql(language)}, ${partWords(`left(${textSql(field, column)}, ${searchedLength})`)}), '${weightOf(field)}')`

/** What a word that may be misspelt is compared with. */
export const fuzzySql = (field: FieldDefinition, column: string): string =>
  `holdfast.fold(left(${textSql(field, column)}, ${fuzzyLength}))`
