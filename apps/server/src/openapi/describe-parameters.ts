import { limits } from '@holdfast/contract'
import type { RowScope } from '../permissions/index.js'
import type { FieldShape } from '../query/index.js'
import { isSearchable } from './describe-filter.js'
import { type JsonSchema, jsonContent, refTo } from './document.js'

/** Parameters that are the same for every collection. */
export const sharedParameters: { readonly [name: string]: JsonSchema } = {
  id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The id of the record.',
    schema: { type: 'string', format: 'uuid' },
  },
  limit: {
    name: 'limit',
    in: 'query',
    description: 'Records per page.',
    schema: { type: 'integer', minimum: 1, maximum: limits.maxLimit, default: limits.defaultLimit },
  },
  cursor: {
    name: 'cursor',
    in: 'query',
    description:
      '`meta.nextCursor` of the page before, or `meta.previousCursor` of the page after: reads on from there, stable while records are added.',
    schema: { type: 'string' },
  },
  offset: {
    name: 'offset',
    in: 'query',
    description: 'Records to skip. Not together with `cursor`, which is faster on later pages.',
    schema: { type: 'integer', minimum: 0 },
  },
  count: {
    name: 'count',
    in: 'query',
    description:
      'Whether `meta.total` is wanted and how much work it may cost: `none`, `exact`, `estimated` or `upTo:N`.',
    schema: { type: 'string', pattern: '^(none|exact|estimated|upTo:[1-9][0-9]{0,8})$', default: 'none' },
  },
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The `ETag` of the record as you read it: the write is refused with 412 when it has changed since.',
    schema: { type: 'string', pattern: '^(\\*|"v[0-9]{1,10}")$' },
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Names this write: sent again with the same key, it has no further effect and is answered as before, for a day.',
    schema: { type: 'string', minLength: 1, maxLength: limits.idempotencyKeyLength },
  },
  asOf: {
    name: 'asOf',
    in: 'query',
    description:
      'A time: records as they were then, under the rules of today. What is related to them is as it is today.',
    schema: { type: 'string', format: 'date-time' },
  },
  version: {
    name: 'version',
    in: 'path',
    required: true,
    description: 'The number of the version.',
    schema: { type: 'integer', minimum: 1 },
  },
  search: {
    name: 'search',
    in: 'query',
    description: 'Words to find in searchable fields, in any form and with small typos; the best come first.',
    schema: { type: 'string', maxLength: limits.searchLength },
  },
  highlight: {
    name: 'highlight',
    in: 'query',
    description: '`true`, or fields: what the search matched, between `<mark>` and `</mark>`, under `matchMeta`.',
    schema: { type: 'string' },
  },
  explain: {
    name: 'explain',
    in: 'query',
    description: '`plan`: how PostgreSQL runs the query, under `meta.plan`. For admins.',
    schema: { type: 'string', enum: ['plan'] },
  },
  viewAs: {
    name: 'X-View-As',
    in: 'header',
    description:
      'Reads as somebody else, for admins: `user:<id>` (`user:<id>@<team>` in a team), `role:<name>` (several parted by commas), `key:<id>` or `public`.',
    schema: { type: 'string' },
  },
  prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`return=minimal` answers without the record.',
    schema: { type: 'string', enum: ['return=minimal', 'return=representation'] },
  },
}

export const shared = (name: keyof typeof sharedParameters & string): JsonSchema => refTo('parameters', name)

/** Everything a list takes in its URL. */
export const listParameters = (scope: RowScope, filter: string): JsonSchema[] => [
  ...foundParameters(scope, filter),
  ...selectionParameters(scope),
  ...(isSearchable(scope) ? ['search', 'highlight'].map(shared) : []),
  ...['limit', 'cursor', 'offset', 'count', 'explain'].map(shared),
  ...asOfParameter(scope),
]

/** What an export takes in its URL beside its form: a list without pages. */
export const exportParameters = (scope: RowScope, filter: string): JsonSchema[] => [
  ...foundParameters(scope, filter),
  ...selectionParameters(scope),
  ...(isSearchable(scope) ? [shared('search')] : []),
]

const foundParameters = (scope: RowScope, filter: string): JsonSchema[] => [
  {
    name: 'filter',
    in: 'query',
    description:
      'Which records, as JSON: `filter={"status":"published"}`. Brackets say the same: `filter[views][$gte]=10`.',
    content: jsonContent(refTo('schemas', filter), {}),
  },
  listOf('sort', 'Order of the records; `-` before a name means descending.', sortNames(scope)),
]

/** Where the collection keeps its history. */
export const asOfParameter = ({ collection }: RowScope): JsonSchema[] =>
  collection.definition.history ? [shared('asOf')] : []

/** `fields` and `expand`: what an answer holds of each record. */
export const selectionParameters = (scope: RowScope): JsonSchema[] => {
  const relations = relationsOf(scope).map(({ name }) => name)
  return [
    listOf('fields', 'The fields to answer with. Left out: all you may read.', fieldNames(scope)),
    ...(relations.length === 0 ? [] : [expandParameter(relations)]),
  ]
}

const expandParameter = (relations: readonly string[]): JsonSchema => ({
  name: 'expand',
  in: 'query',
  description:
    `Related records to put under \`expand\`, up to ${limits.expandDepth} levels deep. Here: ` +
    `${relations.map((name) => `\`${name}\``).join(', ')}. To-many relations take ` +
    '`(filter:{…},sort:-createdAt,limit:3,count:exact,fields:id,expand(…))`.',
  schema: { type: 'string' },
  examples: Object.fromEntries([['none', { value: '' }], ...relations.map((name) => [name, { value: name }])]),
})

/** The body of `POST /query`: what a list takes in its URL. */
export const queryBody = (scope: RowScope, filter: string): JsonSchema => ({
  type: 'object',
  properties: {
    filter: refTo('schemas', filter),
    sort: textOrTexts(sortNames(scope)),
    fields: textOrTexts(fieldNames(scope)),
    expand: textOrTexts(),
    limit: sharedParameters['limit']!['schema'],
    cursor: { type: ['string', 'null'] },
    offset: sharedParameters['offset']!['schema'],
    count: sharedParameters['count']!['schema'],
    ...(isSearchable(scope) && {
      search: sharedParameters['search']!['schema'],
      highlight: { anyOf: [{ type: 'boolean' }, textOrTexts(fieldNames(scope))] },
    }),
    explain: sharedParameters['explain']!['schema'],
    ...(scope.collection.definition.history && { asOf: sharedParameters['asOf']!['schema'] }),
  },
  additionalProperties: false,
})

/** The same of an export. */
export const exportBody = (scope: RowScope, filter: string, form: { [name: string]: JsonSchema }): JsonSchema => ({
  type: 'object',
  required: ['format'],
  properties: {
    ...form,
    filter: refTo('schemas', filter),
    sort: textOrTexts(sortNames(scope)),
    fields: textOrTexts(fieldNames(scope)),
    expand: textOrTexts(),
    ...(isSearchable(scope) && { search: sharedParameters['search']!['schema'] }),
  },
  additionalProperties: false,
})

/** Names in a list, or in one text with commas. */
const textOrTexts = (names?: readonly string[]): JsonSchema => ({
  anyOf: [{ type: 'array', items: { type: 'string', enum: names } }, { type: 'string' }],
})

export const listOf = (name: string, description: string, names: readonly string[]): JsonSchema => ({
  name,
  in: 'query',
  description,
  style: 'form',
  explode: false,
  schema: { type: 'array', items: { type: 'string', enum: names } },
})

export const fieldNames = (scope: RowScope): string[] => scope.readableFields().map(({ field }) => field.name)

/** Relations the caller may expand to something: those of the record, then the inverse ones. */
export function relationsOf(scope: RowScope): FieldShape[] {
  const own = scope.readableFields().map(({ field }) => field)
  const inverse = [...scope.collection.inverses.values()].filter(({ name }) => scope.readable(name))
  return [...own, ...inverse].filter((shape) => shape.relation && scope.related(shape))
}

/** Comparisons that have no order one could sort by. */
const unsortable: ReadonlySet<string> = new Set(['list', 'json', 'geo', 'vector'])

/** `title`, `-title`, …, and one step through relations that lead to one record: `author.name`. */
export function sortNames(scope: RowScope): string[] {
  const hops = relationsOf(scope).filter(({ relation }) => relation?.kind === 'one')
  const names = [
    ...sortableFields(scope),
    ...hops.flatMap((hop) => sortableFields(scope.related(hop)!).map((name) => `${hop.name}.${name}`)),
  ]
  return names.flatMap((name) => [name, `-${name}`])
}

const sortableFields = (scope: RowScope): string[] =>
  scope
    .readableFields()
    .filter(({ field }) => !unsortable.has(field.comparison))
    .map(({ field }) => field.name)
