import { type Json, limits, type VectorMetric, vectorMetrics } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import { type Around, isObject } from './parsing.js'
import type { ReadableField, Reader } from './reader.js'
import type { VectorShape } from './shape.js'
import { conditionToSql } from './sql.js'
import type { SqlContext } from './sql-context.js'
import { and, conditionKey, isAlways, type Measure, MeasuredCondition } from './tree.js'

/** The operand of `$nearest`, checked. */
interface Nearest {
  readonly to: readonly number[]
  readonly metric: VectorMetric
  readonly k: number | undefined
  readonly within: number | undefined
}

/**
 * Records whose vector has a distance to another: all that have one, the `k` nearest of those the caller may read, those
 * `within` a distance. By cosine, a vector of zeros has no direction and so no distance.
 */
export class NearestCondition extends MeasuredCondition<Nearest> {
  readonly fields: readonly string[]
  readonly measure: Measure
  private readonly vector: VectorShape

  constructor(
    private readonly target: ReadableField,
    private readonly reader: Reader,
    nearest: Nearest,
  ) {
    const { shape, mask } = target
    super('nearest', `${shape.name} ${conditionKey(mask)} ${conditionKey(reader.condition)}`, nearest)
    this.vector = shape.vector!
    this.fields = [shape.name]
    this.measure = {
      name: 'distance',
      descending: false,
      key: conditionKey(this),
      toSql: (row, context) => this.measureSql(row, context),
    }
  }

  toSql(row: string, context: SqlContext): string {
    const { within, k } = this.value
    const parts = [this.hasDistanceSql(row)]
    if (within !== undefined) parts.push(`${this.distanceSql(row, context)} <= ${context.params.value(within)}::float8`)
    if (k !== undefined) parts.push(`${row}."id" in (${this.nearestIds(k, context)})`)
    return `(${parts.join(' and ')})`
  }

  private measureSql(row: string, context: SqlContext): string {
    const distance = this.distanceSql(row, context)
    const { mask } = this.target
    return isAlways(mask) ? distance : `case when ${conditionToSql(mask, row, context)} then ${distance} end`
  }

  private nearestIds(k: number, context: SqlContext): string {
    const row = context.alias()
    const rows = context.rowsOf(this.reader, row)
    const open = and(this.reader.condition, this.target.mask)
    const where = isAlways(open) ? '' : ` and ${conditionToSql(open, row, context)}`
    return (
      `select ${row}."id" from ${rows} where ${this.hasDistanceSql(row)}${where}` +
      ` order by ${this.distanceSql(row, context)}, ${row}."id" limit ${k}`
    )
  }

  private hasDistanceSql(row: string): string {
    const column = `${row}.${this.target.shape.column}`
    if (this.value.metric !== 'cosine') return `${column} is not null`
    return `${column} <> array_fill(0::real, array[${this.vector.dimensions}])`
  }

  private distanceSql(row: string, context: SqlContext): string {
    const { metric, to } = this.value
    const column = `${row}.${this.target.shape.column}`
    const other = `${context.params.value(`{${to.join(',')}}`)}::real[]`
    const { pgvector, dimensions } = this.vector
    // Unnested side by side in a list of columns, the pairs are not stored before they are summed up: a third faster.
    if (pgvector === undefined)
      return `(select ${exactSql[metric]} from (select unnest(${column}) x, unnest(${other}) y) _v)`
    const type = `${pgvector}.vector(${dimensions})`
    return `((${column}::${type}) operator(${pgvector}.${operators[metric]}) (${other}::${type}))`
  }
}

const operators: Readonly<Record<VectorMetric, string>> = { cosine: '<=>', innerProduct: '<#>', l2: '<->' }

const product = (one: string, other: string): string => `sum(${one}::float8 * ${other}::float8)`

/** The same without pgvector, over the pairs of numbers. */
const exactSql: Readonly<Record<VectorMetric, string>> = {
  cosine: `1 - greatest(-1, least(1, ${product('x', 'y')} / nullif(sqrt(${product('x', 'x')}) * sqrt(${product('y', 'y')}), 0)))`,
  innerProduct: `-${product('x', 'y')}`,
  l2: `sqrt(${product('(x::float8 - y)', '(x::float8 - y)')})`,
}

// ── parse ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const keys = ['to', 'metric', 'k', 'within']

/** `{"to":[…],"metric":"cosine","k":10,"within":0.4}` @throws invalid_value, with the path of what is wrong */
export function parseNearest(
  field: ReadableField,
  raw: Json,
  at: string,
  text: boolean,
  { reader, rule }: Around,
): NearestCondition {
  const { dimensions, metric } = field.shape.vector!
  if (!isObject(raw) || raw['to'] === undefined)
    throw invalidAt('invalid_value', at, '$nearest takes {"to": […]}, with metric, k and within when you like')
  const unknown = Object.keys(raw).find((key) => !keys.includes(key))
  if (unknown !== undefined)
    throw invalidAt('invalid_value', `${at}.${unknown.slice(0, 60)}`, `$nearest takes ${keys.join(', ')}`)
  if (rule && raw['k'] !== undefined)
    throw invalidAt('invalid_value', `${at}.k`, 'A rule cannot depend on what other records there are', 'Use within.')
  const nearest = {
    to: parseTo(raw['to'], dimensions, `${at}.to`, text),
    metric: parseMetric(raw['metric'] ?? metric, `${at}.metric`),
    k: raw['k'] === undefined ? undefined : parseK(raw['k'], `${at}.k`, text),
    within: raw['within'] === undefined ? undefined : parseDistance(raw['within'], `${at}.within`, text),
  }
  if (nearest.metric === 'cosine' && nearest.to.every((number) => number === 0))
    throw invalidAt('invalid_value', `${at}.to`, 'A vector of zeros has no direction', 'Use the metric l2.')
  return new NearestCondition(field, reader, nearest)
}

function parseTo(raw: Json, dimensions: number, at: string, text: boolean): number[] {
  const items = text && typeof raw === 'string' ? raw.split(',') : raw
  if (!Array.isArray(items) || items.length !== dimensions)
    throw invalidAt('invalid_value', at, `${at} must be a list of ${dimensions} numbers`)
  return items.map((item, index) => singlePrecision(parseNumber(item, `${at}.${index}`, text), `${at}.${index}`))
}

/** As it is stored, so that what is too small to be told from zero is zero. */
function singlePrecision(number: number, at: string): number {
  const single = Math.fround(number)
  if (!Number.isFinite(single)) throw invalidAt('invalid_value', at, `${at} is too large`)
  return single + 0
}

function parseNumber(raw: Json, at: string, text: boolean): number {
  const number = text && typeof raw === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i.test(raw) ? Number(raw) : raw
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw invalidAt('invalid_value', at, `${at} must be a number`)
}

function parseK(raw: Json, at: string, text: boolean): number {
  const k = parseNumber(raw, at, text)
  if (Number.isInteger(k) && k >= 1 && k <= limits.maxLimit) return k
  throw invalidAt('invalid_value', at, `${at} must be a whole number between 1 and ${limits.maxLimit}`)
}

const parseDistance = (raw: Json, at: string, text: boolean): number => parseNumber(raw, at, text)

function parseMetric(raw: Json, at: string): VectorMetric {
  const metric = vectorMetrics.find((name) => name === raw)
  if (!metric) throw invalidAt('invalid_value', at, `${at} is one of ${vectorMetrics.join(', ')}`)
  return metric
}
