import { queryOptions } from '@tanstack/react-query'
import { client } from './client'

/** Every collection as it is defined, `users` included, by name. */
export const collectionsQuery = queryOptions({
  queryKey: ['collections'],
  queryFn: async ({ signal }) => {
    const collections = await client.admin.collections.list({ signal })
    return collections.toSorted((a, b) => a.name.localeCompare(b.name))
  },
  staleTime: 30_000,
})
