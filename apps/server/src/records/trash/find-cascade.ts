import type { Collection, Field } from '../../collections/index.js'
import type { Executor } from '../../platform/db/index.js'
import { keptTable, renamedSql } from '../past/past-source.js'

type Collections = ReadonlyMap<string, Collection>

/** A delete in the log. `root` is the place of the record it goes back to in the list that was asked about. */
export interface Deleted {
  readonly root: number
  readonly collection: Collection
  readonly id: string
  /** Of its transaction. */
  readonly tx: string
  readonly position: number
}

/** What deletes took along: records whose relations say so, deleted in the same transaction, and what these took along. */
export async function findCascade(
  db: Executor,
  roots: readonly Deleted[],
  collections: Collections,
): Promise<readonly Deleted[]> {
  const found = new Map(roots.map((root) => [keyOf(root), root]))
  for (let level = roots; level.length > 0; ) {
    const next: Deleted[] = []
    for (const [name, parents] of Map.groupBy(level, ({ collection }) => collection.name))
      for (const [child, field] of cascadesFrom(name, collections))
        for (const deleted of await findChildren(db, child, field, parents)) {
          if (found.has(keyOf(deleted))) continue
          found.set(keyOf(deleted), deleted)
          next.push(deleted)
        }
    level = next
  }
  return [...found.values()].slice(roots.length)
}

const keyOf = ({ root, collection, id }: Deleted): string => `${root} ${collection.name} ${id}`

const cascadesFrom = (name: string, collections: Collections): [Collection, Field][] =>
  [...collections.values()].flatMap((child) =>
    [...child.fields.values()]
      .filter(({ definition: { collection, onDelete } }) => collection === name && onDelete === 'cascade')
      .map((field): [Collection, Field] => [child, field]),
  )

async function findChildren(
  db: Executor,
  collection: Collection,
  { name }: Field,
  parents: readonly Deleted[],
): Promise<Deleted[]> {
  // The relation is compared as text: what another collection has under this name may be no id.
  const parent = `(${renamedSql(collection, 'c.position', 'c.before')})->>'${name}'`
  const text =
    `select r.root, r.tx, c.record, max(c.position) from unnest($1::int4[], $2::text[], $3::text[]) r(root, tx, id)` +
    ` join ${keptTable} c on c.tx = r.tx::xid8 and c.collection = $4 and c.action = 'delete' and ${parent} = r.id` +
    ' group by 1, 2, 3'
  const values = [
    parents.map(({ root }) => root),
    parents.map(({ tx }) => tx),
    parents.map(({ id }) => id),
    collection.id,
  ]
  const { rows } = await db.run({ text, values })
  return (rows as unknown as [number, string, string, number][]).map(([root, tx, id, position]) => {
    return { root, collection, id, tx, position }
  })
}
