import { type ViewTarget, viewAsText } from '@holdfast/sdk/admin'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../../client/client'
import { collectionsQuery } from '../../client/collections'
import { queryClient } from '../../client/query-client'

/** Users whose address, phone number or name has this in it; the newest where it is empty. */
export const foundUsersQuery = (search: string) =>
  queryOptions({
    queryKey: ['who', 'users', search],
    queryFn: async ({ signal }) =>
      (await client.admin.users.list({ limit: 20, ...(search && { search }), signal })).data,
    placeholderData: keepPreviousData,
  })

/** Roles there are, and roles that rules speak about: the names after `public` and `user`. */
export const roleNamesQuery = queryOptions({
  queryKey: ['who', 'roles'],
  queryFn: async ({ signal }) => {
    const [roles, collections] = await Promise.all([
      client.admin.roles.list({ signal }),
      queryClient.ensureQueryData(collectionsQuery),
    ])
    const spoken = collections.flatMap(({ rules = [] }) => rules.map(({ role }) => role))
    const names = new Set([...roles.map(({ name }) => name), ...spoken])
    for (const given of ['public', 'user']) names.delete(given)
    return [...names].sort()
  },
  staleTime: 30_000,
})

export const apiKeysQuery = queryOptions({
  queryKey: ['who', 'keys'],
  queryFn: async ({ signal }) => (await client.admin.apiKeys.list({ limit: 100, signal })).data,
})

/** The teams somebody is a member of. */
export const teamsOfQuery = (user: string) =>
  queryOptions({
    queryKey: ['who', 'teams', user],
    queryFn: async ({ signal }) => {
      const answer = await client.admin.viewAs({ user }).send('GET', '/me/teams', { signal })
      return (answer as { data: { id: string; roles: string[] }[] }).data
    },
  })

/** Somebody in words: an address, the name of a role or a key. */
export const whoNameQuery = (target: ViewTarget) =>
  queryOptions({
    queryKey: ['who', 'name', viewAsText(target)],
    queryFn: async ({ signal }): Promise<string> => {
      if (target === 'public') return 'somebody who is not signed in'
      if ('roles' in target) return describeRoles(target.roles)
      if ('apiKey' in target) {
        const keys = await queryClient.ensureQueryData(apiKeysQuery)
        return `the API key ${keys.find(({ id }) => id === target.apiKey)?.name ?? target.apiKey}`
      }
      const user = await client.admin.users.get(target.user, { signal })
      return `${userName(user)}${target.team === undefined ? '' : ' in a team'}`
    },
    staleTime: 60_000,
  })

interface Named {
  readonly id: string
  readonly email: string | null
  readonly name: string | null
  readonly phone: string | null
}

export const userName = ({ id, email, name, phone }: Named): string => email ?? name ?? phone ?? id

function describeRoles(roles: readonly string[]): string {
  const named = roles.filter((role) => role !== 'user')
  if (named.length === 0) return 'a signed-in user'
  return named[0] === 'public' ? 'somebody who is not signed in' : `a user with the role ${named.join(' and ')}`
}
