import type { Collection } from '../../collections/index.js'
import { defineError } from '../../lib/index.js'
import type { Scopes } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import { keptTable } from '../past/past-source.js'
import { run } from '../run.js'
import { type Deleted, findCascade } from './find-cascade.js'
import {
  emptiedBy,
  isList,
  listsOf,
  planListBack,
  planPointBack,
  planRestore,
  planRestoreList,
} from './plan-restore.js'
import { tellConflict } from './tell-conflict.js'

const conflict = defineError('conflict')

type Collections = ReadonlyMap<string, Collection>

/**
 * Puts a deleted record back with all that its delete took: records that went with it, lists, and relations of others that
 * are still empty. Rules are not asked of these, as they were not when it was deleted. Runs in a transaction: all or nothing.
 * @returns the deletes that were undone, that of the record first
 */
export async function runRestore(
  tx: Executor,
  root: Deleted,
  scopes: Scopes,
  collections: Collections,
): Promise<Deleted[]> {
  await lockDelete(tx, root)
  const deleted = [root, ...(await findCascade(tx, [root], collections))]
  const groups = [...Map.groupBy(deleted, ({ collection }) => collection)]
  const inputs = groups.flatMap(([, some]) => [some.map(({ position }) => position), some.map(({ id }) => id)])
  const kinds = groups.map(([collection]) => collection)
  const plan = planRestore(kinds)
  const [counts] = await tellConflict(kinds, scopes, () => run(tx, plan, {}, inputs))
  const restored = new Set((counts as (string | null)[]).flatMap(idsOf))
  if (!restored.has(root.id)) throw conflict('There is a record with this id')
  const back = deleted.filter(({ id }) => restored.has(id))
  for (const [collection, some] of groups) await restoreLists(tx, collection, some)
  for (const [collection, some] of groups) {
    const inputs = [root.tx, some.map(({ id }) => id)]
    for (const [other, field] of emptiedBy(collection, collections.values())) {
      const plan = isList(field) ? planListBack(other, field) : planPointBack(other, field)
      await tellConflict([other], scopes, () => run(tx, plan, {}, inputs))
    }
  }
  return back
}

/** `{a,b}` as PostgreSQL writes an array of ids. */
const idsOf = (array: string | null): string[] => (array === null ? [] : array.slice(1, -1).split(','))

/** Nobody purges it meanwhile. */
async function lockDelete(tx: Executor, { position, collection }: Deleted): Promise<void> {
  const text = `select 1 from ${keptTable} c where c.position = $1 and c.collection = $2 for update`
  const { rows } = await tx.run({ text, values: [position, collection.id] })
  if (rows.length === 0) throw conflict('The record was purged meanwhile')
}

async function restoreLists(tx: Executor, collection: Collection, deleted: readonly Deleted[]): Promise<void> {
  const positions = deleted.map(({ position }) => position)
  for (const field of listsOf(collection)) await run(tx, planRestoreList(collection, field), {}, [positions])
}
