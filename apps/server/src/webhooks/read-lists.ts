import type { Change, RecordImage } from '../changes/index.js'
import type { Field } from '../collections/index.js'
import type { Executor } from '../platform/db/index.js'

/** Per to-many field: the list of each record whose images do not tell it, as it is now. */
export async function readLists(
  db: Executor,
  fields: readonly Field[],
  changes: readonly Change[],
): Promise<ReadonlyMap<Field, ReadonlyMap<string, readonly string[]>>> {
  const found = new Map<Field, ReadonlyMap<string, readonly string[]>>()
  for (const field of fields) {
    const untold = changes.filter(({ after }) => after !== null && lacks(after, field)).map(({ recordId }) => recordId)
    if (untold.length > 0) found.set(field, await readList(db, field, [...new Set(untold)]))
  }
  return found
}

const lacks = (image: RecordImage, { name }: Field): boolean => image[name] === undefined

async function readList(db: Executor, field: Field, ids: readonly string[]): Promise<Map<string, readonly string[]>> {
  const { linkTable } = field.relation as { linkTable: string }
  const text = `select "source", json_agg("target" order by "position") from ${linkTable} where "source" = any($1::uuid[]) group by "source"`
  const { rows } = await db.run({ text, values: [ids] })
  return new Map((rows as [string, string][]).map(([source, list]) => [source, JSON.parse(list) as string[]]))
}
