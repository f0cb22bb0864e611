import { client } from '../../client/client'
import { demoCollections, editor, isOfDemo } from './demo-collections'

/** How far it is. */
export interface DemoProgress {
  readonly done: number
  readonly total: number
}

/** Records of one request. */
const partSize = 1000

/** Makes the collections of the demo and fills them. Once begun, it can be begun again: nothing comes twice. */
export async function loadDemo(tell: (progress: DemoProgress) => void): Promise<void> {
  const { airports, routes } = await import('virtual:demo-data')
  await define()
  let done = 0
  const total = airports.length + routes.length
  const write = async (name: string, by: string[], records: readonly object[]) => {
    for (let start = 0; start < records.length; start += partSize) {
      tell({ done, total })
      const part = records.slice(start, start + partSize)
      const { failures } = await client.collection(name).import(part, { by })
      if (failures[0]) throw new Error(`A record of ${name} was refused: ${failures[0].message}`)
      done += part.length
    }
  }
  const places = airports.map(([iata, name, city, state, country, lat, lon]) => {
    return { iata, name, city, state, country, location: { lat, lon } }
  })
  await write('airports', ['iata'], places)
  const ids = await readIds()
  const pairs = routes.map(([origin, destination, flights]) => {
    return { origin: ids.get(origin), destination: ids.get(destination), flights }
  })
  await write('routes', ['origin', 'destination'], pairs)
  tell({ done, total })
}

async function define(): Promise<void> {
  const existing = await client.admin.collections.list()
  const missing = demoCollections.filter(({ name }) => !existing.some((collection) => collection.name === name))
  const other = existing.find(({ name }) => demoCollections.some((demo) => demo.name === name))
  if (other && !isOfDemo(other))
    throw new Error(`There is a collection ${other.name} already. Rename it, then load the demo again.`)
  const roles = await client.admin.roles.list()
  if (!roles.some(({ name }) => name === editor.name)) await client.admin.roles.create(editor)
  if (missing.length === 0) return
  const { hash } = await client.admin.schema.plan({ collections: missing })
  await client.admin.schema.apply({ collections: missing, hash })
}

async function readIds(): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  const all = client.collection('airports').all({ fields: ['id', 'iata'], sort: 'id', limit: partSize })
  for await (const { id, iata } of all) ids.set(iata, id)
  return ids
}

/** Drops the collections of the demo with their records. The role stays: somebody may have it, or other rules speak of it. */
export async function removeDemo(): Promise<void> {
  const collections = await client.admin.collections.list()
  const change = { drop: collections.filter(isOfDemo).map(({ name }) => name) }
  if (change.drop.length === 0) return
  const { hash } = await client.admin.schema.plan(change)
  await client.admin.schema.apply({ ...change, hash, acceptDataLoss: true })
}
