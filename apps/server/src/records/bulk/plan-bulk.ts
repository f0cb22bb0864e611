import type { RowScope } from '../../permissions/index.js'
import { and, type Condition, conditionToSql, or, Params, SqlContext } from '../../query/index.js'
import type { Plan } from '../plan.js'
import {
  changeableRows,
  changedColumns,
  checks,
  conditionAfter,
  noteCause,
  type WriteShape,
} from '../write/plan-write.js'
import type { FoundRecords } from './parse-found.js'

const rowsOf = ({ readable, filter }: FoundRecords): Condition => and(readable.condition, filter)

/** Updates what is found, in one statement that gives the number; inputs are the columns. */
export function planUpdateFound(shape: WriteShape, found: FoundRecords): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const given = shape.columns.map((_, index) => params.input(index))
  const set = changedColumns(shape, given, context)
  const where = conditionToSql(and(rowsOf(found), changeableRows(shape)), 'p', context)
  const list = checks(shape, conditionAfter(shape), context)
  // Counting what the checks give makes PostgreSQL ask them of every row.
  const named = ['true as k', ...list.map((check, index) => `${check} as k${index}`)]
  const counts = ['count(*)::int8', ...list.map((_, index) => `count(k${index})`)]
  const text =
    `with changed as (update ${shape.scope.collection.table} as p set ${set} where ${where} and ${noteCause(params)} returning ${named.join(', ')})` +
    ` select ${counts.join(', ')} from changed`
  return { text, params: params.sources }
}

/**
 * Locks what is found and can be changed in one of several ways: rows of id and the place of the first way that allows it.
 * One row more than `most` tells that there are too many.
 */
export function planLockFound(shapes: readonly WriteShape[], found: FoundRecords, most: number): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const ways = shapes.map(changeableRows)
  const first = ways.map((way, index) => `when ${conditionToSql(way, 'p', context)} then ${index}`)
  const where = conditionToSql(and(rowsOf(found), or(...ways)), 'p', context)
  const text =
    `select p."id", case ${first.join(' ')} end from ${shapes[0]!.scope.collection.table} p where ${where}` +
    ` order by p."id" limit ${most + 1} for update of p`
  return { text, params: params.sources }
}

/** Updates the records whose ids are input 0; then its columns. Rows begin with the id of each. */
export function planUpdateLocked(shape: WriteShape): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const given = shape.columns.map((_, index) => params.input(index + 1))
  const set = changedColumns(shape, given, context)
  const ids = `p."id" = any(${params.input(0)}::uuid[])`
  const open = conditionToSql(changeableRows(shape), 'p', context)
  const list = ['p."id"', ...checks(shape, conditionAfter(shape), context)]
  const text = `update ${shape.scope.collection.table} as p set ${set} where ${ids} and ${open} and ${noteCause(params)} returning ${list.join(', ')}`
  return { text, params: params.sources }
}

/** Deletes what is found and may be deleted, and gives the number. */
export function planDeleteFound(scope: RowScope, found: FoundRecords): Plan {
  const params = new Params()
  const where = conditionToSql(and(rowsOf(found), scope.condition), 'p', new SqlContext(params))
  const text = `with gone as (delete from ${scope.collection.table} as p where ${where} and ${noteCause(params)} returning 1) select count(*)::int8 from gone`
  return { text, params: params.sources }
}
