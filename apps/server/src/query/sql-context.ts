import type { Params } from './params.js'

/** Rows that stand in place of the table of a collection: its records as they once were. */
export interface RowSource {
  /** Equal for sources that give the same rows: a cursor is good for one of them. */
  readonly key: string
  /** The table whose rows these are made of. */
  readonly table: string
  /** A sub-select with the columns of the table. */
  toSql(context: SqlContext): string
  /** In place of a link table: `source`, `target` and `position` of the list of the record `row`. */
  linksSql(linkTable: string, row: string): string
  /** True where the record has values, be they null, for all of these fields. */
  hasFieldsSql(names: readonly string[], row: string): string
}

/** Where records come from: the table of their collection, or what stands in its place. */
interface Rows {
  readonly collection: { readonly table: string }
  readonly source?: RowSource | undefined
}

/** What a statement shares while its text is built: its parameters, and names for the tables it joins. */
export class SqlContext {
  private aliases = 0
  /** Where rows come from that are not those of their table, by their alias. */
  private readonly sources = new Map<string, RowSource>()

  constructor(readonly params: Params) {}

  /** A table alias nobody else in this statement has. */
  alias(): string {
    this.aliases += 1
    return `r${this.aliases}`
  }

  /** What stands behind FROM for the records of a scope. */
  rowsOf({ collection, source }: Rows, row: string): string {
    if (!source) return `${collection.table} ${row}`
    this.sources.set(row, source)
    return `${source.toSql(this)} ${row}`
  }

  /** Where the lists of the record `row` are: their link table, or what stands in its place. */
  linksOf(linkTable: string, row: string): string {
    return this.sources.get(row)?.linksSql(linkTable, row) ?? linkTable
  }
}
