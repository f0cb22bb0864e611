import { randomUUID } from 'node:crypto'
import { quoteIdentifier } from '../../lib/index.js'
import { conditionToSql, type FieldShape, isAlways, type SqlContext } from '../../query/index.js'
import type {
  Count,
  CursorValue,
  Expansion,
  ExpansionMeta,
  ExpansionTarget,
  Position,
  Selection,
} from '../read/selection.js'
import { relatedRows } from './related-rows.js'

/**
 * Stands before every position in an answer, until that is made a cursor: SQL cannot do it. Nobody outside knows it, so no
 * value of a record can be taken for one.
 */
const mark = randomUUID()

/** The length of an expansion's key: SHA-256 in base64url. */
const keyLength = 43
const idLength = 36

/** `expandMeta` of a record: totals and cursors of the expanded relations where they were asked for; undefined where nowhere. */
export function expandMetaJson(expand: readonly Expansion[], row: string, context: SqlContext): string | undefined {
  const columns = expand.flatMap((item) =>
    item.meta ? [`${metaJson(item, item.meta, row, context)} as ${quoteIdentifier(item.relation.name)}`] : [],
  )
  return columns.length === 0 ? undefined : `(select row_to_json(_m) from (select ${columns.join(', ')}) _m)`
}

function metaJson(item: Expansion, meta: ExpansionMeta, row: string, context: SqlContext): string {
  const { relation, mask, target } = item
  const counted = meta.count.mode !== 'none'
  const nothing = `'{${counted ? '"total":0,' : ''}"nextCursor":null}'::json`
  if (!target) return nothing
  const parts = [
    ...(counted ? [`'total', ${totalSql(relation, target, meta.count, row, context)}`] : []),
    `'nextCursor', ${nextSql(relation, target, meta.key, row, context)}`,
  ]
  const found = `json_build_object(${parts.join(', ')})`
  return isAlways(mask) ? found : `case when ${conditionToSql(mask, row, context)} then ${found} else ${nothing} end`
}

function totalSql(
  relation: FieldShape,
  target: ExpansionTarget,
  count: Count,
  row: string,
  context: SqlContext,
): string {
  const { sql } = relatedRows(relation, target, row, context)
  return count.mode === 'upTo'
    ? `(select count(*) from (select 1 ${sql} limit ${count.max}) c)`
    : `(select count(*) ${sql})`
}

/** The marked position of the last record of the page, when more follow; else null. */
function nextSql(relation: FieldShape, target: ExpansionTarget, key: string, row: string, context: SqlContext): string {
  const { limit } = target
  const rows = relatedRows(relation, target, row, context)
  const page = `select ${rows.values()} as v ${rows.sql}${rows.beyond()} order by ${rows.order()} limit ${limit + 1}`
  const marked = `${context.params.value(mark + key)}::text || ${row}."id" || (array_agg(l.v))[${limit}]`
  return `(select case when count(*) > ${limit} then ${marked} end from (${page}) l)`
}

const marked = new RegExp(`"${mark}(.{${keyLength}})(.{${idLength}})((?:[^"\\\\]|\\\\.)*)"`, 'g')

/** What a position in an expanded relation belongs to: which relation and order, of which record. */
export const expansionBinding = (key: string, parentId: string): string => `${key} ${parentId}`

/** Makes the marked positions in an answer cursors. */
export const sealPositions = (json: string, seal: (position: Position, binding: string) => string): string =>
  json.replace(marked, (_text, key: string, parentId: string, values: string) => {
    const position: Position = {
      direction: 'after',
      inclusive: false,
      values: JSON.parse(JSON.parse(`"${values}"`) as string) as CursorValue[],
    }
    return `"${seal(position, expansionBinding(key, parentId))}"`
  })

/** Whether an answer has positions to be made cursors. */
export const holdsPositions = ({ expand }: Selection): boolean =>
  expand.some(({ meta, target }) => target !== undefined && (meta !== undefined || holdsPositions(target.selection)))
