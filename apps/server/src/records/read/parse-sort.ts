import { limits } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import { RowScope } from '../../permissions/index.js'
import {
  ALWAYS,
  type Condition,
  jsonPlace,
  type Measure,
  measuresOf,
  type ReadableField,
  readableField,
  relatedReader,
} from '../../query/index.js'
import { type FieldSortKey, isMeasured, type SortKey, sortKeyName } from './selection.js'

/** Comparisons that have no order one could sort by. */
const unsortable: ReadonlySet<string> = new Set(['list', 'json', 'geo', 'vector'])

/** `-createdAt,author.name` → sort keys, ending with `id`. Of a filter that measures records, the best come first. */
export function parseSort(items: readonly string[], scope: RowScope, filter: Condition, at: string): SortKey[] {
  if (items.length > limits.sortKeys)
    throw invalidAt('query_too_complex', at, `Sort by ${limits.sortKeys} fields at most`)
  const measures = measuresOf(filter)
  const best = measures.slice(0, 1).map((measure): SortKey => ({ measure, descending: measure.descending }))
  const keys =
    items.length === 0
      ? best
      : items.map((item) => parseMeasureKey(item, measures, at) ?? parseSortKey(item, scope, at))
  const names = keys.map(sortKeyName)
  if (new Set(names).size < names.length) throw invalidAt('invalid_query', at, 'A field is named twice')
  if (names.includes('id')) return keys
  const id: Field = scope.collection.fields.get('id')!
  return [...keys, { hops: [], field: id, mask: ALWAYS, descending: lastDirection(keys) }]
}

/** The id follows the direction of the field before it, so that one index can serve both. */
function lastDirection(keys: readonly SortKey[]): boolean {
  const last = keys.at(-1)
  return last !== undefined && !isMeasured(last) && last.descending
}

/** `$distance`, `-$rank`: a measure that the filter gives. */
function parseMeasureKey(item: string, measures: readonly Measure[], at: string): SortKey | undefined {
  const match = /^(-?)\$(\w{1,20})$/.exec(item)
  if (!match) return undefined
  const measure = measures.find(({ name }) => name === match[2])
  if (measure) return { measure, descending: match[1] === '-' }
  throw invalidAt(
    'invalid_query',
    at,
    `Nothing in the filter gives a $${match[2]}`,
    '$distance needs $near or $nearest in the filter, $rank needs search or $search.',
  )
}

function parseSortKey(item: string, scope: RowScope, at: string): SortKey {
  const descending = item.startsWith('-')
  const path = (descending ? item.slice(1) : item).split('.')
  if (path.length > limits.expandDepth + limits.jsonPathDepth) throw tooManyHops(at)
  const { hops, field } = followSort(path, scope, at)
  if (hops.length >= limits.expandDepth) throw tooManyHops(at)
  const { shape, mask } = field
  if (unsortable.has(shape.comparison) || (shape.relation && shape.relation.kind !== 'one'))
    throw invalidAt(
      'invalid_query',
      at,
      `${shape.name.slice(0, 60)} has no order to sort by`,
      shape.path && 'Inside JSON, the schema of the field must say that the value is a text, a number or a boolean.',
    )
  return { hops, field: shape, mask, descending }
}

const tooManyHops = (at: string) =>
  invalidAt('query_too_complex', at, `A sort may follow ${limits.expandDepth - 1} relations`)

/** To-one relations, then a field, or a place in a JSON field. */
function followSort([name, ...rest]: readonly string[], scope: RowScope, at: string): SortPath {
  const field = readableField(scope, name!, at)
  if (rest.length === 0) return { hops: [], field }
  if (field.shape.inside) return { hops: [], field: jsonPlace(field, rest, at) }
  const { shape: relation, mask } = field
  const target = relatedReader(relation, scope, at)
  if (relation.relation?.kind !== 'one' || !(target instanceof RowScope))
    throw invalidAt('invalid_query', at, `${name} leads to many records; sort by a field of one`)
  const { hops, field: last } = followSort(rest, target, at)
  return { hops: [{ relation, scope: target, mask }, ...hops], field: last }
}

type SortPath = { readonly hops: FieldSortKey['hops']; readonly field: ReadableField }
