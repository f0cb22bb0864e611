import type { Field } from '../../collections/index.js'
import type { WriteScope } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { Bindings } from '../../query/index.js'
import type { Plan } from '../plan.js'
import { run } from '../run.js'
import { planClear, planFill, planPull, planPush } from './plan-lists.js'
import type { WriteBody } from './write-body.js'

export interface ListedRecord {
  readonly id: string
  readonly body: WriteBody
}

interface ListWrite {
  readonly scope: WriteScope
  readonly bindings: Bindings
}

/** Writes the to-many relations of new records, which all name the same ones. */
export async function fillLists(tx: Executor, records: readonly ListedRecord[], write: ListWrite): Promise<void> {
  for (const field of records[0]!.body.lists.keys())
    await runEntries(tx, planFill(field, write.scope), field, records, write)
}

/** Changes the to-many relations of records as their bodies say: `$push` adds, `$pull` takes out, a list replaces. */
export async function changeLists(tx: Executor, records: readonly ListedRecord[], write: ListWrite): Promise<void> {
  const { lists, operations } = records[0]!.body
  for (const field of lists.keys()) {
    const operator = operations.get(field)?.operator
    if (operator === '$push') await runEntries(tx, planPush(field, write.scope), field, records, write)
    else if (operator === '$pull') await runEntries(tx, planPull(field), field, records, write)
    else {
      await run(tx, planClear(field), write.bindings, [records.map(({ id }) => id)])
      await runEntries(tx, planFill(field, write.scope), field, records, write)
    }
  }
}

/** Runs a plan over the items that the bodies name, each with its record and its place. */
async function runEntries(
  tx: Executor,
  plan: Plan,
  field: Field,
  records: readonly ListedRecord[],
  { bindings }: ListWrite,
): Promise<void> {
  const entries = records.flatMap(({ id, body }) =>
    (body.lists.get(field) ?? []).map((target, position) => [id, target, position] as const),
  )
  if (entries.length === 0) return
  await run(tx, plan, bindings, [
    entries.map(([source]) => source),
    entries.map(([, target]) => target),
    entries.map(([, , position]) => position),
  ])
}
