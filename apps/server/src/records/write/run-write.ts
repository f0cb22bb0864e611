import type { ErrorItem, Json } from '@holdfast/contract'
import { type RowScope, readsOwnTable, type WriteGrant, type WriteScope } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { Bindings, ParamValue } from '../../query/index.js'
import { type Plan, PlanCache } from '../plan.js'
import { run } from '../run.js'
import { toColumnArrays } from './column-arrays.js'
import { InvalidRecord } from './invalid-record.js'
import {
  type Echo,
  isSilent,
  partlyChanged,
  planCreate,
  planCreateMany,
  planDelete,
  planReadBack,
  planUpdate,
  type WriteShape,
} from './plan-write.js'
import { withRoomFor } from './room-for-rows.js'
import { inTransaction, type Target } from './target.js'
import { completeGrants, firstAllowed } from './try-grants.js'
import { validationsOf } from './validations.js'
import { givenFields, groupByFields, idOf, nameChanges, type WriteBody } from './write-body.js'
import { changeLists, fillLists, type ListedRecord } from './write-lists.js'

/** A written record. `json` is null where the caller may not read it or asked for nothing back. */
export interface Written {
  readonly json: string | null
  readonly version: number | null
}

/** Who writes what, and what the answer holds. */
export interface Write {
  readonly scope: WriteScope
  readonly echo: Echo
  /** Names the echo in plan caches: the text of `fields` and `expand`. */
  readonly echoKey: string
  readonly bindings: Bindings
}

const plans = new PlanCache<Plan>()

/**
 * Creates one record, in one of the ways that are `offered`.
 * @throws forbidden, validation_failed, unique_violation, reference_violation
 */
export async function runCreate(
  target: Target,
  body: WriteBody,
  write: Write,
  offered = write.scope.grants(givenFields(body)),
): Promise<Written> {
  const grants = completeGrants(body, write.scope, offered)
  return firstAllowed(target, grants, write, async (grant) => {
    const shape = shapeOf(body, write.scope, grant)
    const plan = cached(write, shape, 'create', () => planCreate(shape, write.echo))
    const inputs = [...body.columns.values()] as ParamValue[]
    if (!shape.deferred) return toWritten(await run(target, plan, write.bindings, inputs))[0]
    const id = idOf(body)
    return inTransaction(target, async (tx) => {
      await run(tx, plan, write.bindings, inputs)
      return (await writeListsOfMany(tx, [{ id, body }], shape, write, false))[0]
    })
  })
}

/** Creates records that all name the same fields, in one statement. */
export async function runCreateMany(target: Target, bodies: readonly WriteBody[], write: Write): Promise<Written[]> {
  const [first] = bodies
  if (!first) return []
  const grants = completeGrants(first, write.scope, write.scope.grants(givenFields(first)))
  return firstAllowed(target, grants, write, async (grant) => {
    const shape = shapeOf(first, write.scope, grant)
    const plan = cached(write, shape, 'createMany', () => planCreateMany(shape, write.echo))
    const arrays = toColumnArrays(bodies)
    if (!shape.deferred) {
      const rows = await withRoomFor(arrays, target, (roomy) => run(roomy, plan, write.bindings, arrays))
      return isSilent(shape, write.echo) ? bodies.map(() => nothing) : toWritten(rows)
    }
    return inTransaction(target, async (tx) => {
      await run(tx, plan, write.bindings, arrays)
      const records = bodies.map((body) => ({ id: idOf(body), body }))
      return writeListsOfMany(tx, records, shape, write, false)
    })
  })
}

/** Creates records that may name different fields: each kind takes a statement, all in one transaction. */
export async function runCreates(target: Target, bodies: readonly WriteBody[], write: Write): Promise<Written[]> {
  const groups = groupByFields(bodies)
  if (groups.length <= 1) return runCreateMany(target, bodies, write)
  const written = new Array<Written>(bodies.length)
  await inTransaction(target, async (tx) => {
    for (const places of groups) {
      const alike = places.map((place) => bodies[place]!)
      const group = await runCreateMany(tx, alike, write)
      for (const [index, place] of places.entries()) written[place] = group[index]!
    }
  })
  return written
}

/** Updates one record; undefined when it is not there for this caller, or has another version. */
export async function runUpdate(
  target: Target,
  id: string,
  version: number | undefined,
  body: WriteBody,
  write: Write,
): Promise<Written | undefined> {
  const grants = write.scope.grants(givenFields(body))
  return firstAllowed(target, grants, write, async (grant) => {
    const shape = shapeOf(body, write.scope, grant)
    const versioned = version !== undefined
    const plan = cached(write, shape, `update ${versioned}`, () => planUpdate(shape, write.echo, versioned))
    const inputs = [id, version ?? null, ...body.columns.values()] as ParamValue[]
    if (!shape.deferred) return toWritten(await run(target, plan, write.bindings, inputs))[0]
    return inTransaction(target, async (tx) => {
      const found = await run(tx, plan, write.bindings, inputs)
      return found.length === 0 ? undefined : (await writeListsOfMany(tx, [{ id, body }], shape, write, true))[0]
    })
  })
}

/** Deletes one record. False when it is not there for this caller, or has another version. */
export async function runDelete(
  target: Target,
  id: string,
  version: number | undefined,
  scope: RowScope,
  bindings: Bindings,
): Promise<boolean> {
  const versioned = version !== undefined
  const plan = plans.get(scope, `delete ${versioned}`, () => planDelete(scope, versioned))
  const rows = await run(target, plan, bindings, [id, version ?? null])
  return rows.length > 0
}

/** What the plan of a write depends on, in one of the ways the rules allow. */
export const shapeOf = (body: WriteBody, scope: WriteScope, grant: WriteGrant): WriteShape => ({
  scope,
  grant,
  columns: [...body.columns.keys()],
  operations: body.operations,
  lists: [...body.lists.keys()],
  deferred:
    body.lists.size > 0 ||
    partlyChanged(body.operations).length > 0 ||
    // Only once the record is there is its creator a member, whom rules may let read it.
    (scope.action === 'create' && scope.collection.definition.members === true) ||
    (scope.action === 'update' && readsOwnTable(grant.condition, scope.collection)) ||
    validationsOf(scope.collection).readOwnTable,
})

/** The plan of `kind` for all writes of the same shape and answer. */
export function cached(write: Write, shape: WriteShape, kind: string, build: () => Plan): Plan {
  const { columns, lists, operations, deferred, grant } = shape
  const names = nameChanges([...columns, ...lists], operations)
  return plans.get(write.scope, `${kind}|${deferred}|${grant.key}|${names}|${write.echoKey}`, build)
}

const nothing: Written = { json: null, version: null }

/** Rows of JSON and version, as writes give them. */
export const toWritten = (rows: readonly unknown[][]): Written[] =>
  rows.map(([json, version]) => ({ json: json as string | null, version: version as number | null }))

/** PostgreSQL knows no JSON Schema: what a value has become is read back and checked here. @throws validation_failed */
function insistOnSchemas({ operations }: WriteShape, row: readonly unknown[], id: string | undefined): void {
  const fields = partlyChanged(operations)
  const errors: ErrorItem[] = []
  for (const [index, field] of fields.entries()) {
    const text = row.at(index - fields.length) as string | null
    const report = (path: string, code: string, message: string) => void errors.push({ path, code, message })
    if (text !== null) field.parseValue(JSON.parse(text) as Json, field.name, report)
  }
  if (errors.length > 0) throw new InvalidRecord(errors, id, undefined)
}

/** Writes the lists of the records, then reads the records back: only now can rules and answer see the lists. */
export async function writeListsOfMany(
  tx: Executor,
  records: readonly ListedRecord[],
  shape: WriteShape,
  write: Write,
  replace: boolean,
): Promise<Written[]> {
  const ids = records.map(({ id }) => id)
  if (replace) await changeLists(tx, records, write)
  else await fillLists(tx, records, write)
  const plan = cached(write, shape, 'readBack', () => planReadBack(shape, write.echo))
  const rows = await run(tx, plan, write.bindings, [ids])
  for (const [index, row] of rows.entries()) insistOnSchemas(shape, row, ids[index])
  return toWritten(rows)
}
