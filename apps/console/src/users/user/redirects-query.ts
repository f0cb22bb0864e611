import { queryOptions } from '@tanstack/react-query'
import { client } from '../../client/client'

/** Places of apps that admins have allowed. */
export const redirectsQuery = queryOptions({
  queryKey: ['settings', 'auth.redirects', 'allow'],
  queryFn: async ({ signal }): Promise<readonly string[]> => {
    const sections = await client.admin.settings.list({ signal })
    const value = sections.find(({ section }) => section === 'auth.redirects')?.value
    const allow = typeof value === 'object' && value !== null && !Array.isArray(value) ? value['allow'] : []
    return Array.isArray(allow) ? allow.filter((text) => typeof text === 'string') : []
  },
})
