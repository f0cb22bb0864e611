import type { UserQuery } from '@holdfast/sdk/admin'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'
import { pageQuery } from '../client/page-query'

/** Which users a list shows; what is left out does not narrow it. */
export type UserFilter = Pick<UserQuery, 'search' | 'role' | 'kind' | 'disabled' | 'sort'>

const pageSize = 50

export const usersQuery = (filter: UserFilter) =>
  pageQuery(['users', 'list', filter], (page) => client.admin.users.list({ ...filter, ...page, limit: pageSize }))

/** One user and everything about them; each part comes by itself. */
export const userQuery = (id: string) =>
  queryOptions({ queryKey: ['users', 'one', id], queryFn: ({ signal }) => client.admin.users.get(id, { signal }) })

export const sessionsQuery = (id: string) =>
  pageQuery(['users', 'one', id, 'sessions'], (page) => client.admin.users.sessions(id, page))

export const factorsQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'one', id, 'factors'],
    queryFn: ({ signal }) => client.admin.users.factors(id, { signal }),
  })

export const identitiesQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'one', id, 'identities'],
    queryFn: ({ signal }) => client.admin.users.identities(id, { signal }),
  })

export const userTeamsQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'one', id, 'teams'],
    queryFn: ({ signal }) => client.admin.users.teams(id, { signal }),
  })

export const rolesQuery = queryOptions({
  queryKey: ['roles', 'list'],
  queryFn: ({ signal }) => client.admin.roles.list({ signal }),
})

export const roleMembersQuery = queryOptions({
  queryKey: ['roles', 'members'],
  queryFn: ({ signal }) => client.admin.roles.members({ signal }),
})

export const invitesQuery = pageQuery(['invites'], (page) => client.admin.users.invites(page))

/** All keys, or those that act as one user. */
export const keysQuery = (user?: string) =>
  pageQuery(['api-keys', user ?? 'all'], (page) =>
    client.admin.apiKeys.list({ ...page, ...(user !== undefined && { user }) }),
  )

export const serviceAccountsQuery = pageQuery(['service-accounts'], (page) => client.admin.serviceAccounts.list(page))

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: ['api-keys', 'one', id],
    queryFn: ({ signal }) => client.admin.apiKeys.get(id, { signal }),
  })
