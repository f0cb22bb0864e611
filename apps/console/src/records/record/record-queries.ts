import type { CollectionDefinition } from '@holdfast/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import { useDataClient } from '../../client/data-client'
import type { Changes, StoredRecord } from './record-values'

/** All that is known of the records of a collection: what writes to it makes old. */
export const recordsKey = (collection: string) => ['records', collection] as const

export const recordKey = (collection: string, id: string) => ['records', collection, 'one', id] as const

export function useCollection(name: string): CollectionDefinition | undefined {
  const { data } = useQuery(collectionsQuery)
  return data?.find((collection) => collection.name === name)
}

export function useRecord(collection: string, id: string | undefined) {
  const client = useDataClient()
  return useQuery({
    queryKey: recordKey(collection, id ?? ''),
    queryFn: async ({ signal }) =>
      (await client.collection(collection).get(id!, { signal })) as unknown as StoredRecord,
    enabled: id !== undefined,
    // While a form is open, changes come by realtime, and what is typed must not meet another base unasked.
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  })
}

/** Writes of one record; what others show of the collection is asked for again. */
export function useRecordWrites(collection: string) {
  const client = useDataClient()
  const cache = useQueryClient()
  const records = () => client.collection(collection)
  const keep = (record: StoredRecord) => {
    cache.setQueryData(recordKey(collection, record.id), record)
    forget()
    return record
  }
  /** The record itself is what the answer said. */
  const forget = () =>
    void cache.invalidateQueries({
      queryKey: recordsKey(collection),
      predicate: ({ queryKey }) => queryKey[2] !== 'one',
    })
  return {
    keep,
    create: async (values: Changes) => keep((await records().create(values)) as unknown as StoredRecord),
    update: async (id: string, changes: Changes, version?: number) =>
      keep((await records().update(id, changes, { ifVersion: version })) as unknown as StoredRecord),
    restoreVersion: async (id: string, version: number, current?: number) =>
      keep((await records().restoreVersion(id, version, { ifVersion: current })) as unknown as StoredRecord),
    delete: async (id: string, version?: number) => {
      await records().delete(id, { ifVersion: version })
      forget()
    },
  }
}
