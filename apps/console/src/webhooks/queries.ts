import type { DeliveryState } from '@holdfast/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'

/** While a log is open it is read again and again: deliveries are made by the server. */
const refreshMs = 3000

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }) => (await client.admin.webhooks.list({ limit: 200, signal })).data,
  refetchInterval: 10_000,
})

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id],
    queryFn: ({ signal }) => client.admin.webhooks.get(id, { signal }),
    refetchInterval: refreshMs,
  })

/** The newest first, page by page. */
export const deliveriesQuery = (id: string, state: DeliveryState | undefined) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', id, 'deliveries', state],
    queryFn: ({ pageParam, signal }) =>
      client.admin.webhooks.deliveries(id, {
        limit: 50,
        signal,
        ...(state && { state }),
        ...(pageParam && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: ({ meta }) => meta.nextCursor,
    refetchInterval: refreshMs,
  })

export const deliveryQuery = (id: string, delivery: string) =>
  queryOptions({
    queryKey: ['webhooks', id, 'delivery', delivery],
    queryFn: ({ signal }) => client.admin.webhooks.delivery(id, delivery, { signal }),
    refetchInterval: refreshMs,
  })
