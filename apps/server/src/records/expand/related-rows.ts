import { and, type FieldShape, type SqlContext } from '../../query/index.js'
import { beyondPosition } from '../cursor/position.js'
import type { ExpansionTarget } from '../read/selection.js'
import { openSql, orderBy, sortValues } from '../read/sort-sql.js'

/** The records of an expanded to-many relation that the caller may read. Parts that are not used must not be built: their parameters would be in the way. */
export interface RelatedRows {
  readonly alias: string
  /** FROM and WHERE. */
  readonly sql: string
  /** More of WHERE: beyond the position that was asked for. */
  beyond(): string
  order(): string
  /** The values they are sorted by, as a JSON array. */
  values(): string
}

/** `row` is the SQL name of the record they belong to. */
export function relatedRows(
  relation: FieldShape,
  { selection, filter, sort, position }: ExpansionTarget,
  row: string,
  context: SqlContext,
): RelatedRows {
  const alias = context.alias()
  const link = context.alias()
  const { from, where } = relatedFrom(relation, selection.scope.collection.table, alias, link, row, context)
  const sql = `from ${from} where ${where}${openSql(and(selection.scope.condition, filter), alias, context)}`
  const bind = (index: number): string => context.params.value(position!.values[index]!)
  if (sort.length > 0)
    return {
      alias,
      sql,
      beyond: () => (position ? ` and ${beyondPosition(sort, position, alias, context, bind)}` : ''),
      order: () => orderBy(sort, alias, context),
      values: () => sortValues(sort, alias, context),
    }
  // A list in its own order. Two entries may share a position after writes at the same time: the id decides.
  const place = `${link}."position", ${link}."target"`
  return {
    alias,
    sql,
    beyond: () => (position ? ` and (${place}) > (${bind(0)}::int4, ${bind(1)}::uuid)` : ''),
    order: () => place,
    values: () => `json_build_array(${place})::text`,
  }
}

/** The records behind a to-many relation, as FROM and WHERE. */
function relatedFrom(
  relation: FieldShape,
  table: string,
  alias: string,
  link: string,
  row: string,
  context: SqlContext,
): { from: string; where: string } {
  const shape = relation.relation!
  if (shape.kind === 'many')
    return {
      from: `${context.linksOf(shape.linkTable, row)} ${link} join ${table} ${alias} on ${alias}."id" = ${link}."target"`,
      where: `${link}."source" = ${row}."id"`,
    }
  const via = shape.kind === 'inverse' ? shape.via() : relation
  if (via.relation?.kind === 'many')
    return {
      from: `${via.relation.linkTable} ${link} join ${table} ${alias} on ${alias}."id" = ${link}."source"`,
      where: `${link}."target" = ${row}."id"`,
    }
  return { from: `${table} ${alias}`, where: `${alias}.${via.column} = ${row}."id"` }
}
