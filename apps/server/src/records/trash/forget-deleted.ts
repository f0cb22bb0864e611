import type { Collection } from '../../collections/index.js'
import type { Executor } from '../../platform/db/index.js'
import { type Deleted, findCascade } from './find-cascade.js'

/** Forgets deleted records, what was deleted with them, and their versions, unless they are there again. */
export async function forgetDeleted(
  tx: Executor,
  roots: readonly Deleted[],
  collections: ReadonlyMap<string, Collection>,
): Promise<void> {
  const all = [...roots, ...(await findCascade(tx, roots, collections))]
  for (const [collection, some] of Map.groupBy(all, (each) => each.collection)) {
    const text = `select holdfast.forget_kept($1, r.id) from unnest($2::uuid[]) r(id) where not exists (select from ${collection.table} t where t."id" = r.id)`
    await tx.run({ text, values: [collection.id, some.map(({ id }) => id)] })
  }
}
