/** Rows that follow one another, with the cursors of what lies beyond: null where the list ends. */
export interface ListPart<Row> {
  readonly rows: readonly Row[]
  readonly above: string | null
  readonly below: string | null
  /** By which they were read. */
  readonly cursor: string | undefined
}

interface LoadedPage<Row> extends ListPart<Row> {
  readonly start: number
}

/** A stretch of a list, page by page: grows and is cut at both ends. */
export class PagedRows<Row> {
  #pages: LoadedPage<Row>[]

  constructor(start = 0, part?: ListPart<Row>) {
    this.#pages = part ? [{ ...part, start }] : []
  }

  /** Number of the first row. */
  get start(): number {
    return this.#pages[0]?.start ?? 0
  }

  /** Number of the row after the last. */
  get end(): number {
    const last = this.#pages.at(-1)
    return last ? last.start + last.rows.length : 0
  }

  get length(): number {
    return this.end - this.start
  }

  /** Undefined while nothing has been read. */
  get above(): string | null | undefined {
    return this.#pages[0]?.above
  }

  get below(): string | null | undefined {
    return this.#pages.at(-1)?.below
  }

  pageAt(index: number): LoadedPage<Row> | undefined {
    return this.#pages.findLast(({ start }) => start <= index) ?? this.#pages[0]
  }

  at(index: number): Row | undefined {
    if (index < this.start || index >= this.end) return undefined
    const page = this.pageAt(index)
    return page?.rows[index - page.start]
  }

  find(matches: (row: Row) => boolean): number | undefined {
    for (const { rows, start } of this.#pages) {
      const place = rows.findIndex(matches)
      if (place >= 0) return start + place
    }
    return undefined
  }

  replace(index: number, row: Row): void {
    this.#pages = this.#pages.map((page) =>
      index >= page.start && index < page.start + page.rows.length
        ? { ...page, rows: page.rows.with(index - page.start, row) }
        : page,
    )
  }

  append(part: ListPart<Row>): void {
    if (part.rows.length > 0) this.#pages.push({ ...part, start: this.end })
    else this.#changeEnd(-1, { below: null })
  }

  prepend(part: ListPart<Row>): void {
    if (part.rows.length > 0) this.#pages.unshift({ ...part, start: this.start - part.rows.length })
    else this.#changeEnd(0, { above: null })
  }

  /** Lets go of pages before the row `keep` while there are more rows than `most`. */
  trimAbove(keep: number, most: number): void {
    while (this.length > most && this.#pages[0]!.start + this.#pages[0]!.rows.length <= keep) this.#pages.shift()
  }

  trimBelow(keep: number, most: number): void {
    while (this.length > most && this.#pages.at(-1)!.start > keep) this.#pages.pop()
  }

  shift(by: number): void {
    this.#pages = this.#pages.map((page) => ({ ...page, start: page.start + by }))
  }

  #changeEnd(place: number, change: Partial<ListPart<Row>>): void {
    const page = this.#pages.at(place)
    if (page) this.#pages = this.#pages.with(place, { ...page, ...change })
  }
}
