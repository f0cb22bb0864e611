import { type Condition, conditionToSql, fieldToSql, isAlways, type SqlContext } from '../../query/index.js'
import type { FieldPath, Group, Hop } from './aggregate-query.js'

/** The rows of the collection itself. */
const root = 'p'

/**
 * The rows that are aggregated, as a sub-select that names only what is asked for: each path is followed and each field
 * read once, however many aggregates name it. A value the caller may not read is null in its row.
 */
export class SourceSql {
  private readonly joins: string[] = []
  private readonly rows = new Map<string, string>()
  private readonly columns = new Map<string, string>()
  private readonly selected: string[] = []

  constructor(
    private readonly table: string,
    private readonly context: SqlContext,
  ) {}

  /** The value of a field: `s."v1"`. */
  column(path: FieldPath): string {
    let column = this.columns.get(path.name)
    if (column === undefined) {
      column = this.add(this.valueSql(path))
      this.columns.set(path.name, column)
    }
    return column
  }

  /** The value a record is grouped by. */
  groupColumn({ path, bucket }: Group): string {
    if (path.field.comparison === 'list') return this.itemColumn(path)
    if (!bucket) return this.column(path)
    const value = this.valueSql(path)
    if (path.field.comparison === 'date') return this.add(`date_trunc('${bucket.unit}', (${value})::timestamp)::date`)
    const timezone = this.context.params.value(bucket.timezone)
    return this.add(`date_trunc('${bucket.unit}', ${value}, ${timezone}::text)`)
  }

  /** The sub-select with all columns that were asked for until now. */
  select(where: Condition): string {
    const open = isAlways(where) ? '' : ` where ${conditionToSql(where, root, this.context)}`
    const columns = this.selected.length > 0 ? this.selected.join(', ') : '1'
    return `select ${columns} from ${this.table} ${root}${this.joins.join('')}${open}`
  }

  /** A record with a list stands in the group of each of its items; one without any, in that of null. */
  private itemColumn(path: FieldPath): string {
    const items = this.context.alias()
    this.joins.push(` left join lateral unnest(${this.valueSql(path)}) ${items}(item) on true`)
    return this.add(`${items}.item`)
  }

  private valueSql({ hops, field, mask }: FieldPath): string {
    const row = hops.reduce((from, hop) => this.follow(hop, from), root)
    return masked(fieldToSql(field, row, this.context), mask, row, this.context)
  }

  /** The row a relation leads to, joined: all null where the relation or the record is closed. */
  private follow({ name, relation, mask, scope }: Hop, from: string): string {
    const known = this.rows.get(name)
    if (known) return known
    const row = this.context.alias()
    const id = masked(`${from}.${relation.column}`, mask, from, this.context)
    const open = isAlways(scope.condition) ? '' : ` and ${conditionToSql(scope.condition, row, this.context)}`
    this.joins.push(` left join ${scope.collection.table} ${row} on ${row}."id" = ${id}${open}`)
    this.rows.set(name, row)
    return row
  }

  private add(expression: string): string {
    const column = `"v${this.selected.length + 1}"`
    this.selected.push(`${expression} as ${column}`)
    return `s.${column}`
  }
}

const masked = (value: string, mask: Condition, row: string, context: SqlContext): string =>
  isAlways(mask) ? value : `case when ${conditionToSql(mask, row, context)} then ${value} end`
