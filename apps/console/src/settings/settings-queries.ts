import { queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => client.admin.settings.list({ signal }),
})

export const environmentQuery = queryOptions({
  queryKey: ['environment'],
  queryFn: ({ signal }) => client.admin.environment.list({ signal }),
})
