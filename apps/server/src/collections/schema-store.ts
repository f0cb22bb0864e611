import type { CollectionDefinition } from '@holdfast/contract'
import type { Executor } from '../platform/db/index.js'

/** All definitions as they are stored, and the number of changes that led to them. */
export interface StoredSchema {
  readonly version: number
  readonly definitions: readonly CollectionDefinition[]
}

/** One statement, so that version and definitions belong together. */
export async function readSchema(executor: Executor): Promise<StoredSchema> {
  const { rows } = await executor.run({
    text: `select v.version, coalesce(json_agg(c.definition order by c.name) filter (where c.id is not null), '[]')
      from holdfast.schema_version v left join holdfast.collections c on true group by v.version`,
    values: [],
  })
  const [version, definitions] = rows[0] as [number, string]
  return { version, definitions: JSON.parse(definitions) as CollectionDefinition[] }
}

/** Stores what differs from `current`. Gives the new version. */
export async function writeSchema(
  executor: Executor,
  current: readonly CollectionDefinition[],
  wanted: readonly CollectionDefinition[],
): Promise<number> {
  const dropped = current.filter(({ id }) => !wanted.some((next) => next.id === id)).map(({ id }) => id)
  const changed = wanted.filter((next) => !current.some((before) => JSON.stringify(before) === JSON.stringify(next)))
  await executor.run({
    text: 'delete from holdfast.collections where id = any($1::uuid[])',
    values: [[...dropped, ...changed.map(({ id }) => id)]],
  })
  await executor.run({
    text: `insert into holdfast.collections (id, name, definition)
      select (definition ->> 'id')::uuid, definition ->> 'name', definition from json_array_elements($1::json) as definition`,
    values: [JSON.stringify(changed)],
  })
  const { rows } = await executor.run({
    text: 'update holdfast.schema_version set version = version + 1 returning version',
    values: [],
  })
  return rows[0]![0] as number
}
