import type { TrashedRecord } from '@holdfast/contract'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useDataClient } from '../../client/data-client'
import { recordsKey } from '../record/record-queries'
import type { StoredRecord } from '../record/record-values'

export type Trashed = TrashedRecord<StoredRecord>

export function useTrash(collection: string) {
  const client = useDataClient()
  return useInfiniteQuery({
    queryKey: ['records', collection, 'trash'],
    queryFn: async ({ pageParam, signal }) => {
      const page = await client.collection(collection).trash.list({ limit: 50, cursor: pageParam || undefined, signal })
      return { records: page.data as unknown as readonly Trashed[], next: page.meta.nextCursor }
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })
}

/** What leaves the trash may bring records of other collections back with it. */
export function useTrashWrites(collection: string) {
  const client = useDataClient()
  const cache = useQueryClient()
  const { trash } = client.collection(collection)
  const forget = () => cache.invalidateQueries({ queryKey: ['records'] })
  return {
    restore: async (id: string) => {
      const result = await trash.restore(id)
      await forget()
      return result
    },
    purge: async (id: string) => {
      await trash.purge(id)
      await cache.invalidateQueries({ queryKey: recordsKey(collection) })
    },
    empty: async () => {
      const count = await trash.empty()
      await forget()
      return count
    },
  }
}

/** `1 boards, 3 notes` */
export const countsText = (counts: readonly { readonly collection: string; readonly count: number }[]): string =>
  counts.map(({ collection, count }) => `${count} ${collection}`).join(', ')
