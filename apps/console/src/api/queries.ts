import { queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'

/** TypeScript types of all collections. */
export const typesQuery = queryOptions({
  queryKey: ['collections', 'types'],
  queryFn: ({ signal }) => client.admin.schema.types({ signal }),
  staleTime: 30_000,
})

/** A record to take values from, so that examples are about what is there; null where there is none. */
export const exampleQuery = (collection: string) =>
  queryOptions({
    queryKey: ['records', collection, 'example'],
    queryFn: async ({ signal }) => {
      const { data } = await client.collection(collection).list({ limit: 1, signal })
      return (data[0] ?? null) as Readonly<Record<string, unknown>> | null
    },
    staleTime: 60_000,
  })
