import type { Executor } from '../../platform/db/index.js'
import { type Bindings, bindParams } from '../../query/index.js'
import type { ListPlan, PagePlan } from './plan-list.js'
import type { CursorValue, Position } from './selection.js'

/** The records of a page as JSON text, in the order of the list, and where it lies. */
export interface PageText {
  /** The JSON array. */
  readonly data: string
  /** Sort values of the first record, for a page that was asked for by its position, and of the last. */
  readonly first: readonly CursorValue[] | undefined
  readonly last: readonly CursorValue[] | undefined
  /** More records lie beyond it, in the direction in which it was read. */
  readonly more: boolean
}

/** Reads one page; the bindings have the values of the position. */
export async function runPage(
  db: Executor,
  plan: ListPlan,
  page: PagePlan,
  position: Position | undefined,
  bindings: Bindings,
): Promise<PageText> {
  const { rows } = await db.run({ text: page.text, values: bindParams(page.params, bindings) })
  return pageText(page, rows, plan, position)
}

/** The values of the position are the inputs of its page. */
export const withPosition = (bindings: Bindings, position: Position | undefined): Bindings =>
  position ? { ...bindings, inputs: position.values } : bindings

/** Where the pages beside this one begin; null where the list ends there. The first page has none before it to speak of. */
export interface Neighbours {
  readonly next: Position | null
  readonly previous?: Position | null
}

/** `position` is where the page was asked for. */
export function neighboursOf({ first, last, more }: PageText, position: Position | undefined): Neighbours {
  const after = (values: readonly CursorValue[]): Position => ({ direction: 'after', inclusive: false, values })
  const before = (values: readonly CursorValue[]): Position => ({ direction: 'before', inclusive: false, values })
  if (!position) return { next: more && last ? after(last) : null }
  // An empty page has nothing to start from but where it was asked for: from there back, the record at that place included.
  if (!first || !last) {
    const back: Position = { ...position, inclusive: !position.inclusive }
    return position.direction === 'after'
      ? { next: null, previous: { ...back, direction: 'before' } }
      : { next: { ...back, direction: 'after' }, previous: null }
  }
  return position.direction === 'after'
    ? { next: more ? after(last) : null, previous: before(first) }
    : { next: after(last), previous: more ? before(first) : null }
}

// ── rows → text ──────────────────────────────────────────────────────────────────────────────────────────────────────

const pageText = (
  page: PagePlan,
  rows: readonly (readonly unknown[])[],
  plan: ListPlan,
  position: Position | undefined,
): PageText => {
  if (page.form === 'rows') return pageOfRows(rows, plan, position)
  const [array, count] = rows[0] as [string | null, number]
  return pageOfArray(array, count, plan, position)
}

/**
 * `json_agg` puts a line feed before every row but the first, and nowhere else: texts escape theirs. So the rows can be
 * told apart without parsing them.
 */
const rowSeparator = ', \n '

const emptyPage: PageText = { data: '[]', first: undefined, last: undefined, more: false }

function pageOfArray(array: string | null, count: number, plan: ListPlan, position: Position | undefined): PageText {
  if (array === null) return emptyPage
  const more = count > plan.query.limit
  if (!position) {
    if (!more) return { data: array, first: undefined, last: undefined, more }
    const end = array.lastIndexOf(rowSeparator)
    const start = array.lastIndexOf(rowSeparator, end - 1)
    const last = valuesOf(array.slice(start < 0 ? 1 : start + rowSeparator.length, end), plan)
    return { data: `${array.slice(0, end)}]`, first: undefined, last, more }
  }
  const records = array.slice(1, -1).split(rowSeparator).slice(0, plan.query.limit)
  if (position.direction === 'before') records.reverse()
  return {
    data: `[${records.join(rowSeparator)}]`,
    first: valuesOf(records[0]!, plan),
    last: valuesOf(records.at(-1)!, plan),
    more,
  }
}

function valuesOf(record: string, plan: ListPlan): CursorValue[] {
  const values = JSON.parse(record) as Record<string, CursorValue>
  return plan.sortNames.map((name) => values[name] ?? null)
}

function pageOfRows(rows: readonly (readonly unknown[])[], plan: ListPlan, position: Position | undefined): PageText {
  if (rows.length === 0) return emptyPage
  const more = rows.length > plan.query.limit
  const page = rows.slice(0, plan.query.limit)
  if (position?.direction === 'before') page.reverse()
  const values = (row: readonly unknown[]): CursorValue[] => JSON.parse(row[1] as string) as CursorValue[]
  return {
    data: `[${page.map((row) => row[0]).join(',')}]`,
    first: position && values(page[0]!),
    last: position || more ? values(page.at(-1)!) : undefined,
    more,
  }
}
