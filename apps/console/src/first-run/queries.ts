import { queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'

/** Whether the server has an admin. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => client.admin.setup.state({ signal }),
})
