import { type Json, limits, type SearchWeight } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import type { Around } from './parsing.js'
import type { ReadableField, Reader } from './reader.js'
import { parseSearchWords, type SearchAlternative, type SearchTerm } from './search-words.js'
import type { FieldShape, FuzzyShape, SearchShape } from './shape.js'
import { conditionToSql } from './sql.js'
import type { SqlContext } from './sql-context.js'
import { type Condition, conditionKey, isAlways, type Measure, MeasuredCondition } from './tree.js'

/** A field to look through, with the rows in which the caller may read it. */
export interface SearchedField {
  readonly name: string
  readonly search: SearchShape
  readonly mask: Condition
}

/** How much a match counts, as PostgreSQL's `ts_rank` has it. */
const weights: Readonly<Record<SearchWeight, number>> = { A: 1, B: 0.4, C: 0.2, D: 0.1 }

/** A word counts more in a short text than in a long one: PostgreSQL divides by the logarithm of the length. */
const byLength = 1

/** A word that is misspelt counts less than one that is right, however long the text. */
const misspeltWeight = 0.05

/** A word that so many records have is no typo. */
const wellKnown = 20

/** Records that are compared with a misspelt word letter by letter. */
const maxResembling = 1000

/**
 * Words that a record has, each in any of the fields: by their stems, the last one by its beginning, and with typos.
 * In each row only those fields count that the caller may read there, for matching and for ranking alike.
 */
export class SearchCondition extends MeasuredCondition<string> {
  readonly fields: readonly string[]
  readonly measure: Measure

  constructor(
    private readonly reader: Reader,
    readonly searched: readonly SearchedField[],
    text: string,
    readonly alternatives: readonly SearchAlternative[],
  ) {
    // With typos it finds more: it must not pass for the condition of a rule that has the same words.
    const parts = searched.map(({ name, mask, search }) => `${name}${search.fuzzy ? '~' : ''} ${conditionKey(mask)}`)
    super('search', [...parts, conditionKey(reader.condition)].join(), text)
    this.fields = searched.map(({ name }) => name)
    this.measure = {
      name: 'rank',
      descending: true,
      key: conditionKey(this),
      toSql: (row, context) => this.rankSql(row, context),
    }
  }

  toSql(row: string, context: SqlContext): string {
    if (this.value.trim() === '') return 'true'
    const alternatives = this.alternatives.map(({ required, excluded }) => {
      const parts = [
        ...required.map((term) => this.termSql(term, row, context)),
        ...excluded.map((term) => `${this.termSql(term, row, context)} is not true`),
      ]
      return `(${parts.join(' and ')})`
    })
    return alternatives.length === 0 ? 'false' : `(${alternatives.join(' or ')})`
  }

  /** The configuration of the collection: its fields share it. */
  private get configuration(): string {
    return this.searched[0]!.search.configuration
  }

  private termSql(term: SearchTerm, row: string, context: SqlContext): string {
    const exact = this.exactWays(term, row, context)
    const misspelt = this.misspeltIds(term, context)
    const ways = misspelt === undefined ? exact : [...exact, `${row}."id" = any(array(${misspelt}))`]
    return `(${ways.join(' or ')})`
  }

  private exactWays(term: SearchTerm, row: string, context: SqlContext): string[] {
    return this.waysTo(termQuery(term, this.configuration, context), row, context)
  }

  private waysTo(query: string, row: string, context: SqlContext): string[] {
    return this.searched.map(({ search, mask }) => `(${openSql(mask, row, context)}${search.words(row)} @@ ${query})`)
  }

  /**
   * The records that have the word with a typo, found apart from the others and within bounds: only for a word that few
   * records have as it is, and among so many that resemble it. Compared row by row, a common word would cost a comparison
   * of every record. All that is asked here is asked of rows and fields the caller may read: else what is closed would
   * decide whether typos count.
   */
  private misspeltIds(term: SearchTerm, context: SqlContext): string | undefined {
    const fuzzy = this.searched.filter(({ search }) => search.fuzzy)
    if (term.typos === 0 || fuzzy.length === 0) return undefined
    const row = context.alias()
    const candidate = context.alias()
    const known = context.alias()
    const rows = context.rowsOf(this.reader, row)
    const folded = foldedSql(term, context)
    const scope = (alias: string): string => openSql(this.reader.condition, alias, context)
    const words = fuzzy.map(
      (field, at) => `${maskedSql(field, field.search.fuzzy!.words(row), row, context)} as w${at}`,
    )
    const resembling = fuzzy.map(({ search, mask }) => {
      const { text, trigrams } = search.fuzzy!
      return `(${openSql(mask, row, context)}${text(row)} operator(${trigrams}.%>) ${folded})`
    })
    const near = fuzzy.map(
      ({ search }, at) => `${distanceSql(term, folded, search.fuzzy!, `${candidate}.w${at}`)} <= ${term.typos}`,
    )
    const exact = this.exactWays(term, known, context).join(' or ')
    const isRare = `(select count(*) from (select 1 from ${context.rowsOf(this.reader, known)} where ${scope(known)}(${exact}) limit ${wellKnown}) _k) < ${wellKnown}`
    return (
      `select ${candidate}."id" from (select ${row}."id", ${words.join(', ')} from ${rows}` +
      ` where ${scope(row)}(${resembling.join(' or ')}) limit ${maxResembling}) ${candidate}` +
      ` where ${isRare} and (${near.join(' or ')})${this.swappedIds(term, scope, isRare, context)}`
    )
  }

  /** Besides, the records that have the word with two letters exchanged: found by the index of words. */
  private swappedIds(term: SearchTerm, scope: (alias: string) => string, isRare: string, context: SqlContext): string {
    if (term.swapped.length === 0) return ''
    const row = context.alias()
    const rows = context.rowsOf(this.reader, row)
    const ways = this.waysTo(swappedQuery(term, this.configuration, context), row, context)
    return ` union all (select ${row}."id" from ${rows} where ${isRare} and ${scope(row)}(${ways.join(' or ')}) limit ${maxResembling})`
  }

  /** Rounded, so that the number in a cursor is the one that is compared. */
  private rankSql(row: string, context: SqlContext): string {
    const required = this.alternatives.flatMap((alternative) => alternative.required)
    if (required.length === 0) return '0::float8'
    const queries = required.map((term) => termQuery(term, this.configuration, context))
    const any = `(select ${queries.join(' || ')})`
    const words = this.searched.map((field) => maskedSql(field, field.search.words(row), row, context))
    const parts = words.map((vector) => `coalesce(ts_rank(${vector}, ${any}, ${byLength}), 0)`)
    if (required.length > 1 && this.alternatives.length === 1) {
      const all = `(select ${queries.join(' && ')})`
      parts.push(...words.map((vector) => `coalesce(ts_rank_cd(${vector}, ${all}, ${byLength}), 0)`))
    }
    required.forEach((term, index) => {
      if (term.typos > 0) parts.push(...this.misspeltSql(term, queries[index]!, words, row, context))
    })
    return `round((${parts.join(' + ')})::numeric, 6)::float8`
  }

  /** What a word counts that is not there, but for a typo. */
  private misspeltSql(
    term: SearchTerm,
    query: string,
    words: readonly string[],
    row: string,
    context: SqlContext,
  ): string[] {
    // PostgreSQL refuses a parameter that its text does not use.
    if (!this.searched.some(({ search }) => search.fuzzy)) return []
    const folded = foldedSql(term, context)
    const similar = this.searched.flatMap((field) => {
      const { fuzzy, weight } = field.search
      if (!fuzzy) return []
      const distance = maskedSql(field, distanceSql(term, folded, fuzzy, fuzzy.words(row)), row, context)
      return `${misspeltWeight * weights[weight]} * (1 - ${distance} / ${term.words.length + 1}::float4)`
    })
    const isThere = words.map((vector) => `${vector} @@ ${query}`).join(' or ')
    // Of one alternative, what is found without the word has it with a typo; of several, it may have none of it.
    const ids = this.alternatives.length > 1 && this.misspeltIds(term, context)
    const isMisspelt = ids ? `when ${row}."id" <> all (array(${ids})) then 0 ` : ''
    return [`case when ${isThere} then 0 ${isMisspelt}else coalesce(greatest(${similar.join(', ')}), 0) end`]
  }
}

const openSql = (mask: Condition, row: string, context: SqlContext): string =>
  isAlways(mask) ? '' : `${conditionToSql(mask, row, context)} and `

/** The value where the caller may read the field in this row, else null. */
export const maskedSql = ({ mask }: SearchedField, value: string, row: string, context: SqlContext): string =>
  isAlways(mask) ? value : `case when ${conditionToSql(mask, row, context)} then ${value} end`

/** The term as tsquery: computed once per statement, not per row. */
export function termQuery({ words, prefix }: SearchTerm, configuration: string, context: SqlContext): string {
  if (!prefix) return `(select phraseto_tsquery(${configuration}, ${context.params.value(words)}))`
  // In quotes the words are words whatever they are; they have no quote and no backslash themselves.
  return `(select to_tsquery(${configuration}, ${context.params.value(`'${words}':*`)}))`
}

/** Any of the words that the term may be with two letters exchanged. */
const swappedQuery = ({ swapped }: SearchTerm, configuration: string, context: SqlContext): string =>
  `(select to_tsquery(${configuration}, ${context.params.value(swapped.map((word) => `'${word}'`).join(' | '))}))`

/** The words that the term may be with two letters exchanged, as they are compared with those of a field. */
export const swappedSql = ({ swapped }: SearchTerm, context: SqlContext): string =>
  `string_to_array(lower(holdfast.fold(${context.params.value(swapped.join(' '))})), ' ')`

/** The term as it is compared with words that may be misspelt. Without accents it may be longer, and PostgreSQL compares 255 letters. */
export const foldedSql = ({ words }: SearchTerm, context: SqlContext): string =>
  `(select left(lower(holdfast.fold(${context.params.value(words)})), 255))`

/** By how many letters the nearest word of the field differs; more than the typos of the term means: by more. */
const distanceSql = ({ typos }: SearchTerm, folded: string, { distances }: FuzzyShape, words: string): string =>
  `(select min(${distances}.levenshtein_less_equal(_w, ${folded}, ${typos})) from unnest(${words}) _w)`

// ── parse ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A search through all searchable fields the caller may read. An empty one is every record. Rules forgive no typos.
 * @throws invalid_value; invalid_query where there is nothing to look through
 */
export function parseSearch(raw: Json, reader: Reader, at = 'search', rule = false): SearchCondition {
  const fields = (reader.collection.searchable ?? []).flatMap((name) => reader.readable(name) ?? [])
  if (fields.length === 0)
    throw invalidAt(
      'invalid_query',
      at,
      'There is no field to search',
      'An admin can make fields searchable: { "name": "title", "type": "text", "searchable": true }.',
    )
  return searchOf(fields, raw, at, { reader, rule })
}

/** A search through one field. @throws invalid_value */
export const parseFieldSearch = (
  field: ReadableField,
  raw: Json,
  at: string,
  _text: boolean,
  around: Around,
): SearchCondition => searchOf([field], raw, at, around)

function searchOf(fields: readonly ReadableField[], raw: Json, at: string, { reader, rule }: Around): SearchCondition {
  if (typeof raw !== 'string') throw invalidAt('invalid_value', at, 'A search is a text')
  if (raw.length > limits.searchLength)
    throw invalidAt('invalid_value', at, `A search may have ${limits.searchLength} characters`)
  if (raw.includes('\0') || !raw.isWellFormed())
    throw invalidAt('invalid_value', at, 'The search has a character no text contains')
  const searched = fields.map(({ shape, mask }) => {
    const search = searchShapeOf(shape)
    return { name: shape.name, search: rule ? { ...search, fuzzy: undefined } : search, mask }
  })
  return new SearchCondition(reader, searched, raw, parseSearchWords(raw))
}

function searchShapeOf({ name, search }: FieldShape): SearchShape {
  if (!search) throw new Error(`${name} is not searchable`)
  return search
}

/** The searches that every record of the condition satisfies: those that rank and highlight it. */
export function searchesOf(condition: Condition): SearchCondition[] {
  if (condition instanceof SearchCondition) return [condition]
  return condition.operator === 'and' ? (condition.value as Condition[]).flatMap(searchesOf) : []
}
