import type { RequestQuery } from '@holdfast/sdk/admin'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'
import type { AuditSearch } from './audit/audit-search'
import { type RangeName, ranges } from './overview/ranges'

const patienceMs = 12_000

/** Ends a question that takes too long, so that its part of the page says so. */
async function within<T>(signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(patienceMs)
  try {
    return await ask(AbortSignal.any([signal, late]))
  } catch (error) {
    if (late.aborted) throw new Error('The answer takes too long: the database may be busy')
    throw error
  }
}

export const metricsQuery = (range: RangeName) =>
  queryOptions({
    queryKey: ['observe', 'metrics', range],
    queryFn: ({ signal }) => {
      const { hours, stepSeconds } = ranges[range]
      // From the beginning of a step on, which would be shorter than the others.
      const stepMs = stepSeconds * 1000
      const from = Math.ceil((Date.now() - hours * 3_600_000) / stepMs) * stepMs
      return within(signal, (signal) =>
        client.admin.observe.metrics({ from: new Date(from).toISOString(), step: stepSeconds, signal }),
      )
    },
    refetchInterval: ranges[range].everyMs,
    placeholderData: keepPreviousData,
    retry: 1,
  })

export const requestsQuery = (filter: RequestQuery, isLive: boolean) =>
  infiniteQueryOptions({
    queryKey: ['observe', 'requests', filter],
    queryFn: ({ signal, pageParam }) =>
      within(signal, (signal) =>
        client.admin.observe.requests({ ...filter, limit: 50, ...(pageParam && { cursor: pageParam }), signal }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ meta }) => meta.nextCursor ?? undefined,
    refetchInterval: isLive ? 2000 : false,
    placeholderData: keepPreviousData,
    retry: 1,
  })

/** One request, by its id: a link to it works when the list is another. */
export const requestQuery = (requestId: string) =>
  queryOptions({
    queryKey: ['observe', 'request', requestId],
    queryFn: async ({ signal }) =>
      (await within(signal, (signal) => client.admin.observe.requests({ requestId, limit: 1, signal }))).data[0] ??
      null,
    retry: 1,
  })

export const slowQuery = queryOptions({
  queryKey: ['observe', 'slow'],
  queryFn: ({ signal }) => within(signal, (signal) => client.admin.observe.slow({ signal })),
  refetchInterval: 15_000,
  retry: 1,
})

export const databaseQuery = queryOptions({
  queryKey: ['observe', 'database'],
  queryFn: ({ signal }) => within(signal, (signal) => client.admin.observe.database({ signal })),
  refetchInterval: 30_000,
  retry: 1,
})

export const growthQuery = queryOptions({
  queryKey: ['observe', 'growth'],
  queryFn: ({ signal }) => within(signal, (signal) => client.admin.observe.growth({ signal })),
  retry: 1,
})

export const auditQuery = ({ entry: _, ...filter }: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['observe', 'audit', filter],
    queryFn: ({ signal, pageParam }) =>
      within(signal, (signal) =>
        client.admin.audit.list({ ...filter, limit: 50, ...(pageParam && { cursor: pageParam }), signal }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ meta }) => meta.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    retry: 1,
  })
