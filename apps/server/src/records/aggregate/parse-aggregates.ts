import { type Json, limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import type { Comparison } from '../../query/index.js'
import { type AggregateColumn, type AggregateFunction, aggregateFunctions, type FieldPath } from './aggregate-query.js'
import { parseName, untypedHint } from './parse-groups.js'
import { parsePath } from './parse-path.js'
import { resultShape } from './result-shape.js'

const numbers: readonly Comparison[] = ['number', 'decimal']
const ordered: readonly Comparison[] = [...numbers, 'text', 'date', 'datetime', 'duration']

/** Of which fields each can be taken; `count` of all. */
const takes: Readonly<Record<AggregateFunction, readonly Comparison[] | undefined>> = {
  count: undefined,
  countDistinct: [...ordered, 'boolean', 'uuid'],
  sum: [...numbers, 'duration'],
  avg: [...numbers, 'duration'],
  min: ordered,
  max: ordered,
  percentile: numbers,
}

/** Each of these sorts all records of a group, whatever the others do. */
const sorting: ReadonlySet<AggregateFunction> = new Set(['countDistinct', 'percentile'])

/** `aggregates` → columns of the answer, in the order they were written. @throws unknown_field, invalid_query, query_too_complex */
export function parseAggregates(raw: Json | undefined, scope: RowScope): AggregateColumn[] {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw invalidAt(
      'invalid_query',
      'aggregates',
      'aggregates must be an object',
      'Write {"n":{"count":"*"},"total":{"sum":"views"}}.',
    )
  const entries = Object.entries(raw)
  if (entries.length > limits.aggregates)
    throw invalidAt('query_too_complex', 'aggregates', `A query may have ${limits.aggregates} aggregates`)
  const aggregates = entries.map(([name, item], index) => parseColumn(name, item, `"a${index + 1}"`, scope))
  if (aggregates.filter((aggregate) => sorting.has(aggregate.function)).length > limits.sortedAggregates)
    throw invalidAt(
      'query_too_complex',
      'aggregates',
      `A query may have ${limits.sortedAggregates} percentiles and distinct counts together`,
    )
  return aggregates
}

function parseColumn(name: string, raw: Json, column: string, scope: RowScope): AggregateColumn {
  const at = `aggregates.${name.slice(0, 60)}`
  parseName(name, at)
  const { called, argument, share } = parseCall(raw, at)
  const path =
    called === 'count' && argument === '*' ? undefined : parseArgument(called, argument, scope, `${at}.${called}`)
  return { name, function: called, path, at: share, result: resultShape(name, column, called, path?.field) }
}

interface Call {
  readonly called: AggregateFunction
  readonly argument: string
  readonly share: number | undefined
}

/** `{"sum":"views"}`, `{"percentile":"views","at":0.95}` */
function parseCall(raw: Json, at: string): Call {
  const isCall = typeof raw === 'object' && raw !== null && !Array.isArray(raw)
  const { at: share, ...rest } = isCall ? raw : {}
  const [[name, argument] = []] = Object.entries(rest)
  const called = aggregateFunctions.find((known) => known === name)
  if (!called || Object.keys(rest).length !== 1)
    throw invalidAt(
      'invalid_query',
      at,
      'An aggregate names one function and its field',
      `Use one of ${aggregateFunctions.join(', ')}: {"sum":"views"}.`,
    )
  if (typeof argument !== 'string') throw invalidAt('invalid_query', `${at}.${called}`, 'Give the name of a field')
  if (called === 'percentile' ? !isShare(share) : share !== undefined)
    throw invalidAt('invalid_query', `${at}.at`, 'at is a number from 0 to 1, and belongs to a percentile')
  return { called, argument, share: share as number | undefined }
}

const isShare = (value: Json | undefined): value is number => typeof value === 'number' && value >= 0 && value <= 1

function parseArgument(called: AggregateFunction, argument: string, scope: RowScope, at: string): FieldPath {
  const path = parsePath(argument, scope, at)
  if (takes[called]?.includes(path.field.comparison) === false)
    throw invalidAt(
      'invalid_query',
      at,
      `There is no ${called} of ${path.field.name.slice(0, 60)}: its type does not fit`,
      path.field.path && untypedHint,
    )
  return path
}
