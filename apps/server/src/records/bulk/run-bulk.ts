import { defineError, invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { Bindings, ParamValue } from '../../query/index.js'
import { run } from '../run.js'
import type { WriteShape } from '../write/plan-write.js'
import { shapeOf, type Write, writeListsOfMany } from '../write/run-write.js'
import { inTransaction, type Target } from '../write/target.js'
import { givenFields, type WriteBody } from '../write/write-body.js'
import { isRuleViolation, toWriteError } from '../write/write-errors.js'
import type { FoundRecords } from './parse-found.js'
import { planDeleteFound, planLockFound, planUpdateFound, planUpdateLocked } from './plan-bulk.js'

const forbidden = defineError('forbidden')

/** Records one update may change when it must know each of them: their ids stay in memory. */
const mostLocked = 100_000

/** Deletes what is found. Gives the number. */
export async function runDeleteFound(
  target: Target,
  found: FoundRecords,
  scope: RowScope,
  bindings: Bindings,
): Promise<number> {
  const [row] = await run(target, planDeleteFound(scope, found), bindings, [])
  return row![0] as number
}

/** Updates what is found, all or nothing. Gives the number. */
export async function runUpdateFound(
  target: Target,
  found: FoundRecords,
  body: WriteBody,
  write: Write,
): Promise<number> {
  const { scope } = write
  const shapes = scope.grants(givenFields(body)).map((grant) => shapeOf(body, scope, grant))
  if (shapes.length === 0) throw refused(scope.collection.name)
  try {
    const [only] = shapes
    if (shapes.length === 1 && !only!.deferred) return await updateAtOnce(target, found, body, only!, write)
    return await inTransaction(target, (tx) => updateLocked(tx, found, body, shapes, write))
  } catch (error) {
    throw isRuleViolation(error) ? refused(scope.collection.name) : toWriteError(error, scope)
  }
}

const refused = (collection: string) => forbidden(`The rules of ${collection} do not allow you to update these records`)

async function updateAtOnce(
  target: Target,
  found: FoundRecords,
  { columns }: WriteBody,
  shape: WriteShape,
  { bindings }: Write,
): Promise<number> {
  const inputs = [...columns.values()] as ParamValue[]
  const [row] = await run(target, planUpdateFound(shape, found), bindings, inputs)
  return row![0] as number
}

/**
 * Where rules set different values, or lists are written too, records are locked first: each is changed in the first way
 * that allows it as it is.
 */
async function updateLocked(
  tx: Executor,
  found: FoundRecords,
  body: WriteBody,
  shapes: readonly WriteShape[],
  write: Write,
): Promise<number> {
  const locked = await run(tx, planLockFound(shapes, found, mostLocked), write.bindings, [])
  if (locked.length > mostLocked)
    throw invalidAt(
      'query_too_complex',
      'filter',
      `Such an update may change ${mostLocked} records`,
      'Narrow the filter.',
    )
  let count = 0
  for (const [way, shape] of shapes.entries()) {
    const ids = locked.filter((row) => row[1] === way).map(([id]) => id as string)
    if (ids.length > 0) count += await updateInOneWay(tx, ids, body, shape, write)
  }
  return count
}

async function updateInOneWay(
  tx: Executor,
  ids: readonly string[],
  body: WriteBody,
  shape: WriteShape,
  write: Write,
): Promise<number> {
  const inputs = [ids, ...body.columns.values()] as ParamValue[]
  const changed = await run(tx, planUpdateLocked(shape), write.bindings, inputs)
  const records = changed.map(([id]) => ({ id: id as string, body }))
  if (shape.deferred && records.length > 0) await writeListsOfMany(tx, records, shape, write, true)
  return records.length
}
