import type { Change, RecordImage } from '../../changes/index.js'
import type { Field } from '../../collections/index.js'
import type { Executor } from '../../platform/db/index.js'

/** A to-many relation: it has a table of its own. */
export const isList = (field: Field): boolean => field.relation?.kind === 'many'

/** Per to-many field, the lists of records by their ids. */
type Lists = ReadonlyMap<Field, ReadonlyMap<string, readonly string[]>>

/**
 * The changes with images that tell the lists of these fields. The log tells a list where it changed; one that did not is
 * as it is now. What went with a deleted record was logged.
 */
export async function completeImages(
  db: Executor,
  changes: readonly Change[],
  fields: readonly Field[],
): Promise<readonly Change[]> {
  const lists = fields.filter(isList)
  if (lists.length === 0 || changes.length === 0) return changes
  const found = await readLists(db, lists, changes)
  return changes.map((change) => {
    const complete = (image: RecordImage | null) => image && { ...listsOf(change.recordId, found, lists), ...image }
    return { ...change, before: complete(change.before), after: complete(change.after) }
  })
}

const listsOf = (recordId: string, found: Lists, fields: readonly Field[]): RecordImage =>
  Object.fromEntries(fields.map((field) => [field.name, [...(found.get(field)?.get(recordId) ?? [])]]))

async function readLists(db: Executor, fields: readonly Field[], changes: readonly Change[]): Promise<Lists> {
  const found = new Map<Field, ReadonlyMap<string, readonly string[]>>()
  for (const field of fields) {
    const untold = changes.filter(({ after }) => after !== null && after[field.name] === undefined)
    const ids = [...new Set(untold.map(({ recordId }) => recordId))]
    if (ids.length > 0) found.set(field, await readList(db, field, ids))
  }
  return found
}

async function readList(db: Executor, field: Field, ids: readonly string[]): Promise<Map<string, readonly string[]>> {
  const { linkTable } = field.relation as { linkTable: string }
  const text = `select "source", json_agg("target" order by "position") from ${linkTable} where "source" = any($1::uuid[]) group by "source"`
  const { rows } = await db.run({ text, values: [ids] })
  return new Map((rows as [string, string][]).map(([source, list]) => [source, JSON.parse(list) as string[]]))
}
