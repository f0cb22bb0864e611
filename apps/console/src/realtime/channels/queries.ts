import { queryOptions } from '@tanstack/react-query'
import { client } from '../../client/client'

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: async ({ signal }) => {
    const channels = await client.admin.channels.list({ signal })
    return channels.toSorted((a, b) => a.name.localeCompare(b.name))
  },
})

/** Open connections of all nodes, as they were counted last; undefined while nothing was counted. */
export const connectionsQuery = queryOptions({
  queryKey: ['channels', 'connections'],
  queryFn: async ({ signal }) => {
    const from = new Date(Date.now() - 10 * 60_000).toISOString()
    const { points } = await client.admin.observe.metrics({ from, step: 60, signal })
    return points.findLast(({ connections }) => connections !== null)?.connections ?? null
  },
  refetchInterval: 30_000,
  retry: 1,
})
