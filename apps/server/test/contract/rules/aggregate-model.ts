import type { Kind } from './world.js'

/** Aggregates over records as a caller was sent them: what is absent is null. No code of the server is asked. */

export type SentRecord = {
  readonly [name: string]: unknown
  readonly expand?: { readonly [name: string]: SentRecord | null }
}

export interface ModelGroup {
  readonly field: string
  readonly as: string
  readonly bucket?: 'week' | 'month' | 'quarter' | 'year'
}

export interface ModelAggregate {
  readonly function: 'count' | 'countDistinct' | 'sum' | 'avg' | 'min' | 'max' | 'percentile'
  readonly field: string
  readonly kind: Kind | undefined
  readonly at?: number
}

/** `owner.org.tier` of a record, whose relations are expanded. */
export function valueAt(record: SentRecord, path: string): unknown {
  const [name, ...rest] = path.split('.') as [string, ...string[]]
  if (rest.length === 0) return record[name] ?? null
  const next = record.expand?.[name]
  return next && record[name] !== undefined ? valueAt(next, rest.join('.')) : null
}

/** Groups by the texts of their keys, each with the values of the aggregates; numbers as far as a double carries them. */
export function groupsOf(
  records: readonly SentRecord[],
  groups: readonly ModelGroup[],
  aggregates: Readonly<Record<string, ModelAggregate>>,
): Map<string, Record<string, unknown>> {
  const members = new Map<string, { key: Record<string, unknown>; records: SentRecord[] }>()
  if (groups.length === 0) members.set('{}', { key: {}, records: [...records] })
  for (const record of records)
    for (const key of keysOf(record, groups)) {
      const text = JSON.stringify(key)
      const known = members.get(text)
      if (groups.length === 0) continue
      if (known) known.records.push(record)
      else members.set(text, { key, records: [record] })
    }
  return new Map(
    [...members].map(([text, { key, records: own }]) => [
      text,
      {
        ...key,
        ...Object.fromEntries(
          Object.entries(aggregates).map(([name, aggregate]) => [name, rounded(aggregateOf(own, aggregate))]),
        ),
      },
    ]),
  )
}

/** One key, or with lists one for each item. */
const keysOf = (record: SentRecord, groups: readonly ModelGroup[]): Record<string, unknown>[] =>
  groups.reduce<Record<string, unknown>[]>(
    (keys, group) => {
      const value = valueAt(record, group.field)
      const items: readonly unknown[] = Array.isArray(value) ? (value.length > 0 ? value : [null]) : [value]
      return keys.flatMap((key) => items.map((item) => ({ ...key, [group.as]: bucketOf(item, group.bucket) })))
    },
    [{}],
  )

function bucketOf(value: unknown, bucket: ModelGroup['bucket']): unknown {
  if (typeof value !== 'string' || !bucket) return value
  const day = new Date(`${value}T00:00:00Z`)
  const month = day.getUTCMonth()
  if (bucket === 'week') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7))
  else day.setUTCMonth({ month, quarter: month - (month % 3), year: 0 }[bucket], 1)
  return day.toISOString().slice(0, 10)
}

function aggregateOf(
  records: readonly SentRecord[],
  { function: called, field, kind, at = 0 }: ModelAggregate,
): unknown {
  if (field === '*') return records.length
  const values = records.map((record) => valueAt(record, field)).filter((value) => value !== null)
  if (called === 'count') return values.length
  if (called === 'countDistinct') return new Set(values).size
  if (values.length === 0) return null
  if (kind === 'text' || kind === 'select' || kind === 'date') {
    const texts = [...(values as string[])].sort()
    return called === 'min' ? texts[0] : texts.at(-1)
  }
  const numbers = values.map(Number).sort((left, right) => left - right)
  const result = numberOf(numbers, called, at)
  return kind === 'decimal' ? { decimal: result } : result
}

function numberOf(sorted: readonly number[], called: ModelAggregate['function'], at: number): number {
  const sum = sorted.reduce((total, value) => total + value, 0)
  if (called === 'sum') return sum
  if (called === 'avg') return sum / sorted.length
  if (called === 'min') return sorted[0]!
  if (called === 'max') return sorted.at(-1)!
  const place = at * (sorted.length - 1)
  const low = sorted[Math.floor(place)]!
  return low + (sorted[Math.ceil(place)]! - low) * (place % 1)
}

/** An aggregate as it was answered, in the form the model has: decimals are texts on the wire. */
export const answered = (value: unknown, { function: called, kind }: ModelAggregate): unknown =>
  kind === 'decimal' && !called.startsWith('count') && typeof value === 'string'
    ? rounded({ decimal: Number(value) })
    : rounded(value)

/** PostgreSQL divides exactly before it makes a double of it, and we do not. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(10)) + 0
  if (typeof value === 'object' && value !== null && 'decimal' in value) return { decimal: rounded(value.decimal) }
  return value
}
