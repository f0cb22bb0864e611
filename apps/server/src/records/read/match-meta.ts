import { invalidAt, quoteLiteral } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import {
  type Condition,
  foldedSql,
  type Measure,
  maskedSql,
  measuresOf,
  readableField,
  type SearchCondition,
  type SearchedField,
  type SearchTerm,
  type SqlContext,
  searchesOf,
  swappedSql,
  termQuery,
} from '../../query/index.js'
import type { RawListQuery } from './raw-query.js'
import type { Highlight, Match } from './selection.js'

/**
 * What `matchMeta` of each record holds: the first measure of each kind in the filter, and where it is asked for, what a
 * search found. @throws unknown_field, invalid_query
 */
export function parseMatch(raw: RawListQuery['highlight'], filter: Condition, scope: RowScope): Match | undefined {
  const measures = measuresOf(filter).filter(isFirstOfItsName)
  const highlight = raw === undefined ? [] : parseHighlight(raw, searchesOf(filter), scope)
  return measures.length === 0 ? undefined : { measures, highlight }
}

const isFirstOfItsName = ({ name }: Measure, index: number, all: readonly Measure[]): boolean =>
  all.findIndex((measure) => measure.name === name) === index

function parseHighlight(
  raw: true | readonly string[],
  searches: readonly SearchCondition[],
  scope: RowScope,
): Highlight[] {
  const names = raw === true ? [...new Set(searches.flatMap(({ fields }) => fields))] : [...new Set(raw)]
  return names.map((field) => {
    readableField(scope, field, 'highlight')
    const found = searches.filter(({ fields }) => fields.includes(field))
    if (found.length > 0) return { field, searches: found }
    throw invalidAt('invalid_query', 'highlight', `${field} is not searched`, 'Give search, or $search in the filter.')
  })
}

/** `{"rank":…,"distance":…,"highlight":{…}}` as SQL. */
export function matchSql({ measures, highlight }: Match, row: string, context: SqlContext): string {
  const parts = measures.map((measure) => `'${measure.name}', ${measure.toSql(row, context)}`)
  if (highlight.length > 0) {
    const fields = highlight.map((item) => `'${item.field}', ${highlightSql(item, row, context)}`)
    parts.push(`'highlight', json_strip_nulls(json_build_object(${fields.join(', ')}))`)
  }
  return `json_build_object(${parts.join(', ')})`
}

// ── highlight ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Marks stand where a text is already safe to be shown as HTML: nothing of the record can open or close one. */
const marks = 'StartSel=<mark>, StopSel=</mark>'

/** A text is shown whole; of a longer one, parts around what was found. */
const wholeLength = 300
const highlightedLength = 100_000
const wholeText = quoteLiteral(`${marks}, HighlightAll=true`)
const parts = quoteLiteral(`${marks}, MaxFragments=3, MaxWords=24, MinWords=8, FragmentDelimiter=" … "`)

/** The text of a field with marks around what was found; null where nothing was, or where the caller may not read it. */
function highlightSql({ field, searches }: Highlight, row: string, context: SqlContext): string {
  const searched = searches[0]!.searched.find(({ name }) => name === field)!
  const { configuration, text } = searched.search
  const words = context.alias()
  const terms = searches.flatMap(({ alternatives }) => alternatives.flatMap(({ required }) => required))
  if (terms.length === 0) return 'null'
  const query = terms.map((term) => foundQuery(term, searched, row, context)).join(' || ')
  const options = `case when length(${words}.t) <= ${wholeLength} then ${wholeText} else ${parts} end`
  const headline = `ts_headline(${configuration}, ${escapeHtml(partWords(`${words}.t`))}, ${query}, ${options})`
  const found = context.alias()
  const source = maskedSql(searched, `left(${text(row)}, ${highlightedLength})`, row, context)
  return (
    `(select case when strpos(${found}.h, '<mark>') > 0 then translate(${found}.h, ${separator}, '') end` +
    ` from (select ${source} as t) ${words}, lateral (select ${headline} as h) ${found})`
  )
}

/** The term where the field has it, else the word of the field that it may be meant to be. */
function foundQuery(term: SearchTerm, { search }: SearchedField, row: string, context: SqlContext): string {
  const query = termQuery(term, search.configuration, context)
  if (term.typos === 0 || !search.fuzzy) return query
  const { distances, words } = search.fuzzy
  const distance = `${distances}.levenshtein_less_equal(_w, ${foldedSql(term, context)}, ${term.typos})`
  const swapped = term.swapped.length === 0 ? '' : ` or _w = any(${swappedSql(term, context)})`
  const similar =
    `(select phraseto_tsquery(${search.configuration}, _w) from unnest(${words(row)}) _w` +
    ` where ${distance} <= ${term.typos}${swapped} order by ${distance}, _w limit 1)`
  return `case when ${search.words(row)} @@ ${query} then ${query} else coalesce(${similar}, ${query}) end`
}

/** A character no text is about, which tells PostgreSQL's parser where words end: as they do in the index. */
const separator = `E'\\x01'`
const partWords = (text: string): string => `regexp_replace(${text}, '([!-/:-@[-\`{-~])', E'\\x01\\\\1\\x01', 'g')`

const escapes = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
] as const

const escapeHtml = (text: string): string =>
  escapes.reduce((sql, [from, to]) => `replace(${sql}, ${quoteLiteral(from)}, ${quoteLiteral(to)})`, text)
