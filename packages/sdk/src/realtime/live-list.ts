import type { RecordEvent } from './subscription.js'

/** A record of a live list. */
export type LiveRecord = { readonly id: string; readonly version?: number; readonly [field: string]: unknown }

interface Key {
  readonly field: string
  readonly sign: 1 | -1
}

/** Values whose order is the same everywhere: texts are sorted by the language of the database. */
const plainText =
  /^(?:\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

/** As PostgreSQL does: null is larger than any value. Undefined where only the database knows. */
function compareValues(left: unknown, right: unknown): number | undefined {
  if (left === right) return 0
  if (left == null || right == null) return left == null ? (right == null ? 0 : 1) : -1
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  if (typeof left !== 'string' || typeof right !== 'string' || !plainText.test(left) || !plainText.test(right))
    return undefined
  return left < right ? -1 : 1
}

const keysOf = (sort: readonly string[]): Key[] => {
  const keys = sort.map(
    (text): Key => (text.startsWith('-') ? { field: text.slice(1), sign: -1 } : { field: text, sign: 1 }),
  )
  return keys.some(({ field }) => field === 'id') ? keys : [...keys, { field: 'id', sign: keys.at(-1)?.sign ?? 1 }]
}

/** The first records of a sorted list, kept current by events. Pure: asks nobody. */
export class LiveList<R extends LiveRecord> {
  readonly #keys: readonly Key[]
  readonly #limit: number
  #records: R[] = []
  /** There may be more records than these. */
  #cut = false

  constructor(sort: readonly string[], limit: number) {
    this.#keys = keysOf(sort)
    this.#limit = limit
  }

  get records(): readonly R[] {
    return this.#records
  }

  clear(): void {
    this.#records = []
    this.#cut = false
  }

  /** False when the list must be read anew: an order only the database knows, or a gap at the end of the list. */
  apply(event: RecordEvent<R>): boolean {
    if (event.type === 'snapshot') {
      this.#records = [...this.#records, event.record]
      return true
    }
    if (event.type === 'ready') this.#cut ||= this.#records.length >= this.#limit
    if (!event.record) return true
    const { id } = event.record
    const at = this.#records.findIndex((record) => record.id === id)
    return event.type === 'delete' || event.type === 'leave' ? this.#remove(at) : this.#put(event.record as R, at)
  }

  #remove(at: number): boolean {
    if (at < 0) return true
    this.#records = this.#records.toSpliced(at, 1)
    return !this.#cut
  }

  #put(record: R, at: number): boolean {
    const others = at < 0 ? this.#records : this.#records.toSpliced(at, 1)
    const place = this.#placeOf(record, others)
    if (place === undefined) return false
    // Beyond the last one that is known there may be others in between.
    if (place === others.length && this.#cut) return at < 0
    const records = others.toSpliced(place, 0, record)
    this.#cut ||= records.length > this.#limit
    this.#records = records.slice(0, this.#limit)
    return true
  }

  #placeOf(record: R, others: readonly R[]): number | undefined {
    for (const [place, other] of others.entries()) {
      const order = this.#compare(record, other)
      if (order === undefined) return undefined
      if (order < 0) return place
    }
    return others.length
  }

  #compare(left: R, right: R): number | undefined {
    for (const { field, sign } of this.#keys) {
      if (field.includes('.') || field.startsWith('$')) return undefined
      const order = compareValues(left[field], right[field])
      if (order !== 0) return order === undefined ? undefined : order * sign
    }
    return 0
  }
}
