import { type ListPart, PagedRows } from './paged-rows'

/** A record as the grid has it. */
export interface GridRecord {
  readonly id: string
  readonly version: number
  readonly [field: string]: unknown
}

/** The related record or records, where the read asked for them. */
export const expandedOf = (record: GridRecord, name: string): unknown =>
  (record['expand'] as { readonly [relation: string]: unknown } | undefined)?.[name]

/** What the search found in a field, between marks. */
export const highlightOf = (record: GridRecord, name: string): string | undefined =>
  (record['matchMeta'] as { readonly highlight?: { readonly [field: string]: string } } | undefined)?.highlight?.[name]

/** Which rows to read. */
export interface ReadRequest {
  /** Reads from the end: every sort key turned around. */
  readonly reversed: boolean
  readonly cursor?: string | undefined
  readonly offset?: number
  readonly limit: number
  /** Only the place is asked for. */
  readonly idsOnly?: boolean
}

export interface ReadAnswer {
  readonly data: readonly GridRecord[]
  readonly meta: { readonly nextCursor: string | null; readonly previousCursor?: string | null }
}

export type ReadRows = (request: ReadRequest, signal: AbortSignal) => Promise<ReadAnswer>

const pageSize = 100
/** Rows that are kept; what lies further away is read again when one comes back. */
const keptPages = 8
/** Rows beyond the visible ones that are read before one gets there. */
const ahead = 60
/** Up to so far away the pages in between are read too; beyond it the list jumps. */
const reach = 3 * pageSize
/** A scrollbar that is dragged passes many places where nobody wants to be. */
const jumpDelayMs = 60

/**
 * The rows of a list of any length, of which it holds those around the place one looks at. They are read by keyset pages;
 * to places far away it jumps by offset from the nearer end. Row numbers are exact from the start of the list, and after a
 * jump as exact as the total.
 */
export class RecordList {
  readonly #read: ReadRows
  readonly #listeners = new Set<() => void>()
  #rows = new PagedRows<GridRecord>()
  #reversed = false
  #wanted: readonly [number, number] = [0, 40]
  #total: number | undefined
  #running: { readonly abort: AbortController; readonly jump: number | undefined } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #revision = 0
  /** Rows by which the numbers have moved, because the list turned out shorter or longer above. */
  shifted = 0
  /** Why the rows that are wanted are not there. */
  error: unknown
  readonly gone = new Set<string>()

  constructor(read: ReadRows) {
    this.#read = read
  }

  // ── what the grid asks ───────────────────────────────────────────────────────────────────────────────────────────────

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another number after every change. */
  readonly revision = (): number => this.#revision

  row(index: number): GridRecord | undefined {
    return this.#rows.at(index)
  }

  indexOf(id: string): number | undefined {
    return this.#rows.find((record) => record.id === id)
  }

  /** Rows of the whole list, as far as that is known. */
  get rowCount(): number {
    const { end, below } = this.#rows
    if (below === null) return end
    return Math.max(this.#total ?? 0, end + (below === undefined ? 0 : 1))
  }

  /** Whether all rows have been counted or seen. */
  get isComplete(): boolean {
    return this.#rows.below === null && this.#rows.above === null
  }

  get isLoaded(): boolean {
    return this.#rows.below !== undefined
  }

  get isLoading(): boolean {
    return this.#running !== undefined
  }

  get keptRows(): number {
    return this.#rows.length
  }

  // ── what it is told ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** These rows are looked at. */
  want(first: number, last: number): void {
    this.#wanted = [first, last]
    if (this.error === undefined) this.#advance()
  }

  setTotal(total: number | undefined): void {
    if (total === this.#total) return
    this.#total = total
    this.#tell()
  }

  retry(): void {
    this.error = undefined
    this.#tell()
    this.#advance()
  }

  /** Reads the rows around here anew; the old ones stay until the new ones are there. */
  async refresh(): Promise<void> {
    this.#stop()
    const [first] = this.#wanted
    const page = this.#rows.pageAt(first)
    await this.#run(undefined, async (signal) => {
      const cursor = page?.cursor
      const reversed = page ? this.#reversed : false
      const part = await this.#readPart({ reversed, cursor, limit: 2 * pageSize }, signal)
      this.gone.clear()
      this.#put(part, page?.start ?? 0, reversed)
    })
  }

  /** Shows a value before the server has it, or what the server says of a record. */
  change(id: string, values: Readonly<Record<string, unknown>>): void {
    const index = this.indexOf(id)
    if (index === undefined) return
    // What a search found was found in the values before.
    this.#rows.replace(index, { ...this.#rows.at(index)!, matchMeta: undefined, ...values })
    this.#tell()
  }

  /** The record is no longer in the list; its row stays where it is, marked. */
  markGone(id: string): void {
    if (this.indexOf(id) === undefined) return
    this.gone.add(id)
    this.#tell()
  }

  stop(): void {
    this.#stop()
    this.#listeners.clear()
  }

  // ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #advance(): void {
    const step = this.#nextStep()
    if (!step) return
    if (this.#running) {
      // What is being read for another place is not waited for.
      if (
        step.jump === undefined ||
        this.#running.jump === undefined ||
        Math.abs(step.jump - this.#running.jump) < reach
      )
        return
      this.#stop()
    }
    clearTimeout(this.#timer)
    if (step.jump !== undefined && this.isLoaded) this.#timer = setTimeout(() => void this.#take(), jumpDelayMs)
    else void this.#take()
  }

  async #take(): Promise<void> {
    const step = this.#nextStep()
    if (!step || this.#running) return
    await this.#run(step.jump, step.read)
    if (this.error === undefined) this.#advance()
  }

  async #run(jump: number | undefined, read: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController()
    const running = { abort, jump }
    this.#running = running
    this.#tell()
    try {
      await read(abort.signal)
      this.error = undefined
    } catch (error) {
      if (!abort.signal.aborted) this.error = error
    } finally {
      if (this.#running === running) this.#running = undefined
      if (!abort.signal.aborted) this.#tell()
    }
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#running?.abort.abort()
    this.#running = undefined
  }

  /** What to read so that the wanted rows come nearer; undefined where all are there. */
  #nextStep(): { readonly jump?: number; read(signal: AbortSignal): Promise<void> } | undefined {
    const { start, end, above, below } = this.#rows
    const [first, last] = this.#wanted
    if (below === undefined || last < start - reach || first > end + reach) return this.#jumpStep(first)
    if (below !== null && last + ahead >= end) return { read: (signal) => this.#extendDown(below, signal) }
    if (above !== null && first - ahead < start) return { read: (signal) => this.#extendUp(above!, signal) }
    return undefined
  }

  #jumpStep(target: number) {
    const count = this.rowCount
    if (target < 2 * pageSize) return { jump: target, read: (signal: AbortSignal) => this.#readStart(signal) }
    if (target > count - pageSize) return { jump: target, read: (signal: AbortSignal) => this.#readEnd(count, signal) }
    return { jump: target, read: (signal: AbortSignal) => this.#readMiddle(target - ahead, count, signal) }
  }

  async #readStart(signal: AbortSignal): Promise<void> {
    this.#put(await this.#readPart({ reversed: false, limit: pageSize }, signal), 0, false)
  }

  async #readEnd(count: number, signal: AbortSignal): Promise<void> {
    const part = await this.#readPart({ reversed: true, limit: pageSize }, signal)
    this.#put(part, Math.max(0, count - part.rows.length), true)
  }

  /** Finds the place by its number from the nearer end, and reads on from there by its cursor. */
  async #readMiddle(target: number, count: number, signal: AbortSignal): Promise<void> {
    const reversed = target > count / 2
    const offset = reversed ? Math.max(0, count - target - pageSize) : target
    const place = await this.#read({ reversed, offset, limit: 1, idsOnly: true }, signal)
    const cursor = place.meta.nextCursor
    // The list is shorter than it was thought to be.
    if (cursor === null) return this.#readEnd(count, signal)
    const part = await this.#readPart({ reversed, cursor, limit: pageSize }, signal)
    this.#put(part, reversed ? count - offset - 1 - part.rows.length : offset + 1, reversed)
  }

  async #extendDown(cursor: string, signal: AbortSignal): Promise<void> {
    const part = await this.#readPart({ reversed: this.#reversed, cursor, limit: pageSize }, signal)
    this.#rows.append(part)
    this.#rows.trimAbove(this.#wanted[0] - ahead, keptPages * pageSize)
    this.#settle()
  }

  async #extendUp(cursor: string, signal: AbortSignal): Promise<void> {
    const part = await this.#readPart({ reversed: this.#reversed, cursor, limit: pageSize }, signal)
    this.#rows.prepend(part)
    this.#rows.trimBelow(this.#wanted[1] + ahead, keptPages * pageSize)
    this.#settle()
  }

  async #readPart(request: ReadRequest, signal: AbortSignal): Promise<ListPart<GridRecord>> {
    const { data, meta } = await this.#read(request, signal)
    signal.throwIfAborted()
    const next = data.length === 0 ? null : meta.nextCursor
    const previous = data.length === 0 ? null : (meta.previousCursor ?? null)
    return request.reversed
      ? { rows: data.toReversed(), above: next, below: previous, cursor: request.cursor }
      : { rows: data, above: previous, below: next, cursor: request.cursor }
  }

  #put(part: ListPart<GridRecord>, start: number, reversed: boolean): void {
    this.#rows = new PagedRows(start, part)
    this.#reversed = reversed
    this.#settle()
  }

  /** Where the list turns out to begin elsewhere than its numbers say, the numbers move. */
  #settle(): void {
    const { start, above } = this.#rows
    const shift = above === null ? -start : start < 0 ? pageSize - start : 0
    if (shift === 0) return
    this.#rows.shift(shift)
    this.#wanted = [this.#wanted[0] + shift, this.#wanted[1] + shift]
    this.shifted += shift
  }

  #tell(): void {
    this.#revision += 1
    for (const listener of this.#listeners) listener()
  }
}
