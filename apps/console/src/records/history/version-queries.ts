import type { RecordVersion } from '@holdfast/contract'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useDataClient } from '../../client/data-client'
import type { StoredRecord } from '../record/record-values'

const pageSize = 20

/** The versions of a record, the latest first. */
export function useVersions(collection: string, id: string) {
  const client = useDataClient()
  return useInfiniteQuery({
    queryKey: ['records', collection, 'versions', id],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam || undefined
      const page = await client.collection(collection).versions(id, { limit: pageSize, cursor, signal })
      return { versions: page.data as unknown as readonly RecordVersion[], next: page.meta.nextCursor }
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })
}

/** A time, or the number of a version. */
export type PastMoment = { readonly version: number } | { readonly at: string }

/** A record as it was. */
export function usePastRecord(collection: string, id: string, moment: PastMoment) {
  const client = useDataClient()
  return useQuery({
    queryKey: ['records', collection, 'past', id, moment],
    queryFn: async ({ signal }): Promise<StoredRecord> => {
      const records = client.collection(collection)
      const past =
        'version' in moment
          ? (await records.version(id, moment.version, { signal })).record
          : await records.get(id, { asOf: moment.at, signal })
      return past as unknown as StoredRecord
    },
    placeholderData: keepPreviousData,
  })
}
