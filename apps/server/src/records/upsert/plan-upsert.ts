import type { Field } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import { and, type Condition, conditionToSql, isAlways, Params, SqlContext } from '../../query/index.js'
import type { Plan } from '../plan.js'
import {
  changeableRows,
  changedColumns,
  conditionAfter,
  type Echo,
  echoColumns,
  noteCause,
  returning,
  type WriteShape,
} from '../write/plan-write.js'

/** Which fields tell what record of the input is which stored one, and which stored ones may be told apart by them. */
export interface Match {
  readonly fields: readonly Field[]
  /** Rows the caller may read, and whose values of the fields they may read. */
  readonly open: Condition
}

/** A guess at a value must not be answered: only where each field of the key is readable does a record count as found. */
export function matchOf(fields: readonly Field[], readable: RowScope): Match {
  const masks = fields.map((field) => readable.readable(field.name)?.mask)
  if (masks.includes(undefined)) throw new Error('A key has a field that may not be read')
  return { fields, open: and(readable.condition, ...(masks as Condition[])) }
}

/**
 * Updates the records that are there and the caller's to update. Input 0 is a JSON array of objects: `n` is their place,
 * `k0`… the values of the key, `c0`… those of the columns. Rows begin with place and id. Where nothing is to be changed
 * the records are only found.
 */
export function planUpdateByKey(shape: WriteShape, echo: Echo, match: Match): Plan {
  const { columns, scope } = shape
  const params = new Params()
  const context = new SqlContext(params)
  const declared = [
    'n int4',
    ...match.fields.map((field, index) => `k${index} ${inputType(field)}`),
    ...columns.map((field, index) => `c${index} ${inputType(field)}`),
  ]
  const input = `json_to_recordset(${params.input(0)}::json) as x(${declared.join(', ')})`
  const set = changedColumns(
    shape,
    columns.map((_, index) => `x.c${index}`),
    context,
  )
  const where = [
    ...match.fields.map((field, index) => `p.${field.column} = ${field.toColumn(`x.k${index}`)}`),
    ...[match.open, changeableRows(shape)]
      .filter((condition) => !isAlways(condition))
      .map((condition) => conditionToSql(condition, 'p', context)),
  ].join(' and ')
  const { table } = scope.collection
  if (columns.length + shape.lists.length === 0) {
    const list = echoColumns(echo, context).join(', ')
    return { text: `select x.n, p."id", ${list} from ${input} join ${table} p on ${where}`, params: params.sources }
  }
  const after = conditionAfter(shape)
  const text =
    `update ${table} as p set ${set}` +
    ` from ${input} where ${where} and ${noteCause(params)} returning x.n, p."id", ${returning(shape, after, echo, context)}`
  return { text, params: params.sources }
}

const inputType = (field: Field): string => (field.columnType.endsWith('[]') ? field.columnType : 'text')
