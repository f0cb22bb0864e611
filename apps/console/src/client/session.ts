import { HoldfastError } from '@holdfast/sdk'
import { queryOptions } from '@tanstack/react-query'
import { client } from './client'

/** Who uses the console, and whether the server lets them. */
export interface ConsoleSession {
  readonly user: { readonly id: string; readonly email?: string | null }
  readonly isAdmin: boolean
}

/**
 * Whoever is signed in, or null. Asking for the roles is what only admins may do, so the answer of the server decides and not
 * what the browser remembers.
 */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<ConsoleSession | null> => {
    const session = (await client.auth.session()) ?? (await client.auth.resume())
    if (!session) return null
    const user = session.user as unknown as ConsoleSession['user']
    try {
      await client.admin.roles.list()
      return { user, isAdmin: true }
    } catch (error) {
      if (error instanceof HoldfastError && error.status === 401) return null
      if (error instanceof HoldfastError && error.status === 403) return { user, isAdmin: false }
      throw error
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
})
