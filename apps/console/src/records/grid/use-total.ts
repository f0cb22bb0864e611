import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useDataClient } from '../../client/data-client'
import type { RecordList } from './record-list'
import type { GridQuery } from './use-record-list'

/** Totals that are small were counted; larger ones the planner guessed. */
const countedUpTo = 1_000

export interface Total {
  readonly count: number | undefined
  readonly isExact: boolean
  readonly isCounting: boolean
  /** Counts every record; may take long, and nothing waits for it. */
  countExactly(): void
  /** Nobody wants to know any more. */
  stopCounting(): void
}

/** How many records there are: a quick estimate, the exact number on request. Rows never wait for it. */
export function useTotal(collection: string, query: GridQuery, list: RecordList): Total {
  const client = useDataClient()
  const [wanted, setWanted] = useState<string>()
  const key = JSON.stringify([collection, query.q, query.filter])
  const ask = (count: 'estimated' | 'exact') => ({
    queryKey: ['records', collection, 'count', count, query.q, query.filter],
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const found = { search: query.q, filter: query.filter as never, fields: ['id'] as const, limit: 1, count, signal }
      return (await client.collection(collection).list(found)).meta.total ?? null
    },
    staleTime: 30_000,
    retry: false,
  })
  const estimated = useQuery({ ...ask('estimated'), enabled: list.isLoaded && !list.isComplete })
  const exact = useQuery({ ...ask('exact'), enabled: wanted === key })
  const count = exact.data ?? estimated.data ?? undefined
  useEffect(() => list.setTotal(count), [list, count])
  const isExact = list.isComplete || exact.data != null || (count !== undefined && count <= countedUpTo)
  return {
    count: list.isComplete ? list.rowCount : count,
    isExact,
    isCounting: exact.isFetching && wanted === key,
    countExactly: () => setWanted(key),
    stopCounting: () => setWanted(undefined),
  }
}
