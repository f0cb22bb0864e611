import type { ChannelDefinition } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import type { CheckedChannel } from './parse-definition.js'

export async function readChannels(db: Executor): Promise<CheckedChannel[]> {
  const { rows } = await db.run({
    text: 'select definition::text, collection::text from holdfast.channels order by name',
    values: [],
  })
  return (rows as [string, string | null][]).map(([text, collectionId]) => ({
    definition: JSON.parse(text) as ChannelDefinition,
    collectionId,
  }))
}

/** False when there is such a channel. Names are unique without regard to case. */
export async function insertChannel(db: Executor, { definition, collectionId }: CheckedChannel): Promise<boolean> {
  const { rowCount } = await db.run({
    text: `insert into holdfast.channels (name, collection, definition) values ($1, $2::uuid, $3::json)
      on conflict do nothing`,
    values: [definition.name, collectionId, JSON.stringify(definition)],
  })
  return rowCount === 1
}

/** False when there is none. */
export async function updateChannel(db: Executor, { definition, collectionId }: CheckedChannel): Promise<boolean> {
  const { rowCount } = await db.run({
    text: 'update holdfast.channels set collection = $2::uuid, definition = $3::json where name = $1',
    values: [definition.name, collectionId, JSON.stringify(definition)],
  })
  return rowCount === 1
}

/** False when there was none. */
export async function deleteChannel(db: Executor, name: string): Promise<boolean> {
  const { rowCount } = await db.run({ text: 'delete from holdfast.channels where name = $1', values: [name] })
  return rowCount === 1
}
