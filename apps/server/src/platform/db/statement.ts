import type { QueryArrayResult } from 'pg'

/** One SQL statement. It is prepared once it repeats. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Rows are arrays in the order of the select list; see `row-types.ts` for their values. */
export class StatementResult {
  constructor(
    readonly rows: QueryArrayResult['rows'],
    /** Names of the columns. */
    readonly columns: readonly string[],
    private readonly tag: string,
  ) {}

  /** How many were read or written; null for what has no number. */
  get rowCount(): number | null {
    const count = this.tag.slice(this.tag.lastIndexOf(' ') + 1)
    return /^\d+$/.test(count) ? Number(count) : null
  }
}
