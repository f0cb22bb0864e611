import { type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'

/** A list query as it came, from the URL or from the body of `POST /query`: untrusted. */
export interface RawListQuery {
  readonly filter?: Json
  /** The filter came as `filter[views][$gte]=10`: its values are texts whose type the field decides. */
  readonly filterIsText?: boolean
  readonly sort?: readonly string[]
  readonly fields?: readonly string[]
  readonly expand?: string
  readonly limit?: number
  readonly offset?: number
  readonly cursor?: string
  readonly count?: string
  readonly search?: string
  /** Of all fields that are searched, or of these. */
  readonly highlight?: true | readonly string[]
  readonly explain?: string
  /** The state at this time instead of today's. */
  readonly asOf?: string
}

const names = [
  'filter',
  'sort',
  'fields',
  'expand',
  'limit',
  'offset',
  'cursor',
  'count',
  'search',
  'highlight',
  'explain',
  'asOf',
] as const
type Name = (typeof names)[number]

/**
 * The part of a URL behind `?` → raw query. `allowed` narrows what the route takes, `beside` is what it reads by itself.
 * @throws invalid_query for a parameter that is unknown, repeated or malformed
 */
export function parseQueryString(
  search: string,
  allowed: readonly Name[] = names,
  beside: readonly string[] = [],
): RawListQuery {
  if (search.length === 0) return {}
  if (search.length > limits.queryBytes) throw tooLong()
  const texts = new Map<Name, string>()
  const brackets: [string, string][] = []
  for (const [key, value] of new URLSearchParams(search)) {
    if (key.startsWith('filter[') && allowed.includes('filter')) brackets.push([key, value])
    else {
      const name = key as Name
      if (!allowed.includes(name)) throw unknownParameter(key, [...beside, ...allowed])
      if (texts.has(name)) throw invalidAt('invalid_query', name, `${name} is given more than once`)
      texts.set(name, value)
    }
  }
  if (brackets.length > 0 && texts.has('filter'))
    throw invalidAt('invalid_query', 'filter', 'Give the filter as JSON or in brackets, not both')
  return {
    ...fromTexts(texts),
    ...(brackets.length > 0 && { filter: parseBrackets(brackets), filterIsText: true }),
  }
}

/** The body of `POST /query` → raw query. @throws invalid_query, query_too_complex */
export function parseQueryBody(body: unknown): RawListQuery {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalidAt('invalid_query', '', 'The query must be an object')
  if (JSON.stringify(body).length > limits.queryBytes) throw tooLong()
  const raw = body as Record<string, Json>
  for (const key of Object.keys(raw)) if (!names.includes(key as Name)) throw unknownParameter(key, names)
  return {
    ...(raw['filter'] !== undefined && { filter: raw['filter'] }),
    ...(raw['sort'] !== undefined && { sort: textList(raw['sort'], 'sort') }),
    ...(raw['fields'] !== undefined && { fields: textList(raw['fields'], 'fields') }),
    ...(raw['expand'] !== undefined && { expand: textList(raw['expand'], 'expand').join(',') }),
    ...(raw['limit'] !== undefined && { limit: wholeNumber(raw['limit'], 'limit') }),
    ...(raw['offset'] !== undefined && { offset: wholeNumber(raw['offset'], 'offset') }),
    ...(raw['cursor'] !== undefined && raw['cursor'] !== null && { cursor: text(raw['cursor'], 'cursor') }),
    ...(raw['count'] !== undefined && { count: text(raw['count'], 'count') }),
    ...(raw['search'] !== undefined && { search: text(raw['search'], 'search') }),
    ...highlightOf(raw['highlight']),
    ...(raw['explain'] !== undefined && { explain: text(raw['explain'], 'explain') }),
    ...(raw['asOf'] !== undefined && { asOf: text(raw['asOf'], 'asOf') }),
  }
}

function fromTexts(texts: ReadonlyMap<Name, string>): RawListQuery {
  const query: { -readonly [K in keyof RawListQuery]: RawListQuery[K] } = {}
  for (const [name, value] of texts) {
    if (name === 'filter') query.filter = parseJson(value)
    else if (name === 'sort' || name === 'fields') query[name] = splitList(value)
    else if (name === 'limit' || name === 'offset') query[name] = wholeNumber(value, name)
    else if (name === 'highlight') query.highlight = highlightOf(flagOrText(value)).highlight
    else query[name] = value
  }
  return query
}

function parseJson(value: string): Json {
  try {
    return JSON.parse(value) as Json
  } catch {
    throw invalidAt('invalid_query', 'filter', 'The filter is not valid JSON', 'Write filter={"status":"published"}.')
  }
}

/** `filter[views][$gte]=10` → `{ views: { $gte: "10" } }`; numbers in brackets are places in a list, `[]` is the next one. */
function parseBrackets(pairs: readonly [string, string][]): Json {
  const root: { [key: string]: Json } = Object.create(null)
  for (const [key, value] of pairs) {
    if (!/^filter(\[[^[\]]+\])+(\[\])?$/.test(key)) throw malformedBrackets()
    const path = key.slice('filter['.length, -1).split('][')
    if (path.length > 2 * limits.filterDepth)
      throw invalidAt('query_too_complex', 'filter', `A condition may be nested ${limits.filterDepth} deep`)
    placeAt(root, path, value)
  }
  return listsOf(root)
}

function placeAt(root: { [key: string]: Json }, path: readonly string[], value: string): void {
  let place = root
  for (const name of path.slice(0, -1)) {
    place[name] ??= Object.create(null) as { [key: string]: Json }
    const next = place[name]
    if (typeof next !== 'object') throw invalidAt('invalid_query', `filter.${path.join('.')}`, 'Given more than once')
    place = next as { [key: string]: Json }
  }
  const last = path.at(-1) || String(Object.keys(place).length)
  if (last in place) throw invalidAt('invalid_query', `filter.${path.join('.')}`, 'Given more than once')
  place[last] = value
}

/** Members 0, 1, 2, … are a list: no field and no operator is called so. */
function listsOf(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const copy: { [key: string]: Json } = Object.create(null)
  for (const [key, member] of Object.entries(value)) {
    const inner = listsOf(member)
    const isList = typeof inner === 'object' && Object.keys(inner!).every((name, index) => name === String(index))
    copy[key] = isList ? Object.values(inner as object) : inner
  }
  return copy
}

/** `true`, or the names of fields; `false` is none. */
function highlightOf(value: Json | undefined): Pick<RawListQuery, 'highlight'> {
  if (value === undefined || value === false) return {}
  return { highlight: value === true ? true : textList(value, 'highlight') }
}

const flagOrText = (text: string): Json => (text === 'true' || text === 'false' ? text === 'true' : text)

const splitList = (value: string): string[] => (value === '' ? [] : value.split(','))

function textList(value: Json, name: string): string[] {
  if (typeof value === 'string') return name === 'expand' ? [value] : splitList(value)
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw invalidAt('invalid_query', name, `${name} must be a text or a list of texts`)
  return value as string[]
}

function text(value: Json, name: string): string {
  if (typeof value !== 'string') throw invalidAt('invalid_query', name, `${name} must be a text`)
  return value
}

function wholeNumber(value: Json, name: string): number {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
    throw invalidAt('invalid_query', name, `${name} must be a whole number`)
  return number
}

const malformedBrackets = () =>
  invalidAt(
    'invalid_query',
    'filter',
    'Brackets are malformed',
    'Write filter[status]=published, filter[views][$gte]=10 or filter[status][$in][]=draft.',
  )

const tooLong = () => invalidAt('query_too_complex', 'query', `A query may have ${limits.queryBytes} bytes`)

const unknownParameter = (key: string, allowed: readonly string[]) =>
  invalidAt(
    'invalid_query',
    key.slice(0, 60),
    `${key.slice(0, 60)} is not a parameter of this route`,
    allowed.length > 0 ? `Use ${allowed.join(', ')}.` : 'This route takes no parameters.',
  )
