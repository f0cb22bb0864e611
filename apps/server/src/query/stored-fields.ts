import type { RowSource } from './sql-context.js'
import { MeasuredCondition } from './tree.js'

/**
 * True of rows that have values for these fields at all. What once was may be older than a field: a condition on it must
 * not be taken for true because there is nothing to compare.
 */
export class StoredFields extends MeasuredCondition<readonly string[]> {
  readonly measure = undefined

  constructor(
    private readonly source: RowSource,
    readonly fields: readonly string[],
  ) {
    super('stored', fields.join(' '), fields)
  }

  toSql(row: string): string {
    return this.source.hasFieldsSql(this.fields, row)
  }
}
