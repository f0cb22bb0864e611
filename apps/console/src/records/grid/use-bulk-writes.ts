import type { Json } from '@holdfast/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useDataClient } from '../../client/data-client'
import { notify } from '../../ui/notify'

/** Writes of many records at once. Ids go in portions that fit a URL. */
export function useBulkWrites(collection: string, onDone: () => void) {
  const client = useDataClient()
  const cache = useQueryClient()
  const inPortions = async (filter: object, write: (part: object) => Promise<number>) => {
    const ids = (filter as { readonly id?: { readonly $in?: readonly string[] } }).id?.$in
    const parts = ids ? portionsOf(ids).map((part) => ({ id: { $in: part } })) : [filter]
    let count = 0
    for (const part of parts) count += await write(part)
    void cache.invalidateQueries({ queryKey: ['records', collection, 'one'] })
    void cache.invalidateQueries({ queryKey: ['records', collection, 'count'] })
    onDone()
    return count
  }
  const say = (count: number, what: string) => notify(count === 1 ? `1 record ${what}` : `${count} records ${what}`)
  return {
    update: async (filter: object, changes: { readonly [field: string]: Json }) =>
      say(
        await inPortions(filter, (part) => client.collection(collection).updateMany(part as never, changes as never)),
        'changed',
      ),
    remove: async (filter: object) =>
      say(await inPortions(filter, (part) => client.collection(collection).deleteMany(part as never)), 'deleted'),
  }
}

const portion = 100

const portionsOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / portion) }, (_, n) => ids.slice(n * portion, (n + 1) * portion))
