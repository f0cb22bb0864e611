import type { Collection } from '../../collections/index.js'
import type { Scopes } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import { type Bindings, conditionToSql, Params, SqlContext } from '../../query/index.js'
import { deletesAt, PastSource, pastCollection } from '../past/past-source.js'
import { run } from '../run.js'
import type { Deleted } from './find-cascade.js'

/** Those that the caller may read: of others they are not told, not even how many there are. */
export async function findOpen(
  db: Executor,
  deleted: readonly Deleted[],
  scopes: Scopes,
  bindings: Bindings,
): Promise<Deleted[]> {
  const open: Deleted[] = []
  for (const [collection, some] of Map.groupBy(deleted, (each) => each.collection)) {
    const positions = await openPositions(db, collection, some, scopes, bindings)
    open.push(...some.filter(({ position }) => positions.has(position)))
  }
  return open
}

async function openPositions(
  db: Executor,
  collection: Collection,
  deleted: readonly Deleted[],
  scopes: Scopes,
  bindings: Bindings,
): Promise<ReadonlySet<number>> {
  const scope = scopes
    .read(collection)
    ?.inPast(pastCollection(collection), new PastSource(collection, deletesAt(collection, 0)))
  if (!scope) return new Set()
  const params = new Params()
  const context = new SqlContext(params)
  const rows = context.rowsOf(scope, 'p')
  const text = `select p."_position" from ${rows} where ${conditionToSql(scope.condition, 'p', context)}`
  const found = await run(db, { text, params: params.sources }, bindings, [deleted.map(({ position }) => position)])
  return new Set(found.map(([position]) => position as number))
}

/** `[{"collection":"comments","count":2}]` */
export const countByCollection = (deleted: readonly Deleted[]): { collection: string; count: number }[] =>
  [...Map.groupBy(deleted, ({ collection }) => collection.name)].map(([collection, some]) => ({
    collection,
    count: some.length,
  }))
