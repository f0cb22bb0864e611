import type { Bindings } from '../../query/index.js'
import type { ListPlan, PagePlan } from './plan-list.js'
import type { CursorValue, ListQuery, Position } from './selection.js'

/** The records of a page as JSON text, in the order of the list, and where it lies. */
export interface PageText {
  /** The JSON array. */
  readonly data: string
  /** Where the first record lies, for a page that was asked for by its position, and the last: {@link valuesAt} reads it. */
  readonly first: string | undefined
  readonly last: string | undefined
  /** More records lie beyond it, in the direction in which it was read. */
  readonly more: boolean
}

/** The values of the position are the inputs of its page. */
export const withPosition = (bindings: Bindings, position: Position | undefined): Bindings =>
  position ? { ...bindings, inputs: position.values } : bindings

/** Sort values of a record, by the text that says where it lies: the values alone, or the record with them among its fields. */
export function valuesAt(place: string, plan: ListPlan, { form }: PagePlan): CursorValue[] {
  if (form === 'rows') return JSON.parse(place) as CursorValue[]
  const values = JSON.parse(place) as Record<string, CursorValue>
  return plan.sortNames.map((name) => values[name] ?? null)
}

export const after = (values: readonly CursorValue[]): Position => ({ direction: 'after', inclusive: false, values })
const before = (values: readonly CursorValue[]): Position => ({ direction: 'before', inclusive: false, values })

/** Where the pages beside one begin that was asked for by its position; null where the list ends there. */
export interface Neighbours {
  readonly next: Position | null
  readonly previous: Position | null
}

export function neighboursOf(
  { first, last, more }: PageText,
  position: Position,
  valuesOf: (place: string) => readonly CursorValue[],
): Neighbours {
  // An empty page has nothing to start from but where it was asked for: from there back, the record at that place included.
  if (first === undefined || last === undefined) {
    const back: Position = { ...position, inclusive: !position.inclusive }
    return position.direction === 'after'
      ? { next: null, previous: { ...back, direction: 'before' } }
      : { next: { ...back, direction: 'after' }, previous: null }
  }
  return position.direction === 'after'
    ? { next: more ? after(valuesOf(last)) : null, previous: before(valuesOf(first)) }
    : { next: after(valuesOf(last)), previous: more ? before(valuesOf(first)) : null }
}

// ── rows → text ──────────────────────────────────────────────────────────────────────────────────────────────────────

export function pageOf(
  rows: readonly (readonly unknown[])[],
  { form }: PagePlan,
  { limit }: ListQuery,
  position: Position | undefined,
): PageText {
  if (form === 'rows') return pageOfRows(rows, limit, position)
  const [array, count] = rows[0] as [string | null, number]
  return pageOfArray(array, count, limit, position)
}

/**
 * `json_agg` puts a line feed before every row but the first, and nowhere else: texts escape theirs. So the rows can be
 * told apart without parsing them.
 */
const rowSeparator = ', \n '

const emptyPage: PageText = { data: '[]', first: undefined, last: undefined, more: false }

function pageOfArray(array: string | null, count: number, limit: number, position: Position | undefined): PageText {
  if (array === null) return emptyPage
  const more = count > limit
  if (position?.direction === 'before') {
    const records = array.slice(1, -1).split(rowSeparator).slice(0, limit).reverse()
    return { data: `[${records.join(rowSeparator)}]`, first: records[0], last: records.at(-1), more }
  }
  const end = more ? array.lastIndexOf(rowSeparator) : array.length - 1
  return {
    data: more ? `${array.slice(0, end)}]` : array,
    first: position && firstRecord(array, end),
    last: position || more ? lastRecord(array, end) : undefined,
    more,
  }
}

/** Of the records of an array that end before `end`. */
function firstRecord(array: string, end: number): string {
  const next = array.indexOf(rowSeparator)
  return array.slice(1, next < 0 ? end : next)
}

function lastRecord(array: string, end: number): string {
  const before = array.lastIndexOf(rowSeparator, end - 1)
  return array.slice(before < 0 ? 1 : before + rowSeparator.length, end)
}

function pageOfRows(rows: readonly (readonly unknown[])[], limit: number, position: Position | undefined): PageText {
  if (rows.length === 0) return emptyPage
  const more = rows.length > limit
  const page = rows.slice(0, limit)
  if (position?.direction === 'before') page.reverse()
  const place = (row: readonly unknown[]): string => row[1] as string
  return {
    data: `[${page.map((row) => row[0]).join(',')}]`,
    first: position && place(page[0]!),
    last: position || more ? place(page.at(-1)!) : undefined,
    more,
  }
}
